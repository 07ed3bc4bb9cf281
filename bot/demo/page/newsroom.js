// The newsroom on the right: what can be published, what was, and how long the alert took.

import { byId, hours, keep, lasting, make, say } from "./dom.js";
import { act } from "./link.js";
import { toast } from "./toast.js";
import { arrivals, paperTitle, sameStory, steps, world } from "./world.js";

const FIRST_SHOWN = 4;
let all = false;

/** Connect the form and the list. */
export function connect() {
  byId("own-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const told = { paper: byId("own-paper").value, title: byId("own-title").value, text: byId("own-text").value };
    publish(told).then((done) => done && event.target.reset());
  });
  byId("more-ready").addEventListener("click", () => {
    all = !all;
    draw();
  });
}

/** Draw everything. */
export function draw() {
  say(byId("reading"), reading());
  drawPapers();
  drawReady();
  drawWire();
  for (const button of document.querySelectorAll("[data-needs=reading]")) button.disabled = !world.bot.read || !world.online;
}

function reading() {
  if (!world.bot.read) return "The newsroom is being read for the first time …";
  if (world.bot.state === "down") return "Nobody reads the feeds while the bot is down.";
  return `The bot reads ${world.papers.filter((paper) => paper.listed).length} feeds every second.`;
}

async function publish(told) {
  try {
    await act("publish", told);
    return true;
  } catch (error) {
    toast(error.message, "trouble");
    return false;
  }
}

function drawPapers() {
  const select = byId("own-paper");
  if (select.children.length === world.papers.length) return;
  select.replaceChildren(...world.papers.map((paper) => make("option", { value: paper.key }, `${paper.title} (${paper.language})`)));
}

function drawReady() {
  const shown = all ? world.ready : world.ready.slice(0, FIRST_SHOWN);
  const done = steps();
  const isNext = (one) => one === world.ready[0] && done.subscribed && !done.published;
  keep(byId("ready"), shown, {
    key: (one) => one.key,
    version: (one) => [world.entries.some((entry) => entry.title === one.title), told(one.title), isNext(one)].join(),
    build: (one) => {
      const again = world.entries.some((entry) => entry.title === one.title);
      return make("li", {},
        make("p", { class: "headline", lang: paperOf(one)?.language }, one.title),
        make("p", { class: "quiet" }, one.label),
        told(one.title) ? make("p", { class: "quiet told" }, `Again brings no second alert: ${told(one.title)}.`) : null,
        make("button", {
          type: "button", class: isNext(one) ? "primary" : "publish", "data-focus": "publish", "data-needs": "reading",
          "aria-label": `Publish: ${one.title}`, click: () => publish({ ready: one.key }),
        }, again ? "Again" : "Publish"));
    },
  });
  const more = byId("more-ready");
  const hidden = world.ready.length - FIRST_SHOWN;
  more.hidden = hidden <= 0;
  more.setAttribute("aria-expanded", String(all));
  say(more, all ? "Show fewer" : `Show ${hidden} more`);
}

const paperOf = (ready) => world.papers.find((paper) => paper.key === ready.papers[0]);

function drawWire() {
  const stories = byLink();
  const alerts = stories.flatMap((story) => story.arrived).filter((one) => one.seconds !== null);
  const newest = alerts.sort((a, b) => b.at - a.at)[0];
  const timing = byId("timing");
  timing.classList.toggle("empty", !newest);
  if (newest) {
    const text = `${lasting(newest.seconds)} from publication to alert`;
    if (timing.textContent !== text) {
      timing.replaceChildren(make("strong", {}, lasting(newest.seconds)), " from publication to alert");
    }
  } else {
    say(timing, "How long an alert takes will be shown here.");
  }
  keep(byId("wire"), stories, {
    key: (story) => story.number,
    version: (story) => [story.papers, story.arrived.map((one) => one.chat + one.seconds), told(story.title, story.number)].join(),
    build: (story) => make("li", {},
      make("p", { class: "headline" }, story.title),
      make("p", { class: "quiet" }, `${hours(story.at)} · ${story.papers.join(", ")}`),
      make("p", { class: story.arrived.length ? "arrived" : "quiet" }, story.arrived.length
        ? story.arrived.map((one) => (one.seconds === null ? `${one.chat} in a list` : `${one.chat} after ${lasting(one.seconds)}`)).join(" · ")
        : told(story.title, story.number) ?? "no alert so far")),
  });
}

/** Say why there is no second alert, or nothing where there was no first one. */
function told(title, before) {
  const first = sameStory(title, before);
  return first ? `same story as ${hours(first.at)}` : undefined;
}

/** Put what several papers published under one link together, newest first. */
function byLink() {
  const stories = new Map();
  for (const entry of world.entries) {
    const story = stories.get(entry.link);
    if (story) story.papers.push(paperTitle(entry.paper));
    else stories.set(entry.link, { ...entry, papers: [paperTitle(entry.paper)], arrived: arrivals(entry) });
  }
  return [...stories.values()].reverse();
}
