// The table of what was measured, for the terminal and for docs/benchmarks.md.
import { execFileSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { availableParallelism, cpus, totalmem } from "node:os";

const BEGIN = "<!-- written by ./justw bench-web --write -->";
const END = "<!-- end of what is written for the browser -->";

const shown = {
  ms: (number) => `${number.toFixed(number < 10 ? 1 : 0)} ms`,
  kB: (number) => `${(number / 1000).toFixed(0)} kB`,
  "": (number) => (Number.isInteger(number) ? `${number}` : number.toFixed(3)),
};

/** The middle of some numbers. */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export class Report {
  rows = [];

  /** Numbers of several runs that should not be larger than `goal`. The median counts; `worst` is shown beside it. */
  atMost(what, goal, unit, numbers) {
    this.#push(what, goal, unit, numbers);
  }

  /** Numbers without a goal. */
  fact(what, unit, numbers) {
    this.#push(what, undefined, unit, numbers);
  }

  #push(what, goal, unit, numbers) {
    const row = { what, goal: goal === undefined ? "" : `≤ ${shown[unit](goal)}`, median: "not measured", worst: "", mark: "" };
    if (numbers.length > 0) {
      const middle = median(numbers);
      row.median = shown[unit](middle);
      row.worst = shown[unit](Math.max(...numbers));
      if (goal !== undefined) row.mark = middle <= goal ? "✓" : "✗";
    }
    console.error(`    ${what}: ${row.median}`);
    this.rows.push(row);
  }

  get #score() {
    const marks = this.rows.map(({ mark }) => mark).filter((mark) => mark !== "");
    return `${marks.filter((mark) => mark === "✓").length} of ${marks.length} goals are met.`;
  }

  text() {
    const line = ({ what, goal, median: middle, worst, mark }) =>
      `  ${mark.padEnd(2)}${what.padEnd(58)}${goal.padStart(12)}${middle.padStart(14)}${worst.padStart(12)}`;
    const head = line({ what: "", goal: "goal", median: "median", worst: "worst", mark: "" });
    return [head, ...this.rows.map(line), "", this.#score].join("\n");
  }

  /** Replaces the part of a page that is written by this program. */
  async writeInto(page, how, browser) {
    const text = await readFile(page, "utf8");
    const [before, rest] = text.split(BEGIN);
    const after = rest?.split(END)[1];
    if (after === undefined) throw new Error(`${page} has no \`${BEGIN}\` … \`${END}\``);
    const rows = this.rows.map(({ what, goal, median: middle, worst, mark }) => `| ${what} | ${goal} | ${middle} | ${worst} | ${mark} |`);
    const table = ["| | Goal | Median | Worst | |", "| --- | ---: | ---: | ---: | :-: |", ...rows].join("\n");
    const written = `\n${circumstances()}, ${browser}, with \`${how}\`. ${this.#score}\n\n${table}\n\n`;
    await writeFile(page, `${before}${BEGIN}\n${written}${END}${after}`);
  }
}

function circumstances() {
  const git = (...args) => execFileSync("git", args, { encoding: "utf8" }).trim();
  const changed = git("status", "--porcelain") === "" ? "" : " with changes";
  const memory = Math.round(totalmem() / 1e9);
  const date = new Date().toISOString().slice(0, 10);
  return `${date}, commit ${git("rev-parse", "--short", "HEAD")}${changed}, ${availableParallelism()} cores of ${cpus()[0].model.trim()}, ${memory} GB of memory`;
}
