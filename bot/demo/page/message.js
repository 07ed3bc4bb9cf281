// One message: its text, buttons, file, and what became of it.

import { hours, lasting, make } from "./dom.js";
import { toast } from "./toast.js";
import { pageAddress, render } from "./words.js";

const FRESH_SECONDS = 2;

/** Build a message for the list; `on` says what happens on a press and on a command in the text. */
export function build(message, { own, name, answered, seconds, busy, on }) {
  const meta = make("p", { class: "meta" });
  const bubble = make("div", { class: "bubble" },
    name ? make("p", { class: "name" }, name) : null,
    answered ? make("p", { class: "answered" }, answered) : null,
    media(message),
    message.text ? make("div", { class: "text" }, ...render(message.text, message.entities, on.command)) : null,
    meta);
  if (seconds !== null) meta.append(make("span", { class: "delay" }, `${lasting(seconds)} after publication`));
  if (message.via) meta.append(make("span", {}, `via @${message.via}`));
  if (message.silent) meta.append(make("span", {}, "silent"));
  if (message.edited_at) meta.append(edited(message, bubble));
  meta.append(make("time", { datetime: new Date(message.at * 1000).toISOString() }, hours(message.at)));
  const kinds = ["message", own ? "own" : "", isFresh(message) ? "fresh" : ""].join(" ");
  return make("li", { class: kinds, tabindex: "-1", "aria-label": speaker(message) },
    bubble, keys(message, busy, on));
}

const isFresh = (message) => Date.now() / 1000 - message.at < FRESH_SECONDS;
const speaker = (message) => `${message.from}, ${hours(message.at)}`;

function media(message) {
  const file = message.photo ?? message.document;
  if (!file) return null;
  const address = `/_demo/files/${encodeURIComponent(file.file_id)}`;
  if (message.photo) {
    return make("img", { src: address, width: file.width || null, height: file.height || null, alt: message.text || "Picture" });
  }
  return make("a", { class: "file", href: address, download: file.name }, file.name);
}

function keys(message, busy, on) {
  if (!message.buttons.length) return null;
  const rows = message.buttons.map((row) => make("div", { class: "row" }, ...row.map((told) => key(told, busy, on))));
  return make("div", { class: "keys", role: "group", "aria-label": "Buttons" }, ...rows);
}

function key(told, busy, on) {
  if (told.url) {
    return make("a", { class: "key", href: pageAddress(told.url), target: "_blank", rel: "noopener noreferrer" }, told.text);
  }
  const style = ["key", told.style ?? ""].join(" ").trim();
  if (told.copy_text) {
    return make("button", { type: "button", class: style, "data-focus": told.text, click: () => copy(told.copy_text.text) }, told.text);
  }
  const waiting = busy === told.text;
  return make("button", {
    type: "button", class: style, "data-focus": told.text, "aria-busy": waiting ? "true" : null, click: () => (told.web_app ? on.app(told) : on.press(told)),
  }, told.text);
}

/** Copy a text, as Telegram does; of this the bot hears nothing. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("Copied.");
  } catch {
    toast(`The browser lets nothing be copied here: ${text}`, "trouble");
  }
}

/** Mark a message as edited, and show on demand what stood there before. */
function edited(message, bubble) {
  const earlier = message.edits.filter((one) => one.text && one.text !== message.text);
  if (!earlier.length) return make("span", {}, "edited");
  const toggle = make("button", { type: "button", class: "edited", "data-focus": "edited", "aria-expanded": "false" }, "edited");
  let shown = null;
  toggle.addEventListener("click", () => {
    if (shown) {
      shown.remove();
      shown = null;
    } else {
      shown = make("ol", { class: "earlier", "aria-label": "Earlier versions" },
        ...earlier.map((one) => make("li", {}, make("time", {}, `until ${hours(one.until)}`), make("div", {}, ...render(one.text, one.entities)))));
      bubble.append(shown);
    }
    toggle.setAttribute("aria-expanded", String(Boolean(shown)));
  });
  return toggle;
}
