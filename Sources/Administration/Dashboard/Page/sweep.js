// A held sweep: why, what it would remove, and the decision.

import { confirmed } from "./confirm.js";
import { make, mark, write } from "./elements.js";
import { count, counted } from "./format.js";
import { askJSON, providerPath } from "./session.js";

const pageSize = 100;

export class HeldSweep {
  /** @param actions the provider's, which send and tell. */
  constructor(name, actions) {
    this.name = name;
    this.actions = actions;
    this.summary = make("p");
    this.refs = make("ul", { class: "refs", tabindex: "0", "aria-label": `What the sweep of ${name} would remove` });
    this.more = make("button", { type: "button", click: () => this.load() }, "Show more");
    this.listed = make("p", { class: "faint small" });
    this.failure = make("p", { class: "failure" });
    this.approve = make("button", { type: "button", class: "danger", click: () => this.decide("approve") });
    this.discard = make("button", { type: "button", click: () => this.decide("discard") }, "Discard");
    this.discard.title = "Remove nothing; the next cycle decides anew";
    this.element = make("section", { class: "box", "data-tone": "warning", hidden: true, "aria-label": `Held sweep of ${name}` },
      this.title = make("h4", {}, "The sweep is held"), this.summary,
      make("div", { class: "actions" }, this.approve, this.discard), this.failure,
      this.refs, make("div", { class: "actions" }, this.more, this.listed));
  }

  update(provider, mayAct) {
    const held = provider.held;
    this.element.hidden = held === null;
    if (held === null) {
      this.generation = undefined;
      return;
    }
    this.unmarked = held.unmarked;
    this.isOfChanges = held.of === "changes";
    write(this.title, this.isOfChanges ? "Changes are held" : "The sweep is held");
    write(this.summary, `${held.reason}. It would remove ${counted(held.unmarked, "entity", "entities")} of ${count(held.known)}.`);
    write(this.approve, `Approve: remove ${count(held.unmarked)} …`);
    this.approve.disabled = this.discard.disabled = !mayAct;
    const generation = `${held.of} ${provider.generation}`;
    if (this.generation !== generation) {
      this.generation = generation;
      write(this.failure, "");
      this.found = new Set();
      this.cursor = "0";
      this.refs.replaceChildren();
      this.load();
    }
  }

  async load() {
    mark(this.more, "aria-disabled", "true");
    const generation = this.generation;
    try {
      const page = await askJSON("GET", providerPath(this.name, `/sweep?limit=${pageSize}&cursor=${this.cursor}`));
      if (generation !== this.generation) return;
      for (const ref of page.entityRefs) {
        if (this.found.has(ref)) continue;
        this.found.add(ref);
        this.refs.append(make("li", {}, ref));
      }
      this.cursor = page.next;
      this.more.hidden = page.next === null;
      write(this.listed, `${count(this.found.size)} of ${count(page.unmarked)} are listed.`);
    } catch (error) {
      write(this.listed, `They could not be listed: ${error.message}`);
    }
    mark(this.more, "aria-disabled", null);
  }

  async decide(decision) {
    const number = counted(this.unmarked, "entity", "entities");
    const isYes = this.isOfChanges ? await this.confirmedChanges(decision, number) : decision === "approve"
      ? await confirmed(`Remove ${number} of ${this.name}?`, "The sweep goes on: what the source did not list is removed from every catalog.", `Remove ${number}`, true)
      : await confirmed(`Discard the sweep of ${this.name}?`, "Nothing is removed. What the source did not list stays until a next cycle, whose sweep decides anew.", "Discard the sweep");
    if (!isYes) return;
    const failure = await this.actions.send(`sweep/${decision}`, decision === "approve" ? "sweep approved" : "sweep discarded");
    write(this.failure, failure ?? "");
  }

  /** What the feed of changes told is held: nothing of it was applied. */
  confirmedChanges(decision, number) {
    return decision === "approve"
      ? confirmed(`Remove ${number} of ${this.name}?`, "The feed of changes is asked again, and what it tells is applied. It is held again if it would remove more by then.", `Remove ${number}`, true)
      : confirmed(`Discard the changes of ${this.name}?`, "Nothing is removed. A cycle begins, reads the source anew, and its sweep decides.", "Discard the changes");
  }
}
