// Signs in, watches, and watches again when the connection breaks.

import { Board } from "./board.js";
import { announce, byId, mark, write } from "./elements.js";
import { duration } from "./format.js";
import { Refusal, hasToken, signIn, signOut } from "./session.js";
import { watch } from "./stream.js";

const board = new Board();
let connection = new AbortController();
let attempts = 0;
let retrying;

function say(text, state) {
  write(byId("connection"), text);
  if (byId("connection").dataset.state !== state && state !== "waiting") announce(text);
  mark(byId("connection"), "data-state", state);
  if (state !== "waiting") mark(byId("board"), "data-stale", state === "lost");
}

function receive(name, data) {
  board.receive(name, data);
  if (name === "access") {
    attempts = 0;
    byId("sign-in").hidden = true;
    byId("sign-out").hidden = !hasToken();
    write(byId("caller"), data.scope === "manage" ? data.caller : `${data.caller}, to look only`);
    mark(byId("caller"), "title", `Tidemark ${data.version}`);
  }
  if (name === "time") say("Live", "live");
}

async function connect() {
  clearTimeout(retrying);
  connection.abort();
  const mine = connection = new AbortController();
  say("Connecting …", "waiting");
  try {
    await watch(receive, mine.signal);
  } catch (error) {
    if (mine !== connection) return;
    if (error instanceof Refusal && error.status === 401) return askForToken(hasToken() ? "This token is not known here." : "This server asks for a token.");
    if (error instanceof Refusal && !byId("sign-in").hidden) return askForToken(sentence(error));
    again(error);
  }
}

const sentence = (error) => (error.retryAfter > 0 ? `${error.message}: try again in ${error.retryAfter} s.` : `${error.message}.`);

function again(error) {
  attempts += 1;
  const wait = Math.max(error.retryAfter ?? 0, Math.min(30, 2 ** (attempts - 1))) * 1000 * (1 + Math.random() / 4);
  const end = Date.now() + wait;
  const reason = error instanceof Refusal ? error.message : "no connection to the server";
  const count = () => {
    if (Date.now() >= end) return connect();
    say(`Not live: ${reason}. Trying again in ${duration(end - Date.now())}`, "lost");
    retrying = setTimeout(count, 1000);
  };
  count();
}

function askForToken(message) {
  signOut();
  board.clear();
  byId("sign-out").hidden = true;
  write(byId("caller"), "");
  say("Signed out", "out");
  byId("sign-in").hidden = false;
  write(byId("sign-in-error"), message);
  byId("token").value = "";
  byId("token").focus();
}

byId("sign-in-form").addEventListener("submit", (event) => {
  event.preventDefault();
  write(byId("sign-in-error"), "");
  signIn(byId("token").value);
  connect();
});

byId("sign-out").addEventListener("click", () => {
  connection.abort();
  connection = new AbortController();
  askForToken("");
});

// Asking without a token would only be refused.
if (document.documentElement.dataset.access === "tokens" && !hasToken()) askForToken("");
else connect();
