// How far a cycle is, against the last that was completed.

import { make, mark, notedFact, write } from "./elements.js";
import { count, counted, duration, milliseconds, rate, took } from "./format.js";
import { works } from "./words.js";

export class CycleProgress {
  constructor(name) {
    this.title = make("p", { class: "cycle" });
    this.share = make("span", { class: "share" });
    this.bar = make("progress", { max: "1", "aria-label": `Progress of the cycle of ${name}` });
    this.pages = notedFact("Pages");
    this.chains = notedFact("Chains open");
    this.entities = notedFact("Entities");
    this.rate = notedFact("Rate");
    this.element = make("div", { class: "progress" },
      make("div", { class: "progress-head" }, this.title, this.share), this.bar,
      make("dl", { class: "facts" }, this.pages.element, this.chains.element, this.entities.element, this.rate.element));
  }

  update(provider, cycles) {
    this.provider = provider;
    const { cycle } = provider;
    const before = cycles.find((ended) => ended.outcome === "completed" && ended.generation < provider.generation);
    const goesOn = works(provider);
    // Measured by entities: pages come in any size, and a source may split another time.
    const share = before && before.marked > 0 ? Math.min(1, cycle.marked / before.marked) : null;
    mark(this.element, "data-tone", goesOn ? "active" : "rest");
    const isRead = ["sweeping", "resting", "held"].includes(provider.phase);
    if (cycle.startedAt === null) this.bar.value = 0;
    else if (goesOn && share === null && !isRead) this.bar.removeAttribute("value");
    else this.bar.value = isRead ? 1 : share ?? 0;
    write(this.share, goesOn && !isRead && share !== null ? `${Math.floor(share * 100)} %` : "");
    const last = (number) => (number === undefined ? "" : goesOn ? `of about ${count(number)}` : `before: ${count(number)}`);
    write(this.pages.value, count(cycle.pages));
    const unmodified = cycle.unmodifiedPages > 0 ? `${count(cycle.unmodifiedPages)} as they were` : "";
    write(this.pages.note, [last(before?.pages), unmodified].filter((part) => part !== "").join("; "));
    write(this.entities.value, count(cycle.marked));
    write(this.entities.note, last(before?.marked));
    write(this.chains.value, count(cycle.outstandingChains));
    write(this.chains.note, provider.jobs.waiting > 0 ? `${count(provider.jobs.waiting)} wait their turn` : "");
    write(this.rate.value, rate(provider.rate));
  }

  tick(now) {
    const { provider } = this;
    const [began, ended] = [milliseconds(provider.cycle.startedAt), milliseconds(provider.cycle.endedAt)];
    const name = provider.generation === 0 ? "No cycle yet" : `Cycle ${count(provider.generation)}`;
    if (began === null) write(this.title, name);
    else if (works(provider) || ended === null) write(this.title, `${name}, for ${duration(now - began)}`);
    else write(this.title, `${name} took ${took(ended - began)}`);
  }
}

/** The counts of a cycle in which nothing else is: for a line that is read aloud. */
export const summary = (cycle) => ["added", "changed", "removed"].map((kind) => `${count(cycle[kind])} ${kind}`).join(", ")
  + `, ${counted(cycle.pages, "page")}`;
