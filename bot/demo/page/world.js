// What this tab knows of the world, how it changes, and what follows from it. Nothing here touches the page.

export const world = {
  online: false,
  loaded: false,
  chats: new Map(),
  papers: [],
  ready: [],
  entries: [],
  bot: { state: "starting", code: null, log: "", read: false },
  username: "",
  trouble: { faults: [], shutUntil: 0 },
  offset: 0,
  violations: 0,
  presses: 0,
  open: null,
  unread: new Map(),
};

/** Take everything over anew. */
export function begin(state, newsroom) {
  world.online = true;
  world.loaded = true;
  world.chats = new Map(state.chats.map((one) => [one.id, one]));
  world.username = state.bot.username;
  world.violations = state.violations;
  world.presses = state.presses;
  world.papers = newsroom.papers;
  world.ready = newsroom.ready;
  world.entries = newsroom.entries.filter((entry) => entry.number > newsroom.older);
  world.bot = newsroom.bot;
  world.offset = newsroom.clock.offset;
  setTrouble(state.trouble);
  if (!world.chats.has(world.open)) world.open = [...world.chats.keys()][0] ?? null;
}

const CHANGES = {
  open: () => (world.online = true),
  message: (event) => store(event.message, event.message.bot),
  edit: (event) => store(event.message, false),
  delete: (event) => store(event.message, false),
  chat: (event) => world.chats.set(event.chat.id, event.chat),
  standing: (event) => (world.chats.get(event.chat).bot = event.standing),
  menu: (event) => {
    for (const [id, menu] of Object.entries(event.menus)) if (world.chats.has(+id)) world.chats.get(+id).menu = menu;
  },
  press: () => (world.presses += 1),
  publish: (event) => {
    if (!world.entries.some((entry) => entry.number === event.entry.number)) world.entries.push(event.entry);
  },
  bot: (event) => (world.bot = { state: event.state, code: event.code, log: event.log, read: event.read }),
  clock: (event) => (world.offset = event.offset),
  faults: (event) => setTrouble(event.trouble),
  violation: () => (world.violations += 1),
};

/** Let one change happen. */
export const change = (event) => CHANGES[event.kind]?.(event);

function store(message, isNew) {
  const chat = world.chats.get(message.chat);
  if (!chat) return;
  const known = chat.messages.length >= message.id;
  chat.messages[message.id - 1] = message;
  if (isNew && !known && chat.id !== world.open) world.unread.set(chat.id, (world.unread.get(chat.id) ?? 0) + 1);
}

function setTrouble(told) {
  world.trouble = { faults: told.faults, shutUntil: Date.now() + told.shut_for * 1000 };
}

export const openChat = () => world.chats.get(world.open);
export const isShown = (message) => message && message.deleted_at === null;
export const paperTitle = (key) => world.papers.find((paper) => paper.key === key)?.title ?? key;
export const isBlocked = (chat) => chat.kind === "private" && (chat.bot === "kicked" || chat.bot === "left");

/** What became of a chat, in words, or nothing if all is well. */
export function fate(chat) {
  if (chat.moved_to) return "now a supergroup";
  if (chat.deleted) return "deleted";
  if (chat.deactivated) return "account deleted";
  if (chat.unknown) return "not found by Telegram";
  if (chat.kind !== "private" && (chat.bot === "kicked" || chat.bot === "left")) return "bot removed";
  if (isBlocked(chat)) return "bot blocked";
  return chat.silenced || chat.bot === "restricted" ? "bot may not write" : "";
}

/** The bot's time of day in seconds. */
export const botTime = () => Date.now() / 1000 + world.offset;

export const hasFault = (effect) => world.trouble.faults.some((fault) => fault.effect === effect);

/** The people who may write in a chat, the first one being the one this is about. */
export const speakers = (chat) => chat.members;

const links = (message) => message.entities.filter((entity) => entity.type === "text_link").map((entity) => entity.url);

/** Whether this is an alert: it begins with a linked headline. Replies, digests and growing lists begin with words. */
const isAlert = (message) => message.bot && message.entities.some((entity) => entity.type === "text_link" && !entity.offset);

/** The seconds from publication to this message, or null if it is not an alert on something published here. */
export function delay(message) {
  if (!isAlert(message)) return null;
  const carried = links(message);
  // The headline may be linked by several papers; the newest publication before the message is what it came for.
  const causes = world.entries.filter((entry) => carried.includes(entry.link) && entry.at <= message.at);
  return causes.length ? message.at - Math.max(...causes.map((entry) => entry.at)) : null;
}

/** Who was told of an entry, and how long after publication; without seconds where it stood in a list. */
export function arrivals(entry) {
  const found = [];
  for (const chat of world.chats.values()) {
    const told = chat.messages.filter((one) => isShown(one) && one.bot && one.at >= entry.at && links(one).includes(entry.link));
    const alert = told.find(isAlert);
    if (alert) found.push({ chat: chat.title, seconds: alert.at - entry.at, at: alert.at });
    else if (told.length) found.push({ chat: chat.title, seconds: null, at: told[0].at });
  }
  return found;
}

/** The entry before this one that had the same headline and brought an alert: there is no second one. */
export const sameStory = (title, before = Infinity) =>
  world.entries.find((entry) => entry.number < before && entry.title === title && arrivals(entry).length);

const UNDO = new Set(["Undo", "Rückgängig", "Annuler", "Annulla"]);
const SUBSCRIBED = /^\/(sub|subscribe|add|abo)(@\w+)?\s+\S/i;

/** What a newcomer has already tried. */
export function steps() {
  const messages = [...world.chats.values()].flatMap((chat) => chat.messages);
  const alerted = world.entries.some((entry) => arrivals(entry).some((one) => one.seconds !== null));
  const subscribed = messages.some((one) => one.bot
    ? one.buttons.flat().some((button) => UNDO.has(button.text))
    : SUBSCRIBED.test(one.text));
  return { subscribed: alerted || subscribed, published: world.entries.length > 0, alerted, pressed: world.presses > 0 };
}
