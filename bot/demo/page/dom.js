// Makes elements. Whatever comes from outside enters as text or as a checked address, never as markup.

export const byId = (id) => document.getElementById(id);

/** Make an element: `make("p", {class: "quiet"}, "text", otherElement)`; functions become listeners. */
export function make(tag, told = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(told)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Put children in place of others, but leave equal text alone, so that a live region does not repeat itself. */
export function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Keep one child per key: unchanged ones stay (and keep the focus), changed ones are made anew. */
export function keep(parent, items, { key, version, build }) {
  const old = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  const wanted = items.map((item) => {
    const name = String(key(item));
    const stamp = String(version(item));
    const there = old.get(name);
    if (there?.dataset.version === stamp) return there;
    const fresh = build(item);
    fresh.dataset.key = name;
    fresh.dataset.version = stamp;
    if (there) replaceKeepingFocus(there, fresh);
    return fresh;
  });
  const staying = new Set(wanted);
  for (const child of [...parent.children]) if (!staying.has(child)) child.remove();
  wanted.forEach((child, place) => {
    if (parent.children[place] !== child) parent.insertBefore(child, parent.children[place] ?? null);
  });
}

function replaceKeepingFocus(there, fresh) {
  const focused = there.contains(document.activeElement) ? document.activeElement : null;
  const name = focused?.dataset.focus;
  there.replaceWith(fresh);
  if (!focused) return;
  const next = name ? [...fresh.querySelectorAll("[data-focus]")].find((one) => one.dataset.focus === name) : null;
  (next ?? fresh).focus?.({ preventScroll: true });
}

let face = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

/** Show the times of a zone, which is the bot's. */
export function setZone(timeZone) {
  face = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone });
}

/** Show a moment as hours and minutes. */
export const hours = (seconds) => face.format(new Date(seconds * 1000));

/** Show a length of time. */
export function lasting(seconds) {
  if (seconds < 90) return `${Math.max(0, seconds).toFixed(1)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}
