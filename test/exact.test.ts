import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");

/** Code whose bits matter: what it computes is compared by hash on other computers. */
const PLACES = ["src/base", "src/engine", "models/training/scenes"];

/** ECMA-262 fixes these to the last bit; every other function of Math is left to the implementation. */
const FIXED = new Set(
  "abs ceil clz32 floor fround imul max min round sign sqrt trunc PI E LN2 LN10 LOG2E LOG10E SQRT1_2 SQRT2".split(" "),
);

const files = PLACES.map((place) => join(ROOT, place))
  .filter(existsSync)
  .flatMap((place) =>
    statSync(place).isFile()
      ? [place]
      : readdirSync(place, { recursive: true, encoding: "utf8" })
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
  expect(files.length).toBeGreaterThan(10);
  const found = files.flatMap((file) => offences(readFileSync(file, "utf8")).map((line) => `${file}:${line}`));
  expect(found).toEqual([]);
});

test("the check sees what it forbids, and only in code", () => {
  expect(offences('const a = Math.sqrt(2);\n/* Math.exp(1) ** 2 */ const b = "x ** y"; // Math.sin\n')).toEqual([]);
  expect(offences("const a = Math.exp(1);\nconst b = 2 ** 3;\nconst c = Math . hypot(1, 2);\nMath[name](1);")).toEqual([
    1, 2, 3, 4,
  ]);
});
