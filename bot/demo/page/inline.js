// Inline mode: "@bot words" in the field of any chat lists what the bot finds; a choice is sent to that chat.

import { act } from "./link.js";
import { world } from "./world.js";

const PAUSE = 250;
let asked = { key: "", found: null };
let timer = 0;

/** The words behind the bot's name, with which the text begins; null where it does not. */
export function read(text) {
  const name = `@${world.username} `;
  return text.toLowerCase().startsWith(name) ? text.slice(name.length).trim() : null;
}

/** What the bot answered to these words, or null; then it is asked, and `changed` is called when the answer is there. */
export function find(user, chat, words, changed) {
  const key = JSON.stringify([user, chat, words]);
  if (asked.key === key) return asked.found;
  const mine = { key, found: null };
  asked = mine;
  clearTimeout(timer);
  timer = setTimeout(async () => {
    try {
      const { inline } = await act("inline", { user, chat, query: words });
      mine.found = inline;
    } catch (error) {
      mine.found = { results: [], button: null, trouble: error.message };
    }
    if (asked === mine) changed();
  }, PAUSE);
  return null;
}

/** Ask again the next time, also for the same words. */
export function forget() {
  clearTimeout(timer);
  asked = { key: "", found: null };
}

/** Send a result to a chat. */
export const send = (user, chat, found, result) => act("inline/choose", { user, chat, query: found.id, result: result.id });

/** Press the button below the results, which starts the bot in the private chat. */
export const start = (user, button) => act("say", { user, chat: user, text: `/start ${button.start_parameter}` });
