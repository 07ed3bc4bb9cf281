// Presses of buttons: busy until the bot answers, and the answer as a toast in the tab that pressed.

import { act } from "./link.js";
import { toast } from "./toast.js";

const PATIENCE = 15000;
const waiting = new Map();
const early = new Map();

/** The text of the button of a message that still waits for its answer. */
export const busyOn = (message) => [...waiting.values()].find((one) => one.chat === message.chat && one.message === message.id)?.button ?? null;

/** Press a button as somebody. */
export async function press(user, message, button, changed) {
  const mark = { chat: message.chat, message: message.id, button };
  const key = Symbol(button);
  waiting.set(key, mark);
  changed();
  const done = () => {
    waiting.delete(key);
    waiting.delete(mark.id);
    changed();
  };
  try {
    const { press: opened } = await act("press", { user, chat: message.chat, message: message.id, button });
    mark.id = opened.id;
    waiting.delete(key);
    if (early.has(opened.id)) {
      show(early.get(opened.id));
      done();
    } else {
      waiting.set(opened.id, mark);
      changed();
      setTimeout(done, PATIENCE);
    }
  } catch (error) {
    done();
    toast(error.message, "trouble");
  }
}

/** Open the Mini App of a button as somebody, in a tab of its own; of this the bot hears nothing. */
export async function openApp(user, message, button) {
  try {
    const { address } = await act("app", { user, chat: message.chat, message: message.id, button });
    if (/^https?:/.test(address)) window.open(address, "_blank", "noopener,noreferrer");
  } catch (error) {
    toast(error.message, "trouble");
  }
}

/** Take the bot's answer to a press; those of other tabs are none of our business. */
export function answered(event) {
  if (waiting.has(event.press)) {
    waiting.delete(event.press);
    show(event);
  } else {
    // It may be faster than the reply to the request that pressed.
    early.set(event.press, event);
    if (early.size > 50) early.delete(early.keys().next().value);
  }
}

function show(answer) {
  if (answer.text) toast(answer.text, answer.alert ? "alert" : "");
}
