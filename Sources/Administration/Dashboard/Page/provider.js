// The card of a provider.

import { Actions } from "./actions.js";
import { Chart } from "./charts.js";
import { announce, fact, make, mark, write } from "./elements.js";
import { count, duration, instant, milliseconds, readable } from "./format.js";
import { Consumers, Cycles, DeadJobs, LastError, Rejected } from "./lists.js";
import { CycleProgress, summary } from "./progress.js";
import { HeldSweep } from "./sweep.js";
import { changes, lag, next, otherProblems, since, tone } from "./words.js";

const kinds = ["added", "changed", "removed", "unchanged"];

export class ProviderCard {
  constructor(name) {
    this.name = name;
    this.cycles = [];
    this.status = make("span", { class: "status" });
    this.since = make("span", { class: "since" });
    this.next = make("p", { class: "next" });
    this.changes = make("p", { class: "faint small" });
    this.problems = make("ul", { class: "problems", hidden: true });
    this.progress = new CycleProgress(name);
    this.counts = Object.fromEntries(kinds.map((kind) => {
      const chart = new Chart(kind);
      return [kind, { chart, ...fact(kind[0].toUpperCase() + kind.slice(1), make("dd", { class: "chart-cell" }, chart.element)) }];
    }));
    this.known = fact("Known entities");
    this.rejectedCount = fact("Rejected");
    this.lag = fact("Consumer lag");
    this.completed = fact("Cycles completed");
    this.actions = new Actions(name);
    this.held = new HeldSweep(name, this.actions);
    this.error = new LastError(name);
    this.lists = [new Rejected(name), new DeadJobs(name), new Consumers(name)];
    this.history = new Cycles(name);
    this.element = this.build();
  }

  build() {
    const title = make("h3", { id: `provider-${this.name}` }, this.name);
    return make("article", { class: "card", "aria-labelledby": title.id },
      make("header", {}, title, make("p", { class: "state" }, this.status, this.since)), this.next, this.changes, this.problems,
      this.held.element, this.error.element, this.progress.element,
      make("dl", { class: "facts counts" }, ...kinds.map((kind) => this.counts[kind].element)),
      make("dl", { class: "facts" }, this.known.element, this.rejectedCount.element, this.lag.element, this.completed.element),
      make("div", { class: "lists" }, this.history.element, ...this.lists.map((list) => list.element)), this.actions.element);
  }

  /** Whether a person should look. */
  get needsAttention() {
    return this.state !== undefined && this.state.problems.length > 0;
  }

  setCycles(cycles) {
    this.cycles = cycles;
    for (const kind of kinds) this.counts[kind].chart.update(cycles);
    this.history.update(cycles);
    if (this.state) this.progress.update(this.state, cycles);
  }

  update(provider, mayAct) {
    this.tell(this.state, provider);
    this.state = provider;
    write(this.status, provider.status);
    mark(this.status, "data-tone", tone(provider.status));
    mark(this.element, "data-attention", provider.problems.length > 0);
    const problems = otherProblems(provider);
    this.problems.hidden = problems.length === 0;
    this.problems.replaceChildren(...problems.map((problem) => make("li", {}, readable(`${problem.kind}: ${problem.reason}`))));
    this.held.update(provider, mayAct);
    this.error.update(provider);
    this.progress.update(provider, this.cycles);
    for (const kind of kinds) {
      write(this.counts[kind].value, count(provider.cycle[kind]));
      mark(this.counts[kind].value, "data-kind", provider.cycle[kind] > 0 ? kind : null);
    }
    write(this.known.value, count(provider.known));
    write(this.rejectedCount.value, count(provider.cycle.rejected));
    mark(this.rejectedCount.value, "data-tone", provider.cycle.rejected > 0 ? "warning" : null);
    const behind = lag(provider);
    write(this.lag.value, behind === null ? "–" : count(behind));
    write(this.completed.value, count(provider.completedCycles));
    for (const list of this.lists) list.update(provider);
    this.actions.update(provider, mayAct);
  }

  /** Has what a person waits for read aloud. */
  tell(before, now) {
    if (!before || before.status === now.status) return;
    const isDone = now.phase === "resting" && before.phase !== "resting";
    if (isDone) announce(`${this.name}: cycle ${now.generation} completed, ${summary(now.cycle)}`);
    else if (["held", "failed", "paused", "throttled", "backing off", "waits for Redis"].includes(now.status)) announce(`${this.name}: ${now.status}`);
  }

  /** Moves what depends on the time, which is the server's. */
  tick(now) {
    const began = milliseconds(since(this.state));
    write(this.since, began === null ? "" : `for ${duration(now - began)}`);
    mark(this.since, "title", began === null ? null : `since ${instant(began)}`);
    const { text, at } = next(this.state);
    write(this.next, at === null ? text : at > now ? `${text} in ${duration(at - now)}` : `${text} now`);
    mark(this.next, "title", at === null ? null : instant(at));
    write(this.changes, changes(this.state, now));
    this.changes.hidden = this.state.changes === null;
    this.progress.tick(now);
  }
}
