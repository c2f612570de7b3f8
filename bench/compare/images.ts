/** The collection that `images.tsv` lists, in the fixed shuffled order in which the benches take it. */

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { drawer } from "../../src/node/alterations.ts";
import { PACKAGES } from "./packages.ts";

/** Paths of all images below a folder that `collect.ts` filled: those that may be altered first, then those that are only unrelated. */
export function imagePaths(folder: string): string[] {
  const aside = new Set(PACKAGES.filter(({ unrelatedOnly }) => unrelatedOnly).map(({ name }) => name));
  const lines = readFileSync(join(import.meta.dirname, "images.tsv"), "utf8")
    .trim()
    .split("\n");
  const draw = drawer(20261129);
  return lines
    .map((line) => ({ line: line.split("\t"), key: draw() }))
    .sort((a, b) => Number(aside.has(a.line[3]!)) - Number(aside.has(b.line[3]!)) || a.key - b.key)
    .map(({ line }) => join(resolve(folder), "raw", line[3]!, line[4]!));
}
