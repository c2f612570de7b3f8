/** Packs the pairs' evidence for the repository, so that bounds can be set again without a run: `tsx bench/compare/pack.ts FOLDER PAIRS.jsonl`. */

import { writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { allPairs } from "./bench-pairs.ts";

const [folder = "compare-images", file = "pairs.jsonl"] = process.argv.slice(2);
const within = (path: string): string => relative(join(resolve(folder), "raw"), path);
const lines = allPairs(file).map((pair) => {
  const paths = { reference: within(pair.reference), ...(pair.other !== undefined && { other: within(pair.other) }) };
  // Six digits: more than any bound has.
  return JSON.stringify({ ...pair, ...paths }, (_, value) =>
    typeof value === "number" ? Math.round(value * 1e6) / 1e6 : value,
  );
});
writeFileSync(join(import.meta.dirname, "pairs.jsonl.gz"), gzipSync(`${lines.join("\n")}\n`, { level: 9 }));
console.log(`${lines.length} pairs`);
