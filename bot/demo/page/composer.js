// The field below the conversation: Enter sends, "/" opens the bot's command menu, "@bot words" asks it from any chat.

import { byId, make, say } from "./dom.js";
import * as inline from "./inline.js";
import { toast } from "./toast.js";
import { isBlocked, openChat, speakers, world } from "./world.js";

const drafts = new Map();
const chosen = new Map();
const topics = new Map();
let shown = [];
let active = -1;
let forced = false;
let drawnFor = null;
let open = () => {};

const field = () => byId("field");

/** Who writes in the open chat. */
export function speaker() {
  const chat = openChat();
  return chat ? chosen.get(chat.id) ?? speakers(chat)[0]?.id : 0;
}

/** The topic that is written to in the open chat; 0 is none. */
export const thread = () => topics.get(openChat()?.id) ?? 0;

/** Connect the field; `on.send(text)` sends. */
export function connect(on) {
  open = on.open;
  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    submit(on);
  });
  field().addEventListener("input", () => {
    forced = false;
    active = -1;
    grow();
    drawMenu();
  });
  field().addEventListener("keydown", (event) => onKey(event, on));
  field().addEventListener("blur", () => setTimeout(() => document.activeElement !== field() && close(), 150));
  byId("slash").addEventListener("mousedown", (event) => event.preventDefault());
  byId("slash").addEventListener("click", () => {
    forced = !shown.length;
    active = -1;
    field().focus();
    drawMenu();
  });
  byId("ask").addEventListener("mousedown", (event) => event.preventDefault());
  byId("ask").addEventListener("click", () => {
    field().value = `@${world.username} ${inline.read(field().value) ?? field().value.trim()}`;
    grow();
    field().focus();
    drawMenu();
  });
  byId("speaker").addEventListener("change", (event) => {
    chosen.set(world.open, Number(event.target.value));
    on.changed();
  });
  byId("topic").addEventListener("change", (event) => {
    topics.set(world.open, Number(event.target.value));
    on.changed();
  });
}

/** Draw what depends on the open chat. */
export function draw(on) {
  const chat = openChat();
  if (!chat) return;
  if (drawnFor !== chat.id) {
    if (drawnFor !== null) drafts.set(drawnFor, field().value);
    drawnFor = chat.id;
    field().value = drafts.get(chat.id) ?? "";
    grow();
    close();
    drawSpeakers(chat);
  }
  drawTopics(chat);
  const question = asked(chat);
  field().placeholder = question?.asks || (chat.kind === "channel" ? "Post to the channel" : "Write a message");
  say(byId("field-label"), `Message from ${speakers(chat).find((one) => one.id === speaker())?.name ?? ""} to ${chat.kind === "private" ? "the bot" : chat.title}`);
  drawNotice(chat, on);
  drawMenu();
}

/** The bot's question at the end of a chat, to which the next message is the reply. */
function asked(chat) {
  const last = chat.messages.findLast((one) => one.deleted_at === null);
  return last?.bot && last.asks !== null ? last : null;
}

function drawSpeakers(chat) {
  const people = speakers(chat);
  byId("speakers").hidden = people.length < 2;
  byId("speaker").replaceChildren(...people.map((one) => make("option", { value: one.id, selected: one.id === speaker() }, one.name)));
}

function drawTopics(chat) {
  const shownNow = JSON.stringify([chat.id, chat.topics]);
  byId("topics").hidden = !chat.topics.length;
  if (byId("topic").dataset.shown === shownNow) return;
  byId("topic").dataset.shown = shownNow;
  byId("topic").replaceChildren(...[{ thread: 0, name: "General" }, ...chat.topics].map((one) => make(
    "option", { value: one.thread, selected: one.thread === thread() }, one.closed ? `${one.name} (closed)` : one.name)));
}

function drawNotice(chat, on) {
  const notice = byId("notice");
  const blocked = isBlocked(chat);
  const down = world.online && world.bot.state === "down";
  const text = blocked ? `${chat.title} has blocked the bot. Writing lifts the block.`
    : down ? "The bot is not running. What you write waits until it is back." : "";
  notice.hidden = !text;
  const kind = blocked ? "blocked" : "down";
  if (!text || (notice.dataset.kind === kind && notice.dataset.chat === String(chat.id))) return;
  Object.assign(notice.dataset, { kind, chat: chat.id });
  notice.replaceChildren(make("span", {}, text), blocked
    ? make("button", { type: "button", class: "plain", click: () => on.unblock(chat) }, "Unblock")
    : make("button", { type: "button", class: "plain", click: on.start }, "Start the bot"));
}

