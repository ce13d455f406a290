// Small charts of the last cycles: one bar each, the newest at the right.

import { draw, mark } from "./elements.js";
import { count, counted } from "./format.js";

const [fewest, most] = [12, 24];
const height = 30;

/** A chart of one of the counts of a cycle. */
export class Chart {
  constructor(kind) {
    this.kind = kind;
    this.bars = draw("g");
    this.element = draw("svg", {
      class: `chart ${kind}`, viewBox: `0 0 ${fewest * 4} ${height}`, preserveAspectRatio: "none", role: "img",
      "aria-label": "No cycle has ended yet",
    }, draw("path", { class: "base", d: `M0 ${height - 0.5}H${most * 4}` }), this.bars);
  }

  /** @param cycles the newest first. */
  update(cycles) {
    const shown = cycles.slice(0, most);
    const width = Math.max(fewest, shown.length) * 4;
    mark(this.element, "viewBox", `0 0 ${width} ${height}`);
    const greatest = Math.max(1, ...shown.map((cycle) => cycle[this.kind]));
    this.bars.replaceChildren(...shown.map((cycle, index) => {
      const value = cycle[this.kind];
      // By the root, for a first cycle adds all and those after it little.
      const size = value === 0 ? 0 : Math.max(2, Math.sqrt(value / greatest) * (height - 2));
      return draw("rect", {
        x: width - (index + 1) * 4 + 0.5, y: height - size, width: 3, height: size,
        class: cycle.outcome === "completed" ? null : "unfinished",
      }, draw("title", {}, `Cycle ${count(cycle.generation)}, ${cycle.outcome ?? "?"}: ${count(value)} ${this.kind}`));
    }));
    mark(this.element, "aria-label", shown.length === 0
      ? "No cycle has ended yet"
      : `${this.kind} in the last ${counted(shown.length, "cycle")}, the newest first: ${shown.map((cycle) => count(cycle[this.kind])).join("; ")}`);
  }
}
