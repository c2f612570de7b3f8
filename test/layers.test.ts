import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const SRC = resolve(import.meta.dirname, "../src");
const PURE = [
  "base",
  "image",
  "model",
  "recipe",
  "label",
  "engine",
  "remote",
  "compare",
  "search",
  "ledger",
  "process",
].concat(["contribution", "study", "lineage", "doctrine", "dossier"]);
const ORDER = [...PURE, "index.ts", "node", "server", "cli", "web"];

const files = readdirSync(SRC, { recursive: true, encoding: "utf8" }).filter((file) => /\.tsx?$/.test(file));
const top = (file: string): string => file.split("/")[0] ?? file;
const imports = files.flatMap((file) =>
  [...readFileSync(join(SRC, file), "utf8").matchAll(/(?:from|import)\s*\(?\s*"([^"]+)"/g)].map((m) => ({
    file,
    to: m[1]!,
  })),
);

test("every folder of src/ has its place in the order", () => {
  expect(files.length).toBeGreaterThan(5);
  expect([...new Set(files.map(top))].filter((folder) => !ORDER.includes(folder))).toEqual([]);
});

test("a folder imports from itself and from folders above it, never from below", () => {
  const inside = imports.filter(({ to }) => to.startsWith("."));
  expect(inside.length).toBeGreaterThan(5);
  const uphill = inside.filter(({ file, to }) => {
    const target = relative(SRC, resolve(SRC, dirname(file), to));
    return ORDER.indexOf(top(target)) > ORDER.indexOf(top(file)) || !ORDER.includes(top(target));
  });
  expect(uphill).toEqual([]);
});

test("no pure folder imports from Node", () => {
  expect(imports.filter(({ file, to }) => PURE.includes(top(file)) && to.startsWith("node:"))).toEqual([]);
});

test("inside the package files import files, never a folder's door", () => {
  const doors = imports.filter(
    ({ file, to }) => to.startsWith("../") && to.endsWith("/index.ts") && file !== "index.ts",
  );
  expect(doors).toEqual([]);
});
