// What is known of the server's state, and the page that shows it.

import { byId, write } from "./elements.js";
import { milliseconds } from "./format.js";
import { Overview } from "./overview.js";
import { ProviderCard } from "./provider.js";
import { Workers } from "./workers.js";

export class Board {
  cards = new Map();
  workers = [];
  mayAct = false;
  /** How far the server's clock is ahead of this one. */
  ahead = 0;
  names = null;

  constructor() {
    this.overview = new Overview();
    this.workerList = new Workers();
    for (const id of ["filter", "filter-attention"]) byId(id).addEventListener("input", () => this.filter());
    setInterval(() => this.tick(), 1000);
  }

  /** Takes a message of the stream. */
  receive(name, data) {
    switch (name) {
      case "access": this.mayAct = data.scope === "manage"; break;
      case "providers": this.names = data; break;
      case "provider": this.card(data.name).update(data, this.mayAct); break;
      case "history": this.card(data.name).setCycles(data.cycles); break;
      case "workers": this.workers = data; break;
      case "trouble":
        byId("trouble").hidden = data === null;
        write(byId("trouble"), data ?? "");
        break;
      case "time":
        this.ahead = milliseconds(data) - Date.now();
        this.show();
        break;
    }
  }

  card(name) {
    if (!this.cards.has(name)) this.cards.set(name, new ProviderCard(name));
    return this.cards.get(name);
  }

  /** Shows what has come: all of it belongs together. */
  show() {
    const names = new Set(this.names ?? []);
    for (const [name, card] of this.cards) {
      if (!names.has(name)) {
        card.element.remove();
        this.cards.delete(name);
      }
    }
    const list = byId("cards");
    [...names].sort().forEach((name, index) => {
      const { element } = this.card(name);
      if (list.children[index] !== element) list.insertBefore(element, list.children[index] ?? null);
    });
    const states = this.states;
    this.overview.update(states, this.workers);
    if (this.names !== null) this.workerList.update(this.workers, states.length === 0);
    byId("board").hidden = false;
    this.filter();
    this.tick();
  }

  get states() {
    return [...this.cards.values()].map((card) => card.state).filter((state) => state !== undefined);
  }

  filter() {
    const text = byId("filter").value.trim().toLowerCase();
    const troubledOnly = byId("filter-attention").checked;
    let shown = 0;
    for (const card of this.cards.values()) {
      card.element.hidden = !card.name.toLowerCase().includes(text) || (troubledOnly && !card.needsAttention);
      if (!card.element.hidden) shown += 1;
    }
    // What could not be read yet is not said to be none.
    write(byId("providers-empty"), shown > 0 || this.names === null ? "" : this.cards.size > 0
      ? "No provider is like that."
      : "No provider is known yet: a worker makes those of its configuration known when it starts.");
  }

  tick() {
    const now = Date.now() + this.ahead;
    for (const card of this.cards.values()) if (card.state) card.tick(now);
    this.workerList.tick(now);
  }

  /** Forgets everything, for somebody else. */
  clear() {
    for (const card of this.cards.values()) card.element.remove();
    this.cards.clear();
    [this.workers, this.names, this.mayAct] = [[], null, false];
    byId("board").hidden = true;
  }
}
