import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");

/** What shows and serves computes nothing that is compared by hash on other computers; everything else may. */
const SHOWING = ["web", "server", "cli"];
const FOLDERS = readdirSync(join(ROOT, "src"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !SHOWING.includes(entry.name))
  .map(({ name }) => `src/${name}`);
const PLACES = [...FOLDERS, "models/training/scenes"];

/** ECMA-262 fixes these to the last bit; every other function of Math is left to the implementation. */
const FIXED = new Set(
  "abs ceil clz32 floor fround imul max min round sign sqrt trunc PI E LN2 LN10 LOG2E LOG10E SQRT1_2 SQRT2".split(" "),
);

const files = PLACES.map((place) => join(ROOT, place)).flatMap((place) =>
  readdirSync(place, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => join(place, file)),
);

/** The code without comments and texts, line for line. */
function codeOf(text: string): string[] {
  const blank = (s: string): string => s.replace(/[^\n]/g, " ");
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, blank).split("\n");
}

function offences(text: string): number[] {
  return codeOf(text).flatMap((line, i) => {
    const names = [...line.matchAll(/\bMath\s*(?:\.\s*(\w+)|\[)/g)].map((m) => m[1] ?? "[");
    return line.includes("**") || names.some((name) => !FIXED.has(name)) ? [i + 1] : [];
  });
}

test("code whose bits matter uses no function that JavaScript leaves to the implementation", () => {
  expect(PLACES).toEqual(expect.arrayContaining(["src/base", "src/engine", "src/compare", "src/image", "src/node"]));
  for (const place of PLACES)
    expect([place, files.some((file) => file.startsWith(join(ROOT, place)))]).toEqual([place, true]);
  const found = files.flatMap((file) => offences(readFileSync(file, "utf8")).map((line) => `${file}:${line}`));
  expect(found).toEqual([]);
});

test("the check sees what it forbids, and only in code", () => {
  expect(offences('const a = Math.sqrt(2);\n/* Math.exp(1) ** 2 */ const b = "x ** y"; // Math.sin\n')).toEqual([]);
  expect(offences("const a = Math.exp(1);\nconst b = 2 ** 3;\nconst c = Math . hypot(1, 2);\nMath[name](1);")).toEqual([
    1, 2, 3, 4,
  ]);
});
