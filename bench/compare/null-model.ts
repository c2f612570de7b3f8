/**
 * Fits the error model of null edits: `tsx bench/compare/null-model.ts CHANGES.jsonl DATE` reads what `changes.ts` counted on every
 * third picture and writes the model that is shipped. A bound is the quantile that one block in a thousand of its class
 * goes beyond, every edit of every picture counting alike, since neighbouring blocks of one picture are not independent.
 */

import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { type CueCounts, STEPS, TEXTURES } from "./cue-counts.ts";

/** Share of null blocks beyond a bound. */
const BEYOND = 0.001;
/** Edits that have at least this many blocks of a class say something of its tail. */
const LEAST_BLOCKS = 20;
/** Steps of colour below which nobody would speak of a change, however well even places keep theirs. */
const LEAST_COLOUR = 10;
/** A bound that is never reached. */
const NEVER = 9;

interface FitRecord {
  readonly reference: string;
  readonly kind: string;
  readonly counts: CueCounts;
}

const [file = "changes.jsonl", date = new Date().toISOString().slice(0, 10)] = process.argv.slice(2);
const records = readFileSync(file, "utf8")
  .split("\n")
  .filter((line) => line.endsWith("}"))
  .map((line) => JSON.parse(line) as FitRecord)
  .filter(({ kind }) => kind.startsWith("fit "));
if (records.length === 0) throw new Error(`${file} has no counts to fit to`);

function boundsOf(cue: "structure" | "colour"): number[] {
  const { width, count } = STEPS[cue];
  return TEXTURES.map((_, texture) => {
    const share = new Float64Array(count);
    for (const { counts } of records) {
      const own = Object.entries(counts[cue][texture]!).map(([step, n]) => [Number(step), n] as const);
      const total = own.reduce((sum, [, n]) => sum + n, 0);
      if (total >= LEAST_BLOCKS) for (const [step, n] of own) share[step] = share[step]! + n / total;
    }
    const all = share.reduce((sum, n) => sum + n, 0);
    let beyond = 0;
    let step = count - 1;
    while (step > 0 && beyond + share[step]! <= BEYOND * all) beyond += share[step--]!;
    return Math.round((step + 1) * width * 1e3) / 1e3;
  });
}

/** Richer blocks keep their structure better: where a few blocks say otherwise, the neighbours' mean is taken. */
function falling(bounds: readonly number[]): number[] {
  const groups = bounds.map((bound) => ({ sum: bound, n: 1 }));
  for (let i = 1; i < groups.length; ) {
    const [before, here] = [groups[i - 1]!, groups[i]!];
    if (here.sum / here.n <= before.sum / before.n) i++;
    else {
      groups.splice(i - 1, 2, { sum: before.sum + here.sum, n: before.n + here.n });
      i = Math.max(1, i - 1);
    }
  }
  return groups.flatMap(({ sum, n }) => new Array<number>(n).fill(Math.round((1e3 * sum) / n) / 1e3));
}

const [, ...structured] = boundsOf("structure");
const model = {
  id: `debian-null-${date}`,
  textures: [...TEXTURES],
  // Two flat blocks have no structure that could agree.
  structure: [NEVER, ...falling(structured)],
  colour: boundsOf("colour").map((bound) => Math.max(LEAST_COLOUR, bound)),
  unsure: 0.7,
  pictures: new Set(records.map(({ reference }) => reference)).size,
  edits: records.length,
};
const target = resolve(import.meta.dirname, "../../src/compare/pair/shipped-null-model.ts");
writeFileSync(
  target,
  `/** The error model of null edits that is shipped; written by bench/compare/null-model.ts. */

import type { NullModel } from "./null-model.ts";

/** Versioned data: the map of every comparison rests on it. */
export const SHIPPED_NULL_MODEL: NullModel = ${JSON.stringify(model)};
`,
);
execFileSync("npx", ["biome", "check", "--write", target], { stdio: "ignore" });
console.log(JSON.stringify(model));
