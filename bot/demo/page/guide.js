// The head of the page: what to try next, and how the bot is.

import { byId, keep, make, say } from "./dom.js";
import { steps, world } from "./world.js";

const STEPS = [
  { key: "subscribed", text: "Send /sub Nordkorea" },
  { key: "published", text: "Publish an article" },
  { key: "alerted", text: "Read the alert" },
  { key: "pressed", text: "Press a button" },
];

/** Draw both. */
export function draw() {
  const done = steps();
  const current = STEPS.find((step) => !done[step.key])?.key;
  keep(byId("guide"), world.loaded ? STEPS : [], {
    key: (step) => step.key,
    version: (step) => `${done[step.key]} ${step.key === current}`,
    build: (step) => make("li", {
      class: done[step.key] ? "done" : "", "data-number": STEPS.indexOf(step) + 1, "aria-current": step.key === current ? "step" : null,
    }, step.text, done[step.key] ? make("span", { class: "unseen" }, " (done)") : null),
  });
  const state = world.online ? world.bot.state : "offline";
  byId("bot-state").dataset.state = state;
  byId("bot-state").title = world.bot.log;
  say(byId("bot-words"), words(state));
}

function words(state) {
  switch (state) {
    case "offline": return world.loaded ? "Connection lost, trying again" : "Connecting …";
    case "starting": return "Bot is starting …";
    case "listening": return "Bot is running";
    default:
      if (world.bot.code === null) return "Bot is not running";
      return world.bot.code < 0 ? "Bot was killed" : `Bot ended with code ${world.bot.code}`;
  }
}