function submit(on) {
  const text = field().value.trim();
  if (!text) return;
  if (inline.read(field().value) !== null) {
    // What is asked of the bot is no message; Enter goes to the first result.
    active = shown.length ? 0 : -1;
    drawMenu();
    return;
  }
  const question = asked(openChat());
  const before = field().value;
  field().value = "";
  grow();
  close();
  on.send(text, question?.id ?? null).catch(() => {
    // Nothing typed is ever lost.
    if (!field().value) field().value = before;
  });
}

function onKey(event, on) {
  if (event.isComposing) return;
  if (shown.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : -1;
    active = (active + step + shown.length + (active < 0 && step < 0 ? 1 : 0)) % shown.length;
    drawMenu();
  } else if (shown.length && event.key === "Escape") {
    event.preventDefault();
    close();
  } else if (shown.length && event.key === "Enter" && active >= 0) {
    event.preventDefault();
    shown[active].choose();
  } else if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    submit(on);
  }
}

function take(entry) {
  const chat = openChat();
  field().value = chat.kind === "private" ? `/${entry.command} ` : `/${entry.command}@${world.username} `;
  grow();
  close();
  field().focus();
}

function close() {
  forced = false;
  active = -1;
  show([]);
}

function drawMenu() {
  const typed = field().value;
  const words = inline.read(typed);
  if (words !== null) {
    show(document.activeElement === field() ? results(words) : [], "Results");
    return;
  }
  const prefix = /^\/(\w*)$/.exec(typed)?.[1];
  const wanted = forced || (prefix !== undefined && document.activeElement === field());
  const commands = wanted ? openChat().menu.filter((one) => forced || one.command.startsWith(prefix.toLowerCase())) : [];
  show(commands.map((one) => ({ name: `/${one.command}`, about: one.description, choose: () => take(one) })), "Commands");
}

/** What the bot found for words, as entries of the menu; the last one is the button below the results. */
function results(words) {
  const [user, chat] = [speaker(), world.open];
  const found = inline.find(user, chat, words, drawMenu);
  if (found === null) return [];
  const entries = found.results.map((result) => ({
    name: result.title, about: result.description, choose: () => settle(inline.send(user, chat, found, result)),
  }));
  if (!entries.length) entries.push({ name: found.trouble ?? "No results", about: "", choose: () => {} });
  if (found.button) {
    entries.push({
      name: found.button.text, about: "In the private chat with the bot", isButton: true,
      choose: () => settle(inline.start(user, found.button)).then((done) => done && open(user)),
    });
  }
  return entries;
}

/** Empty the field when what was chosen is done. */
async function settle(doing) {
  try {
    await doing;
  } catch (error) {
    toast(error.message, "trouble");
    return false;
  }
  field().value = "";
  inline.forget();
  grow();
  close();
  return true;
}

function show(entries, name = "Commands") {
  const opened = entries.length > 0 && shown.length === 0;
  shown = entries;
  const menu = byId("menu");
  menu.hidden = !entries.length;
  menu.setAttribute("aria-label", name);
  byId("slash").setAttribute("aria-expanded", String(entries.length > 0 && name === "Commands"));
  menu.replaceChildren(...entries.map((entry, index) => make("li", {
    role: "option", id: `entry-${index}`, "aria-selected": String(index === active),
    class: [name === "Results" ? "result" : "", entry.isButton ? "follow" : ""].join(" ").trim() || null,
    mousedown: (event) => event.preventDefault(), click: entry.choose,
  }, make("span", { class: "entry-name" }, entry.name), entry.about ? make("span", { class: "quiet" }, entry.about) : null)));
  if (active >= 0) {
    field().setAttribute("aria-activedescendant", `entry-${active}`);
    menu.children[active]?.scrollIntoView({ block: "nearest" });
  } else {
    field().removeAttribute("aria-activedescendant");
  }
  if (opened) say(byId("live"), `${entries.length} ${name.toLowerCase()}. Choose with the arrow keys and Enter.`);
}

function grow() {
  field().style.height = "auto";
  field().style.height = `${Math.min(field().scrollHeight, 160)}px`;
}
