// The Mini App: shows what the server describes, and sends back one change at a time.

const opened = new URLSearchParams(location.hash.slice(1));
const signed = opened.get("tgWebAppData") ?? "";
const find = (id) => document.getElementById(id);
const DRAWING = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT] = [112, 28];

let state = null; // what the server said last
let waiting = 0; // changes whose answer has not come
let queue = Promise.resolve();

function chooseTheme() {
  // Of Telegram's colours only their darkness counts: our own have the contrast that reading needs.
  const system = matchMedia("(prefers-color-scheme: dark)");
  let background = "";
  try {
    background = String(JSON.parse(opened.get("tgWebAppThemeParams") ?? "{}").bg_color ?? "");
  } catch {
    // then as the system has it
  }
  const parts = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(background)?.slice(1).map((part) => parseInt(part, 16));
  const isDark = () => (parts ? 0.299 * parts[0] + 0.587 * parts[1] + 0.114 * parts[2] < 128 : system.matches);
  const set = () => { document.documentElement.dataset.theme = isDark() ? "dark" : "light"; };
  system.addEventListener("change", set);
  set();
}

function tellTelegram(event) {
  window.TelegramWebviewProxy?.postEvent(event, "{}");
  if (parent !== window) parent.postMessage(JSON.stringify({ eventType: event, eventData: {} }), "https://web.telegram.org");
}

function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function draw(days, label) {
  const drawing = document.createElementNS(DRAWING, "svg");
  const most = Math.max(...days, 1);
  const step = WIDTH / days.length;
  const facts = { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label, class: "chart" };
  for (const [key, value] of Object.entries(facts)) drawing.setAttribute(key, value);
  days.forEach((count, place) => {
    const bar = document.createElementNS(DRAWING, "rect");
    const height = count ? Math.max(3, (HEIGHT * count) / most) : 1;
    const box = { x: place * step + 1, y: HEIGHT - height, width: step - 2, height };
    for (const [key, value] of Object.entries(box)) bar.setAttribute(key, value.toFixed(1));
    drawing.append(bar);
  });
  return drawing;
}

function makeSwitch(id, about, isOn, onChange) {
  const input = make("input", { type: "checkbox", role: "switch", id });
  if (about) input.setAttribute("aria-describedby", about);
  input.checked = isOn;
  input.addEventListener("change", () => onChange(input.checked));
  return input;
}

function makeRow(kind, entry, change) {
  const id = `${kind}-${entry.id}`;
  const text = make("span", { class: "text" }, make("span", { class: "name" }, entry.name));
  const row = make("label", { class: "row" }, text);
  const item = make("li", {}, row);
  if (entry.about) text.append(make("span", { class: "about" }, entry.about));
  if (!entry.own) row.append(makeSwitch(id, entry.days ? `${id}-days` : "", entry.on, (on) => send(change(on))));
  if (entry.days) {
    item.append(make("div", { class: "days", id: `${id}-days` }, draw(entry.days, entry.chart), make("span", { class: "about" }, entry.week)));
  }
  return item;
}

function show() {
  const { words, keywords, sources, digest, quiet } = state;
  const focused = document.activeElement?.id;
  document.documentElement.lang = state.language;
  for (const element of document.querySelectorAll("[data-word]")) element.textContent = words[element.dataset.word];
  find("no-keywords").hidden = keywords.length > 0;
  find("keywords").replaceChildren(...keywords.map((one) => makeRow("keyword", one, (on) => ({ keyword: one.id, on }))));
  find("sources").replaceChildren(...sources.map((one) => makeRow("source", one, (on) => ({ source: one.id, on }))));
  find("digest").replaceChildren(
    ...digest.map((one, place) => makeRow("digest", { ...one, id: place }, (on) => ({ digest: one.hours, on }))),
  );
  find("paused").textContent = state.paused;
  find("more").textContent = state.more;
  find("zone").textContent = state.zone;
  find("quiet-on").checked = quiet.on;
  find("quiet-hours").hidden = !quiet.on;
  for (const end of ["from", "to"]) {
    const input = find(`quiet-${end}`);
    if (input.id !== focused && input.value !== quiet[end]) input.value = quiet[end];
  }
  find("loading").hidden = true;
  find("settings").hidden = false;
  if (focused) find(focused)?.focus();
}

function complain(sentence) {
  find("loading").hidden = true;
  find("problem").textContent = sentence;
  find("problem").hidden = !sentence;
}

async function ask(change) {
  try {
    const answer = await fetch("app/state", {
      method: "POST",
      headers: { "Content-Type": "application/json", "Accept-Language": document.documentElement.lang },
      body: JSON.stringify({ init_data: signed, change }),
    });
    const told = await answer.json();
    if (answer.ok) state = told;
    complain(answer.ok ? "" : told.error);
    find("note").textContent = answer.ok ? told.note : "";
  } catch {
    complain(state?.words.offline ?? document.body.dataset.offline);
  }
}

function send(change) {
  waiting += 1;
  queue = queue.then(async () => {
    await ask(change);
    waiting -= 1;
    if (state && !waiting) show(); // also after a refusal: the switch goes back to what is in force
  });
}

function sendQuiet() {
  const [begin, end] = [find("quiet-from").value, find("quiet-to").value];
  if (!find("quiet-on").checked) send({ quiet: null });
  else if (begin && end && begin !== end) send({ quiet: `${begin}-${end}` });
}

chooseTheme();
for (const id of ["quiet-on", "quiet-from", "quiet-to"]) find(id).addEventListener("change", sendQuiet);
tellTelegram("web_app_ready");
tellTelegram("web_app_expand");
send(null);
