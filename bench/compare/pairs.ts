/** Makes the bench's labelled pairs: `tsx bench/compare/pairs.ts FOLDER PAIRS.jsonl [REFERENCES]`; a run that was stopped goes on. */

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { lumaOf } from "../../src/compare/pair/plane.ts";
import { pdq, pdqDistance } from "../../src/compare/pdq.ts";
import { drawer } from "../../src/node/alterations.ts";
import { makePairs } from "../../src/node/copy-pairs.ts";
import { openCvDetector } from "../../src/node/opencv.ts";
import { phash, phashDistance } from "./phash.ts";

const [folder = "compare-images", file = "pairs.jsonl", wanted = "300"] = process.argv.slice(2);
const rows = readFileSync(join(import.meta.dirname, "images.tsv"), "utf8")
  .trim()
  .split("\n")
  .map((line) => line.split("\t"));
/** A fixed shuffle: references are a random draw from all packages. */
const draw = drawer(20261129);
const order = rows.map((row) => ({ row, key: draw() })).sort((a, b) => a.key - b.key);
const paths = order.map(({ row }) => join(resolve(folder), "raw", row[3]!, row[4]!));
const references = paths.slice(0, Math.min(Number(wanted), paths.length / 3));

await makePairs(
  {
    references,
    distractors: paths.slice(references.length),
    detector: await openCvDetector(),
    unrelated: 6,
    longSide: 1280,
    beside: (a, b) => ({
      pdq: pdqDistance(pdq(lumaOf(a)).hash, pdq(lumaOf(b)).hash),
      phash: phashDistance(phash(lumaOf(a)), phash(lumaOf(b))),
    }),
  },
  file,
  (done, all) => process.stderr.write(`${done}/${all}\n`),
);
