// The row above the field: what else can be tried in this chat, a few at a time.

import { byId, keep, make } from "./dom.js";
import { openChat, speakers, steps, world } from "./world.js";

const MOST = 3;
const PRIVATE = {
  de: [
    "/list", "/digest 08:00", "Sag mir Bescheid, wenn es Neues zu Bern gibt", "/settings", "/search Nordkorea",
    "/quiet 22:00-07:00", "Ukraine, aber kein Sport", "/test Atomwaffen", "/feeds", "/timezone Lissabon", "/pause 2h",
    "/resume", "/saved", "/export", "/unsub", "/help",
  ],
  en: [
    "/list", "/digest 08:00", "Keep me posted on Taiwan please", "/settings", "/search North Korea",
    "/quiet 22:00-07:00", "cricket, but not the IPL", "/test nuclear", "/feeds", "/timezone Lisbon", "/pause 2h",
    "/resume", "/saved", "/export", "/unsub", "/help",
  ],
};
const SHARED = ["/list", "/digest 18:00", "/settings", "/pause 2h", "/resume"];

/** Offer what has not been said in the open chat, once somebody is subscribed; `on.say(text)` says it. */
export function draw(on) {
  const chat = openChat();
  const row = byId("next");
  const said = new Set(chat ? chat.messages.filter((one) => !one.bot).map((one) => one.text) : []);
  const language = chat && speakers(chat)[0]?.language;
  const all = !chat || chat.kind === "channel" ? [] : chat.kind === "private" ? PRIVATE[language] ?? PRIVATE.en : SHARED;
  const left = said.size && steps().subscribed ? all.filter((text) => !said.has(text)).slice(0, MOST) : [];
  row.hidden = !left.length;
  keep(byId("next-list"), left, {
    key: (text) => `${world.open} ${text}`,
    version: (text) => text,
    build: (text) => make("li", {}, make("button", { type: "button", class: "suggestion", click: () => on.say(text) }, text)),
  });
}
