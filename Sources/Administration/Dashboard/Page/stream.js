// Server-sent events by fetch: an EventSource cannot send a token in a header.

import { ask } from "./session.js";

const silence = 40_000;

/**
 * Hands each message to `receive(name, data)` until the server ends the stream, which is an error as any other: it has no end.
 * The server says something each 15 s; a connection that is silent for longer is given up.
 */
export async function watch(receive, signal) {
  const stop = new AbortController();
  signal.addEventListener("abort", () => stop.abort(), { once: true });
  let watchdog;
  const alive = () => {
    clearTimeout(watchdog);
    watchdog = setTimeout(() => stop.abort(), silence);
  };
  try {
    alive();
    const response = await ask("GET", "watch", { signal: stop.signal });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) throw new Error("the server has ended the connection");
      alive();
      const messages = (rest + value).split("\n\n");
      rest = messages.pop();
      for (const message of messages) read(message, receive);
    }
  } finally {
    clearTimeout(watchdog);
    stop.abort();
  }
}

function read(message, receive) {
  let name = "message";
  const data = [];
  for (const line of message.split("\n")) {
    if (line.startsWith("event: ")) name = line.slice(7);
    if (line.startsWith("data: ")) data.push(line.slice(6));
  }
  if (data.length > 0) receive(name, JSON.parse(data.join("\n")));
}
