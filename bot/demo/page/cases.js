// The hard cases: each is one entry with a name, what it does, and the controls that fit the moment.

import { thread } from "./composer.js";
import { byId, hours, keep, make } from "./dom.js";
import { act } from "./link.js";
import { toast } from "./toast.js";
import { botTime, fate, hasFault, isBlocked, openChat, world } from "./world.js";

const SLOW_SECONDS = 2;
const FLOOD_SECONDS = 8;
const OUTAGE_SECONDS = 20;
const CLOCK_MS = 10_000;

const attempt = (what, body) => act(what, body).catch((error) => toast(error.message, "trouble"));

/** Lift somebody's block. */
export const unblock = (chat) => attempt("unblock", { user: chat.id });

/** Start the bot. */
export const start = () => attempt("bot", { do: "start" });

const reader = () => (openChat()?.kind === "private" ? openChat() : null);
const shared = () => (openChat()?.kind !== "private" ? openChat() : null);
const group = () => (openChat()?.kind !== "channel" ? shared() : null);
const channel = () => (openChat()?.kind === "channel" ? openChat() : null);
const topic = () => group()?.topics.find((one) => one.thread === thread()) ?? group()?.topics[0];
const befall = (what, more = {}) => attempt("fate", { chat: openChat().id, do: what, ...more });

/** Make a case with a switch for something that can happen to the open chat and be taken back. */
const fated = (key, whose, name, text, on, [does, undoes]) => ({
  key,
  when: () => whose() && (!fate(openChat()) || on()),
  name,
  text: () => text,
  controls: () => [toggle(key, on(), (wanted) => befall(wanted ? does : undoes))],
  stamp: () => [openChat()?.id, on()],
});

const unlisted = () => world.papers.find((paper) => !paper.listed);

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
    key: "clock",
    name: () => "The clock",
    text: () => `The bot's clock shows ${hours(botTime())}. Digests come at their hour.`,
    controls: () => [action("Jump to 08:00", () => attempt("clock", { to: "08:00" }))],
    stamp: () => hours(botTime()),
  },
  {
    key: "source",
    when: () => reader() && unlisted(),
    name: () => `A source of one's own: ${unlisted().title}`,
    text: () => "The bot finds the feed on the front page.",
    controls: () => [action("Send /addfeed", () => attempt("say", {
      user: reader().id, chat: reader().id, text: `/addfeed ${unlisted().front}`,
    }))],
    stamp: () => [reader().id, unlisted().front],
  },
  fated("block", reader, () => `${reader().title} blocks the bot`, "It notices, and stops writing.",
    () => isBlocked(reader()), ["block", "unblock"]),
  fated("deactivate", reader, () => `${reader().title} deletes the account`, "The bot learns it with its next message.",
    () => reader().deactivated, ["deactivate", "reactivate"]),
  fated("kick", group, () => `${group().title} removes the bot`, "Invited again, it goes on.",
    () => group().bot === "kicked", ["kick", "invite"]),
  fated("dismiss", channel, () => `${channel().title} dismisses the bot`, "Administrator again, it goes on.",
    () => channel().bot === "kicked", ["kick", "promote"]),
  fated("silence", group, () => "Only administrators may write", "The bot learns it with its next message.",
    () => group().silenced, ["silence", "unsilence"]),
  {
    key: "topic",
    when: () => topic() && !fate(group()),
    name: () => `The topic ${topic().name} is closed`,
    text: () => "Its alerts go to the group itself.",
    controls: () => [toggle("topic", topic().closed, (on) => befall(on ? "close_topic" : "reopen_topic", { thread: topic().thread }))],
    stamp: () => [group().id, topic().thread, topic().closed],
  },
  {
    key: "upgrade",
    when: () => group()?.kind === "group" && !fate(group()),
    name: () => `${group().title} becomes a supergroup`,
    text: () => "It gets another id.",
    controls: (on) => [action("Upgrade", () => befall("upgrade").then((told) => told?.moved_to && on.open(told.moved_to)))],
    stamp: () => group().id,
  },
  {
    key: "delete",
    when: () => shared() && !fate(shared()),
    name: () => `${shared().title} is deleted`,
    text: () => "For good.",
    controls: () => [action(channel() ? "Delete the channel" : "Delete the group", () => befall("delete"))],
    stamp: () => shared().id,
  },
  fated("lose", openChat, () => "Telegram does not find the chat", "Three times on different days, and the bot gives it up.",
    () => openChat().unknown, ["lose", "find"]),
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
    key: "outage",
    name: () => "Telegram is away",
    text: () => (hasFault("reset") ? "Every connection is cut." : `For ${OUTAGE_SECONDS} s every connection is cut.`),
    controls: () => [action("Cut", () => attempt("outage", { how: "reset", seconds: OUTAGE_SECONDS }), hasFault("reset"))],
    stamp: () => hasFault("reset"),
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

/** Draw the list; `on` is what can be done here. */
export function draw(on) {
  const shown = openChat() ? CASES.filter((one) => !one.when || one.when()) : [];
  keep(byId("cases"), shown, {
    key: (one) => one.key,
    version: (one) => [one.name(), one.stamp()].join("|"),
    build: (one) => make("li", {},
      make("div", {}, make("p", { class: "case-name", id: `case-${one.key}` }, one.name()), make("p", { class: "quiet" }, one.text())),
      make("div", { class: "controls" }, ...one.controls(on))),
  });
  clearTimeout(ticking);
  ticking = setTimeout(() => draw(on), shut() > 0 ? 500 : CLOCK_MS);
}
