// Links that open the bot with a payload, such as those of shared lists: who opens one is chosen beside it.

import { make } from "./dom.js";
import { speakers, world } from "./world.js";

/** The payload of a link that opens the bot, or null for any other link. */
export function payloadOf(address) {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url?.host !== "t.me" || url.pathname.slice(1).toLowerCase() !== world.username.toLowerCase()) return null;
  return url.searchParams.get("start");
}

/** Let people open such links in a list of messages; `open(chat, user, payload)` is called with a private chat. */
export function connect(list, open) {
  list.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    const payload = link ? payloadOf(link.href) : null;
    if (payload === null) return;
    event.preventDefault();
    if (link.nextElementSibling?.classList.contains("openers")) {
      link.nextElementSibling.remove();
      return;
    }
    const chats = [...world.chats.values()].filter((chat) => chat.kind === "private");
    const choices = chats.map((chat) => make("button", {
      type: "button", class: "plain", click: () => open(chat.id, speakers(chat)[0].id, payload),
    }, `Open as ${chat.title}`));
    link.after(make("span", { class: "openers", role: "group", "aria-label": "Who opens the link" }, ...choices));
  });
}
