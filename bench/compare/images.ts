/** The collection that `images.tsv` lists, in the order of the files' hashes, which is as good as shuffled and stays when others come or go. */

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { PACKAGES } from "./packages.ts";

/** Paths of all images below a folder that `collect.ts` filled: those that may be altered first, then those that are only unrelated. */
export function imagePaths(folder: string): string[] {
  const aside = new Set(PACKAGES.filter(({ unrelatedOnly }) => unrelatedOnly).map(({ name }) => name));
  return readFileSync(join(import.meta.dirname, "images.tsv"), "utf8")
    .trim()
    .split("\n")
    .map((line) => {
      const [sha256, , , from, path] = line.split("\t") as [string, string, string, string, string];
      return { sha256, from, path };
    })
    .sort((a, b) => Number(aside.has(a.from)) - Number(aside.has(b.from)) || (a.sha256 < b.sha256 ? -1 : 1))
    .map(({ from, path }) => join(resolve(folder), "raw", from, path));
}
