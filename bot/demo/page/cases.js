// The hard cases: each is one entry with a name, what it does, and the controls that fit the moment.

import { byId, keep, make } from "./dom.js";
import { act } from "./link.js";
import { toast } from "./toast.js";
import { hasFault, isBlocked, openChat, world } from "./world.js";

const SLOW_SECONDS = 2;
const FLOOD_SECONDS = 8;

const attempt = (what, body) => act(what, body).catch((error) => toast(error.message, "trouble"));

/** Lift somebody's block. */
export const unblock = (chat) => attempt("unblock", { user: chat.id });

/** Start the bot. */
export const start = () => attempt("bot", { do: "start" });

function reader() {
  const chat = openChat();
  return chat?.kind === "private" ? chat : [...world.chats.values()].find((one) => one.kind === "private");
}

const CASES = [
  {
    key: "kill",
    name: () => "Kill the bot (kill −9)",
    text: () => "No alert gets lost.",
    controls: () => (world.bot.state === "down"
      ? [action("Start", start)]
      : [action("Kill", () => attempt("bot", { do: "kill" })), action("Restart", () => attempt("bot", { do: "restart" }))]),
    stamp: () => world.bot.state === "down",
  },
  {
    key: "block",
    name: () => `${reader()?.title ?? "The reader"} blocks the bot`,
    text: () => "It notices, and stops writing.",
    controls: () => [toggle("block", isBlocked(reader()), (on) => (on ? attempt("block", { user: reader().id }) : unblock(reader())))],
    stamp: () => [reader()?.id, isBlocked(reader())],
  },
  {
    key: "slow",
    name: () => "Slow Telegram",
    text: () => `Every call takes ${SLOW_SECONDS} s.`,
    controls: () => [toggle("slow", hasFault("slow"), (on) => (on
      ? attempt("faults", { effect: "slow", seconds: SLOW_SECONDS, times: 0 })
      : attempt("faults/clear", { effect: "slow" })))],
    stamp: () => hasFault("slow"),
  },
  {
    key: "flood",
    name: () => "Flood limit",
    text: floodText,
    controls: () => [action("Refuse", () => attempt("faults", { effect: "flood", method: "sendMessage", seconds: FLOOD_SECONDS }),
      hasFault("flood") || shut() > 0)],
    stamp: () => floodText(),
  },
];

const shut = () => Math.ceil((world.trouble.shutUntil - Date.now()) / 1000);

function floodText() {
  if (shut() > 0) return `Messages are refused for another ${shut()} s.`;
  if (hasFault("flood")) return "The next message will be refused. Publish something.";
  return `Messages are refused for ${FLOOD_SECONDS} s, and come after it.`;
}

function action(label, run, disabled = false) {
  return make("button", { type: "button", class: "plain", "data-focus": label, disabled, click: run }, label);
}

function toggle(name, on, set) {
  return make("button", {
    type: "button", class: "switch", role: "switch", "aria-checked": String(on), "aria-labelledby": `case-${name}`,
    "data-focus": "switch", click: () => set(!on),
  }, make("span", { class: "knob", "aria-hidden": "true" }));
}

let ticking = 0;

/** Draw the list. */
export function draw() {
  keep(byId("cases"), reader() ? CASES : [], {
    key: (one) => one.key,
    version: (one) => [one.name(), one.stamp()].join("|"),
    build: (one) => make("li", {},
      make("div", {}, make("p", { class: "case-name", id: `case-${one.key}` }, one.name()), make("p", { class: "quiet" }, one.text())),
      make("div", { class: "controls" }, ...one.controls())),
  });
  clearTimeout(ticking);
  if (shut() > 0) ticking = setTimeout(draw, 500);
}
