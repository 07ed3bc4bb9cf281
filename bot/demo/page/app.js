// Puts the parts together: what happens in the world is drawn, what is done on the page is sent.

import * as cases from "./cases.js";
import * as chats from "./chats.js";
import * as composer from "./composer.js";
import * as deeplink from "./deeplink.js";
import { byId, say, setZone } from "./dom.js";
import * as guide from "./guide.js";
import { act, follow } from "./link.js";
import * as newsroom from "./newsroom.js";
import * as presses from "./presses.js";
import * as suggestions from "./suggestions.js";
import { toast } from "./toast.js";
import { begin, change, isBlocked, openChat, world } from "./world.js";

const narrow = matchMedia("(max-width: 859px)");
const MEMORY = "stichwort.open";
let due = false;

/** Draw once for all that changed in this turn. */
function changed() {
  if (due) return;
  due = true;
  queueMicrotask(() => {
    due = false;
    draw();
  });
}

function draw() {
  guide.draw();
  if (!world.loaded) return;
  if (!world.away) world.unread.delete(world.open);
  composer.draw(on);
  suggestions.draw(on);
  chats.draw(on); // scrolls to its end, so it comes after what lies below it
  newsroom.draw();
  cases.draw(on);
  const unread = [...world.unread.values()].reduce((sum, one) => sum + one, 0);
  byId("unread-all").hidden = !unread;
  say(byId("unread-all"), String(unread || ""));
  document.title = unread ? `(${unread}) Stichwort demo` : "Stichwort demo";
}

const on = {
  changed,
  speaker: composer.speaker,
  unblock: cases.unblock,
  start: cases.start,
  say: (text) => on.send(text, null).catch(() => {}),
  sayIn(id, text) {
    on.open(id);
    return on.say(text);
  },
  open(id) {
    world.open = id;
    sessionStorage.setItem(MEMORY, id);
    changed();
  },
  async send(text, replyTo) {
    const user = composer.speaker();
    try {
      await act("say", { user, chat: world.open, text, thread: composer.thread(), ...(replyTo ? { reply_to: replyTo } : {}) });
    } catch (error) {
      toast(error.message, "trouble");
      throw error;
    }
  },
};

function place(name) {
  byId("stage").dataset.place = name;
  for (const button of byId("places").children) button.setAttribute("aria-pressed", String(button.dataset.place === name));
  look();
}

/** Note whether the conversation is out of sight. */
function look() {
  world.away = document.hidden || (narrow.matches && byId("stage").dataset.place === "newsroom");
  changed();
}

byId("places").addEventListener("click", (event) => {
  const button = event.target.closest("[data-place]");
  if (button) place(button.dataset.place);
});
narrow.addEventListener("change", look);
document.addEventListener("visibilitychange", look);
composer.connect(on);
deeplink.connect(byId("messages"), async (chat, user, payload) => {
  on.open(chat);
  await act("say", { user, chat, text: `/start ${payload}` }).catch((error) => toast(error.message, "trouble"));
});
newsroom.connect();
world.open = Number(sessionStorage.getItem(MEMORY)) || null;

follow({
  begin(state, room) {
    setZone(room.zone);
    begin(state, room);
    changed();
  },
  change(event) {
    const chat = world.chats.get(event.chat);
    const wasBlocked = chat && isBlocked(chat);
    change(event);
    if (event.kind === "answer") presses.answered(event);
    if (event.kind === "message" && event.message.bot) announce(event.message);
    if (event.kind === "standing" && chat && isBlocked(chat) !== wasBlocked) {
      say(byId("live"), `${chat.title} ${wasBlocked ? "lifted the block" : "blocked the bot"}`);
    }
    changed();
  },
  broken() {
    world.online = false;
    changed();
  },
});

/** Tell a screen reader what was said. */
function announce(message) {
  const chat = world.chats.get(message.chat);
  say(byId("live"), `${chat.id === openChat()?.id ? "" : `In ${chat.title}: `}${message.from}: ${message.text}`);
}
