// What a card shows only to those who open it: cycles, rejected entities, consumers, what was given up on.

import { make, mark, write } from "./elements.js";
import { count, counted, instant, moment, took } from "./format.js";
import { askJSON, providerPath } from "./session.js";
import { behind } from "./words.js";

/** A part that opens; `fill` is called when it is opened, and when what it shows has changed while it is open. */
class Part {
  constructor(title) {
    this.title = make("summary", {}, title);
    this.body = make("div", { class: "part" });
    this.element = make("details", { toggle: () => this.refresh() }, this.title, this.body);
  }

  /** @param state changes when what is shown may have changed. */
  show(title, state) {
    write(this.title, title);
    if (this.state === state) return;
    this.state = state;
    this.refresh();
  }

  refresh() {
    if (this.element.open && this.filled !== this.state) {
      this.filled = this.state;
      this.fill();
    }
  }
}

function table(label, heads, rows) {
  return make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": label },
    make("table", {},
      make("thead", {}, make("tr", {}, ...heads.map(([head, kind]) => make("th", { scope: "col", class: kind }, head)))),
      make("tbody", {}, ...rows.map((cells) => make("tr", {},
        ...cells.map((cell, index) => make(index === 0 ? "th" : "td", { scope: index === 0 ? "row" : null, class: heads[index][1] }, cell)))))));
}

export class Cycles extends Part {
  constructor(name) {
    super("Cycles");
    this.name = name;
    this.cycles = [];
  }

  update(cycles) {
    this.cycles = cycles;
    const newest = cycles[0];
    this.show(`Cycles (${cycles.length})`, newest ? `${newest.generation} ${newest.outcome} ${newest.endedAt}` : "");
  }

  fill() {
    if (this.cycles.length === 0) return this.body.replaceChildren(make("p", { class: "faint" }, "No cycle has ended yet."));
    this.body.replaceChildren(table(`The last cycles of ${this.name}`,
      [["Cycle", "number"], ["Ended", ""], ["Took", "number"], ["Outcome", ""], ["Pages", "number"], ["Added", "number"],
        ["Changed", "number"], ["Removed", "number"], ["Unchanged", "number"], ["Rejected", "number"], ["Reason", "long"]],
      this.cycles.map((cycle) => [
        count(cycle.generation), moment(cycle.endedAt), took(Date.parse(cycle.endedAt) - Date.parse(cycle.startedAt)),
        cycle.outcome ?? "?", count(cycle.pages), count(cycle.added), count(cycle.changed), count(cycle.removed),
        count(cycle.unchanged), count(cycle.rejected), cycle.reason,
      ])));
  }
}

export class Rejected extends Part {
  constructor(name) {
    super("Rejected entities");
    this.name = name;
  }

  update(provider) {
    const number = provider.cycle.rejected;
    this.show(number > 0 ? `Rejected entities (${count(number)} in this cycle)` : "Rejected entities", `${provider.generation} ${number}`);
  }

  async fill() {
    try {
      const { rejected } = await askJSON("GET", providerPath(this.name, "/rejected?limit=50"));
      this.body.replaceChildren(rejected.length === 0
        ? make("p", { class: "faint" }, "None was rejected.")
        : make("ul", { class: "rejected" }, ...rejected.map((entity) => make("li", {},
          make("p", {}, make("b", {}, entity.entityRef ?? "An entity without a ref"), make("span", { class: "faint small" }, ` cycle ${count(entity.generation)}, ${instant(entity.at)}`)),
          make("p", { class: "reason" }, entity.reason),
          make("pre", { tabindex: "0", "aria-label": "The entity as the source gave it" }, entity.entity)))));
    } catch (error) {
      this.filled = undefined;
      this.body.replaceChildren(make("p", { class: "failure" }, `They could not be listed: ${error.message}`));
    }
  }
}

export class Consumers extends Part {
  constructor(name) {
    super("Consumers");
    this.name = name;
  }

  update(provider) {
    this.provider = provider;
    this.show(`Consumers (${provider.groups.length})`, JSON.stringify([provider.groups, provider.streamLength]));
  }

  fill() {
    const { groups, streamLength } = this.provider;
    const length = make("p", { class: "faint small" }, `The stream holds ${counted(streamLength, "entry", "entries")}.`);
    if (groups.length === 0) return this.body.replaceChildren(make("p", { class: "faint" }, "Nobody consumes it yet."), length);
    this.body.replaceChildren(table(`The consumers of ${this.name}`,
      [["Group", ""], ["Consumers", "number"], ["Behind", "number"], ["Not acknowledged", "number"], ["Last delivered", ""]],
      groups.map((group) => [
        group.name, count(group.consumers), behind(group) === null ? "?" : count(behind(group)), count(group.pending), group.lastDelivered,
      ])), length);
  }
}

export class DeadJobs extends Part {
  constructor(name) {
    super("Given up on");
    this.name = name;
  }

  update(provider) {
    const number = provider.cycle.givenUpChains;
    this.element.hidden = number === 0;
    this.show(`Given up on (${counted(number, "chain")})`, `${provider.generation} ${number}`);
  }

  async fill() {
    try {
      const { deadJobs } = await askJSON("GET", providerPath(this.name, "/dead-jobs"));
      this.body.replaceChildren(make("ul", { class: "rejected" }, ...deadJobs.map((job) => make("li", {},
        make("p", {}, make("b", {}, job.id), make("span", { class: "faint small" }, ` ${counted(job.attempts, "attempt")}, cursor ${JSON.stringify(job.cursor)}`)),
        make("p", { class: "reason" }, job.error ?? "")))));
    } catch (error) {
      this.filled = undefined;
      this.body.replaceChildren(make("p", { class: "failure" }, `They could not be listed: ${error.message}`));
    }
  }
}

/** Shows an error in full, or nothing. */
export class LastError {
  constructor(name) {
    this.title = make("h4");
    this.text = make("pre", { tabindex: "0", "aria-label": `The last error of ${name}` });
    this.element = make("section", { class: "box", hidden: true, "aria-label": `Last error of ${name}` }, this.title, this.text);
  }

  update(provider) {
    this.element.hidden = provider.error === null;
    if (provider.error === null) return;
    const isNow = provider.failures > 0 || provider.setAside > 0 || provider.redisError !== null || provider.phase === "failed";
    mark(this.element, "data-tone", isNow ? "bad" : "muted");
    const times = provider.failures > 1 ? `, ${counted(provider.failures, "time")} in a row` : "";
    write(this.title, `${isNow ? "Error" : "Last error, since overcome"}: ${instant(provider.errorAt)}${times}`);
    write(this.text, provider.error);
  }
}
