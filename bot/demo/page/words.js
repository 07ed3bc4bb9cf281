// Formatted text as Telegram sends it: a plain string and stretches counted in UTF-16 units, which is how JavaScript counts.

import { make } from "./dom.js";

const TAGS = { bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre" };
const LONG_QUOTE = 3;

/** Turn a text and its entities into nodes; `onCommand(text)` is called when a command in it is pressed. */
export function render(text, entities, onCommand) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return between(text, 0, text.length, sorted, onCommand);
}

function between(text, start, end, entities, onCommand) {
  const nodes = [];
  let place = start;
  for (let index = 0; index < entities.length; index += 1) {
    const outer = entities[index];
    if (outer.offset < place || outer.offset >= end) continue;
    const stop = Math.min(outer.offset + outer.length, end);
    if (outer.offset > place) nodes.push(text.slice(place, outer.offset));
    const inner = entities.slice(index + 1).filter((one) => one.offset >= outer.offset && one.offset < stop);
    nodes.push(wrap(outer, text.slice(outer.offset, stop), between(text, outer.offset, stop, inner, onCommand), onCommand));
    place = stop;
  }
  if (place < end) nodes.push(text.slice(place, end));
  return nodes;
}

function wrap(entity, plain, children, onCommand) {
  if (TAGS[entity.type]) return make(TAGS[entity.type], {}, ...children);
  switch (entity.type) {
    case "text_link": return link(entity.url, children);
    case "url": return link(plain, children);
    case "bot_command":
      return onCommand
        ? make("button", { type: "button", class: "command", click: () => onCommand(plain) }, ...children)
        : make("span", { class: "command" }, ...children);
    case "blockquote": return make("blockquote", {}, ...children);
    case "expandable_blockquote": return expandable(plain, children);
    case "spoiler": return spoiler(children);
    default: return make("span", {}, ...children);
  }
}

/** The address as a link may carry it, or null: only pages are linked, never programs. */
export function pageAddress(address) {
  const url = URL.canParse(address) ? new URL(address) : null;
  return url && ["http:", "https:"].includes(url.protocol) ? url.href : null;
}

function link(address, children) {
  const href = pageAddress(address);
  if (!href) return make("span", {}, ...children);
  return make("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

function expandable(plain, children) {
  const quote = make("blockquote", {}, ...children);
  if (plain.split("\n").length <= LONG_QUOTE && plain.length <= LONG_QUOTE * 60) return quote;
  quote.classList.add("folded");
  const toggle = make("button", { type: "button", class: "unfold", "aria-expanded": "false" }, "Show all");
  toggle.addEventListener("click", () => {
    const folded = quote.classList.toggle("folded");
    toggle.setAttribute("aria-expanded", String(!folded));
    toggle.textContent = folded ? "Show all" : "Show less";
  });
  return make("div", { class: "quote" }, quote, toggle);
}

function spoiler(children) {
  const cover = make("button", { type: "button", class: "spoiler", "aria-label": "Hidden text: show" }, ...children);
  cover.addEventListener("click", () => cover.replaceWith(make("span", {}, ...cover.childNodes)));
  return cover;
}
