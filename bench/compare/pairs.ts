/** Makes the bench's labelled pairs: `tsx bench/compare/pairs.ts FOLDER PAIRS.jsonl [REFERENCES]`; a run that was stopped goes on. */

import { foundBy, strongest } from "../../src/compare/pair/evidence.ts";
import { pdqDistance } from "../../src/compare/pdq.ts";
import { makePairs } from "../../src/node/copy-pairs.ts";
import { openCvDetector } from "../../src/node/opencv.ts";
import { imagePaths } from "./images.ts";
import { phash, phashDistance } from "./phash.ts";

const [folder = "compare-images", file = "pairs.jsonl", wanted = "300"] = process.argv.slice(2);
const paths = imagePaths(folder);
const references = paths.slice(0, Math.min(Number(wanted), paths.length / 3));

await makePairs(
  {
    references,
    distractors: paths.slice(references.length),
    detector: await openCvDetector(),
    unrelated: 10,
    alterations: 7,
    longSide: 1024,
    beside: (a, b, tried) => {
      const quick = tried.filter(({ by }) => !by.includes("slow"));
      const { cells, roundness, blocks, share, tight } = foundBy(strongest(quick));
      return {
        pdq: pdqDistance(a.pdq.hashes.identity, b.pdq.hashes.identity),
        phash: phashDistance(phash(a.work), phash(b.work)),
        // What the pair would have been judged by without the slow method.
        ...(quick.length < tried.length && { cells, roundness, blocks, share, tight }),
      };
    },
  },
  file,
  (done, all) => process.stderr.write(`${done}/${all}\n`),
);
