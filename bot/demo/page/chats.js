// The chats on the left: the list, the open conversation, and what can be said first.

import { byId, hours, keep, make, say } from "./dom.js";
import { build } from "./message.js";
import { busyOn, openApp, press } from "./presses.js";
import { delay, fate, isShown, openChat, speakers, world } from "./world.js";

const LANGUAGES = new Intl.DisplayNames(["en"], { type: "language" });
const FIRST = { de: "/sub Nordkorea", en: "/sub North Korea" };
const NEAR = 80;

/** Draw list and conversation; `on` is what can be done here. */
export function draw(on) {
  drawList(on);
  const chat = openChat();
  if (!chat) return;
  say(byId("talk-title"), chat.title);
  say(byId("talk-about"), about(chat));
  drawMessages(chat, on);
  drawOpening(chat, on);
}

function about(chat) {
  const state = fate(chat);
  if (chat.kind === "private") return `Private chat, ${LANGUAGES.of(speakers(chat)[0].language || "en")}${state ? `, ${state}` : ""}`;
  if (chat.kind === "channel") return `Channel @${chat.username} of ${manager(chat).name}, ${state || "with the bot"}`;
  const kind = chat.forum ? "Group with topics" : chat.kind === "group" ? "Group" : "Supergroup";
  return `${kind} of ${speakers(chat).map((one) => one.name).join(" and ")}, ${state || "with the bot"}`;
}

/** Who manages a channel: its creator. */
const manager = (chat) => speakers(chat)[0];

function drawList(on) {
  keep(byId("chat-list"), [...world.chats.values()], {
    key: (chat) => chat.id,
    version: (chat) => [chat.id === world.open, world.unread.get(chat.id), fate(chat), lastLine(chat).text].join("|"),
    build: (chat) => {
      const unread = world.unread.get(chat.id);
      const last = lastLine(chat);
      return make("li", {},
        make("button", {
          type: "button", class: "chat", "data-focus": "chat", "aria-current": chat.id === world.open ? "true" : null,
          click: () => on.open(chat.id),
        },
        make("span", { class: `face ${chat.kind === "private" ? "" : "many"}`, "aria-hidden": "true" }, chat.title[0]),
        make("span", { class: "chat-name" }, chat.title),
        last.at ? make("time", {}, hours(last.at)) : null,
        make("span", { class: "chat-last" }, last.text),
        unread ? make("span", { class: "badge" }, String(unread), make("span", { class: "unseen" }, " new")) : null));
    },
  });
}

function lastLine(chat) {
  const last = chat.messages.findLast(isShown);
  if (!last) return { text: about(chat), at: 0 };
  return { text: last.text.split("\n")[0] || last.document?.name || "Picture", at: last.at };
}

function drawMessages(chat, on) {
  const list = byId("messages");
  const scroll = byId("scroll");
  const moved = list.dataset.chat !== String(chat.id);
  const atEnd = moved || scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR;
  if (moved) {
    list.replaceChildren();
    list.dataset.chat = chat.id;
  }
  keep(list, chat.messages.filter((one) => isShown(one) && (one.text || one.document || one.photo)), {
    key: (message) => message.id,
    version: (message) => [message.edits.length, message.edited_at, busyOn(message), delay(message), on.speaker()].join("|"),
    build: (message) => build(message, {
      own: chat.kind !== "channel" && !message.bot && message.from_id === on.speaker(),
      name: chat.kind === "private" ? null : named(chat, message),
      answered: message.reply_to ? chat.messages[message.reply_to - 1]?.text.split("\n")[0] : null,
      seconds: delay(message),
      busy: busyOn(message),
      on: {
        command: on.say,
        press: (told) => press(on.speaker(), message, told.text, on.changed),
        app: (told) => openApp(on.speaker(), message, told.text),
      },
    }),
  });
  if (atEnd) scroll.scrollTop = scroll.scrollHeight;
}

function named(chat, message) {
  if (chat.kind === "channel") return chat.title;
  const topic = chat.topics.find((one) => one.thread === message.thread);
  return topic ? `${message.from} in ${topic.name}` : message.from;
}

/** Offer the first words, until somebody has said something. */
function drawOpening(chat, on) {
  const opening = byId("opening");
  const silent = chat.kind === "channel" ? !chat.messages.length : !chat.messages.some((one) => !one.bot && one.text);
  opening.hidden = !silent;
  if (!silent || opening.dataset.chat === String(chat.id)) return;
  opening.dataset.chat = chat.id;
  const first = FIRST[speakers(chat)[0].language] ?? FIRST.en;
  if (chat.kind === "channel") {
    const order = first.replace(" ", ` @${chat.username} `);
    opening.replaceChildren(
      make("p", {}, `This channel is subscribed to nothing. ${manager(chat).name} manages it in the chat with the bot:`),
      make("div", { class: "offers" }, make("button", {
        type: "button", class: "primary", click: () => on.sayIn(manager(chat).id, order),
      }, order)));
    return;
  }
  opening.replaceChildren(
    make("p", {}, chat.kind === "private"
      ? `${chat.title} is subscribed to nothing. Begin with a keyword:`
      : "This group is subscribed to nothing. Its administrator Anna may begin:"),
    make("div", { class: "offers" },
      make("button", { type: "button", class: "primary", click: () => on.say(first) }, first),
      make("button", { type: "button", class: "plain", click: () => on.say("/start") }, "/start")));
}
