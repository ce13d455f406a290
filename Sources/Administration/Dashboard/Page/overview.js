// All providers and workers in a line of figures.

import { byId, fact, mark, write } from "./elements.js";
import { count, rate } from "./format.js";
import { lag, works } from "./words.js";

export class Overview {
  constructor() {
    this.attention = fact("Need attention");
    this.working = fact("Providers at work");
    this.known = fact("Known entities");
    this.rate = fact("Rate");
    this.lag = fact("Largest lag");
    this.slots = fact("Worker slots in use");
    byId("overview").append(...[this.attention, this.working, this.known, this.rate, this.lag, this.slots].map((part) => part.element));
  }

  update(providers, workers) {
    const sum = (values) => values.reduce((total, value) => total + value, 0);
    const troubled = providers.filter((provider) => provider.problems.length > 0).length;
    write(this.attention.value, count(troubled));
    mark(this.attention.value, "data-tone", troubled > 0 ? "bad" : null);
    write(this.working.value, `${count(providers.filter((provider) => works(provider) && !provider.pausedSince).length)} of ${count(providers.length)}`);
    write(this.known.value, count(sum(providers.map((provider) => provider.known))));
    write(this.rate.value, rate(sum(providers.map((provider) => provider.rate))));
    const lags = providers.map(lag).filter((number) => number !== null);
    write(this.lag.value, lags.length === 0 ? "–" : count(Math.max(...lags)));
    write(this.slots.value, `${count(sum(workers.map((worker) => worker.jobs.length)))} of ${count(sum(workers.map((worker) => worker.slots)))}`);
    mark(this.slots.value, "data-tone", workers.length === 0 && providers.length > 0 ? "bad" : null);
  }
}
