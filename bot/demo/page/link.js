// The line to the server: requests, and the stream of everything that happens.

/** Ask for something. */
export async function ask(what) {
  const response = await fetch(`/_demo/${what}`, { cache: "no-store" });
  if (!response.ok) throw new Error(`${response.status} for ${what}`);
  return response.json();
}

/** Have something done; what cannot be done throws with the server's reason. */
export async function act(what, body = {}) {
  let response;
  try {
    response = await fetch(`/_demo/${what}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Error("The demo does not answer. Is it still running?");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? `The demo refused (${response.status}).`);
  return answer;
}

const KINDS = [
  "message", "edit", "delete", "chat", "standing", "menu", "press", "answer", "publish", "bot", "clock", "faults",
  "violation",
];
const PAUSE = 1500;

/**
 * Follow the world for ever: `begin(state, newsroom)` at first and whenever something was missed, `change(event)` for
 * each change, `broken()` when the line is down. The browser reconnects by itself and says where it was.
 */
export async function follow({ begin, change, broken }) {
  let state;
  try {
    const newsroom = await ask("newsroom");
    state = await ask("state");
    begin(state, newsroom);
  } catch {
    broken();
    setTimeout(() => follow({ begin, change, broken }), PAUSE);
    return;
  }
  const stream = new EventSource(`/_demo/events?since=${state.change}&life=${state.life}`);
  const again = (pause) => {
    stream.close();
    setTimeout(() => follow({ begin, change, broken }), pause);
  };
  for (const kind of KINDS) stream.addEventListener(kind, (event) => change(JSON.parse(event.data)));
  stream.addEventListener("reset", () => again(0));
  stream.addEventListener("open", () => change({ kind: "open" }));
  stream.addEventListener("error", () => {
    broken();
    if (stream.readyState === EventSource.CLOSED) again(PAUSE);
  });
}
