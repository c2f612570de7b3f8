/**
 * Adds the correlation of lines to pairs that were weighed before it was looked at, where it decides: `tsx bench/compare/details.ts
 * PAIRS.jsonl`. Alterations are drawn again as they were; a pair whose other numbers come out differently ends the run. What it
 * finds stands beside the file of pairs, which another run may be writing; a run that was stopped goes on.
 */

import { createHash } from "node:crypto";
import { appendFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { type Evidence, weigh } from "../../src/compare/pair/evidence.ts";
import { prepare } from "../../src/compare/pair/prepared.ts";
import { ALTERATIONS, type Alteration, alter, drawer } from "../../src/node/alterations.ts";
import { drawn, type PairRecord } from "../../src/node/copy-pairs.ts";
import { openCvDetector } from "../../src/node/opencv.ts";
import { decodeWithin } from "../../src/node/pixels.ts";
import { allPairs, type Detail, detailsFile, keyOf, lacksDetail } from "./bench-pairs.ts";

const ALTERED = 7;
const LONG_SIDE = 1024;
/** Alterations that take numbers from the stream: those before a pair's own must be drawn again, others need not. */
const DRAWS: readonly Alteration[] = ["crop10", "crop25", "crop50", "crop75", "redraw", "screenshot", "combined"];
const CHECKED = ["cells", "blocks", "share", "tight", "pdq"] as const satisfies readonly (keyof Evidence)[];

const [file = "pairs.jsonl"] = process.argv.slice(2);
const pairs = allPairs(file);
const detector = await openCvDetector();
const lacking = pairs.filter(lacksDetail);
const missing = new Map(
  lacking.map(({ reference }) => [reference, lacking.filter((pair) => pair.reference === reference)]),
);
let done = 0;
for (const [reference, wanted] of missing) {
  const details = await detailsOf(reference, wanted);
  appendFileSync(detailsFile(file), details.map((detail) => `${JSON.stringify(detail)}\n`).join(""));
  process.stderr.write(`${++done}/${missing.size}\n`);
}

async function detailsOf(reference: string, wanted: readonly PairRecord[]): Promise<Detail[]> {
  const bytes = await readFile(reference);
  const draw = drawer(Number.parseInt(createHash("sha256").update(bytes).digest("hex").slice(0, 8), 16));
  const original = await decodeWithin(bytes, LONG_SIDE);
  const strangers = pairs.filter((pair) => pair.reference === reference && !pair.related);
  const kinds = drawn(ALTERATIONS, ALTERED, draw);
  const found: Detail[] = [];
  for (const [i, kind] of kinds.entries()) {
    const own = wanted.filter((pair) => (pair.related ? pair.kind === kind : strangers.indexOf(pair) % ALTERED === i));
    if (own.length === 0 && !DRAWS.includes(kind)) continue;
    const altered = await alter(original, kind, draw);
    if (own.length === 0) continue;
    const query = prepare(await decodeWithin(altered.bytes, LONG_SIDE), detector);
    for (const pair of own) {
      const first = pair.other === undefined ? original : await decodeWithin(await readFile(pair.other), LONG_SIDE);
      const { evidence } = weigh(prepare(first, detector), query);
      const other = CHECKED.find((name) => evidence[name] !== pair.evidence[name]);
      if (other) throw new Error(`${keyOf(pair)}: ${other} is ${evidence[other]}, was ${pair.evidence[other]}`);
      found.push({ key: keyOf(pair), detail: evidence.detail ?? 0 });
    }
  }
  return found;
}
