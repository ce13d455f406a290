// Who works, and on what.

import { byId, make, mark, write } from "./elements.js";
import { count, duration, instant, milliseconds } from "./format.js";

const kinds = { cycle: "begins", page: "reads", sweep: "sweeps" };

export class Workers {
  rows = new Map();

  update(workers, isAlone) {
    const ids = new Set(workers.map((worker) => worker.id));
    for (const [id, row] of this.rows) {
      if (!ids.has(id)) {
        row.element.remove();
        this.rows.delete(id);
      }
    }
    workers.forEach((worker, index) => {
      if (!this.rows.has(worker.id)) this.rows.set(worker.id, new WorkerRow());
      const row = this.rows.get(worker.id);
      row.update(worker);
      const list = byId("workers");
      if (list.children[index] !== row.element) list.insertBefore(row.element, list.children[index] ?? null);
    });
    write(byId("workers-empty"), workers.length > 0 ? "" : isAlone
      ? "No worker has given a sign of life within 30 s."
      : "No worker has given a sign of life within 30 s: nothing is read until one runs. `tidemark worker` starts one.");
  }

  tick(now) {
    for (const row of this.rows.values()) row.tick(now);
  }
}

class WorkerRow {
  constructor() {
    this.name = make("h3");
    this.facts = make("p", { class: "faint small" });
    this.slots = make("progress", { "aria-label": "Slots in use" });
    this.jobs = make("ul", { class: "jobs" });
    this.element = make("li", { class: "card worker" }, make("header", {}, this.name, this.slots), this.facts, this.jobs);
  }

  update(worker) {
    this.worker = worker;
    write(this.name, worker.name);
    this.slots.max = Math.max(1, worker.slots);
    this.slots.value = worker.jobs.length;
    const jobs = worker.jobs.map((job) => {
      const time = make("span", { class: "faint" });
      const element = make("li", {}, make("b", {}, job.provider), ` ${kinds[job.kind] ?? job.kind} cycle ${count(job.generation)} `, time);
      return { time, element, began: milliseconds(job.since) };
    });
    this.times = jobs;
    this.jobs.replaceChildren(...(jobs.length > 0 ? jobs.map((job) => job.element) : [make("li", { class: "faint" }, "Nothing: it waits for a job.")]));
  }

  tick(now) {
    const { worker } = this;
    write(this.facts, `${worker.jobs.length} of ${count(worker.slots)} slots · up for ${duration(now - milliseconds(worker.since))} · version ${worker.version}`);
    mark(this.facts, "title", `since ${instant(worker.since)}`);
    for (const job of this.times) write(job.time, `for ${duration(now - job.began)}`);
  }
}
