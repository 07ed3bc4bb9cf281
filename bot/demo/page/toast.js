// Short notes that go away by themselves.

import { byId, make } from "./dom.js";

const SHOWN = 5000;
const SHOWN_LONG = 9000;

/** Show a note; "trouble" and "alert" stay longer. */
export function toast(text, kind = "") {
  const note = make("p", { class: `toast ${kind}` }, text);
  byId("toasts").append(note);
  setTimeout(() => note.remove(), kind ? SHOWN_LONG : SHOWN);
}
