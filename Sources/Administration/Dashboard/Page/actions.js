// What a person can do to a provider.

import { confirmed } from "./confirm.js";
import { make, mark, write } from "./elements.js";
import { counted } from "./format.js";
import { askJSON, providerPath } from "./session.js";
import { works } from "./words.js";

/** The buttons of a provider, and what came of the last one. */
export class Actions {
  constructor(name) {
    this.name = name;
    this.mayAct = false;
    this.result = make("p", { class: "result", role: "status" });
    this.buttons = {
      pause: this.button("Pause", () => this.pauseOrResume()),
      trigger: this.button("Trigger", () => this.send("trigger", "triggered")),
      start: this.button("Start", () => this.start()),
      cancel: this.button("Cancel", () => this.cancel()),
      resync: this.button("Resync", () => this.resync()),
      retry: this.button("Retry", () => this.send("dead-jobs/retry", "tried again")),
    };
    this.hints();
    this.element = make("div", { class: "foot" },
      make("div", { class: "actions", role: "group", "aria-label": `Actions for ${name}` }, ...Object.values(this.buttons)),
      this.result);
  }

  button(label, act) {
    return make("button", {
      type: "button",
      click: (event) => event.currentTarget.getAttribute("aria-disabled") !== "true" && act(),
    }, label);
  }

  hints() {
    const hints = {
      trigger: "Make what it waits for due now", start: "Start a cycle; one that goes on is ended",
      cancel: "End the cycle that goes on", resync: "Publish every entity again with the next cycle",
      retry: "Run again what was given up on",
    };
    for (const [name, hint] of Object.entries(hints)) this.buttons[name].title = hint;
  }

  update(provider, mayAct) {
    this.provider = provider;
    this.mayAct = mayAct;
    const isPaused = provider.pausedSince !== null;
    const isStopped = isPaused || provider.phase === "cancelled";
    write(this.buttons.pause, isStopped ? "Resume" : "Pause");
    this.buttons.pause.title = isStopped ? "Let it go on" : "Stop it where it is";
    mark(this.buttons.pause, "class", isStopped ? "primary" : null);
    const gone = ["purging", "purged"].includes(provider.phase);
    const off = {
      pause: gone, trigger: isPaused || gone || provider.waits === null, start: provider.phase === "purging", cancel: gone || provider.phase === "cancelled",
      resync: gone, retry: false,
    };
    for (const [name, button] of Object.entries(this.buttons)) {
      button.disabled = !mayAct;
      // One that is of no use now keeps the focus that it may have.
      mark(button, "aria-disabled", off[name] ? "true" : null);
    }
    this.buttons.retry.hidden = provider.cycle.givenUpChains === 0;
  }

  pauseOrResume() {
    const isStopped = this.provider.pausedSince !== null || this.provider.phase === "cancelled";
    return isStopped ? this.send("resume", "resumed") : this.send("pause", "paused");
  }

  async start() {
    const goesOn = works(this.provider) || this.provider.held;
    if (goesOn && !(await confirmed(`Start ${this.name} anew?`,
      "The cycle that goes on is ended, removes nothing, and another starts from the beginning of the source.", "End it and start"))) return;
    await this.send("start", "started");
  }

  async cancel() {
    if (!(await confirmed(`Cancel the cycle of ${this.name}?`,
      "It is ended and removes nothing. The next one starts in 24 hours, or when the provider is resumed.", "Cancel the cycle"))) return;
    await this.send("cancel", "cancelled");
  }

  async resync() {
    if (!(await confirmed(`Publish everything of ${this.name} again?`,
      `The next cycle publishes every entity that the source lists, about ${counted(this.provider.known, "entity", "entities")}, changed or not: its consumers will have that much to do.`,
      "Resync"))) return;
    await this.send("resync", "set to publish everything");
  }

  /** Has it done, and says what came of it; why it was not done, or null. */
  async send(operation, done) {
    this.say("…");
    try {
      await askJSON("POST", providerPath(this.name, `/${operation}`));
      this.say(`${done[0].toUpperCase()}${done.slice(1)}.`);
      return null;
    } catch (error) {
      const failure = `Not done: ${error.message}`;
      this.say(failure, true);
      return failure;
    }
  }

  say(text, isFailure = false) {
    write(this.result, text);
    mark(this.result, "data-tone", isFailure ? "bad" : null);
    clearTimeout(this.forgetting);
    this.forgetting = setTimeout(() => write(this.result, ""), isFailure ? 30_000 : 8_000);
  }
}
