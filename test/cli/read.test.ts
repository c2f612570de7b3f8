import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { seedproof } from "../helpers/cli.ts";
import { samplePath } from "../helpers/samples.ts";

const PNG = samplePath("imh__fixtures_cli_a1111.png");
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "seedproof-"));
  mkdirSync(join(folder, "sub"));
  cpSync(PNG, join(folder, "b.png"));
  cpSync(PNG, join(folder, "sub", "a.png"));
  writeFileSync(join(folder, "notes.txt"), "no image");
  writeFileSync(join(folder, "text.png"), "no image either");
  writeFileSync(join(folder, "empty.png"), "");
  writeFileSync(join(folder, "cut.png"), readFileSync(PNG).subarray(0, 200));
});
afterAll(() => rmSync(folder, { recursive: true }));

test("a file is one JSON object on one line, and nothing else is on standard output", () => {
  const { status, json, stderr } = seedproof(["read", PNG, "--json"]);
  expect(json).toHaveLength(1);
  expect(json[0]).toMatchObject({ file: PNG, tool: "a1111", status: "recipe", recipe: { seed: "2895438046" } });
  expect([status, stderr]).toEqual([0, ""]);
});

test("standard input is read as a file is", () => {
  const [fromFile] = seedproof(["read", PNG, "--json"]).json as [object];
  const [fromStdin] = seedproof(["read", "-", "--json"], { input: readFileSync(PNG) }).json as [object];
  expect({ ...fromStdin, file: PNG }).toEqual(fromFile);
});

test("a folder gives its images, with --recursive those below it too, and the summary goes to standard error", () => {
  const names = (args: string[]): unknown[] =>
    seedproof(["read", folder, "--json", ...args]).json.map((line) => (line as { file: string }).file);
  const flat = ["b.png", "cut.png", "empty.png", "text.png"].map((name) => join(folder, name));
  expect(names([])).toEqual(flat);
  expect(names(["--recursive"])).toEqual([...flat.slice(0, 3), join(folder, "sub", "a.png"), flat[3]]);
  expect(seedproof(["read", folder]).stderr).toContain("4 files, 1 with a recipe");
});

test.each([
  ["a file that is not there", ["read", "nowhere.png"], 2, "file.not-found"],
  ["an empty file", ["read", "empty.png"], 2, "image.empty"],
  ["a text with an image's name", ["read", "text.png"], 2, "image.unknown-kind"],
  ["no file at all", ["read"], 64, "cli.usage"],
  ["an unknown option", ["read", "b.png", "--frobnicate"], 64, "cli.usage"],
  ["an unknown command", ["frobnicate"], 64, "cli.usage"],
] as const)("%s has its exit status and its code", (_, args, status, code) => {
  const run = seedproof([...args, "--json"], { cwd: folder });
  expect(run.status).toBe(status);
  expect(run.json).toHaveLength(1);
  expect((run.json[0] as { error: unknown }).error).toMatchObject({ code, message: expect.any(String) });
  const spoken = seedproof([...args], { cwd: folder });
  expect([spoken.status, spoken.stdout]).toEqual([status, ""]);
  expect(spoken.stderr.length).toBeGreaterThan(10);
});

test("a file that was cut is read as far as it goes, and says so", () => {
  const { status, json } = seedproof(["read", join(folder, "cut.png"), "--json"]);
  expect(status).toBe(2);
  expect(json[0]).toMatchObject({
    status: expect.stringMatching(/none|partial|recipe/),
    findings: [{ level: "fails", where: { byte: expect.any(Number) } }],
  });
});

test("the language follows --lang, then the locale", () => {
  const english = seedproof(["read", PNG]).stdout;
  const chinese = seedproof(["read", PNG, "--lang", "zh"]).stdout;
  expect(english).toContain("This file alone cannot show");
  expect(chinese).toContain("仅凭本文件不能说明");
  expect(seedproof(["--lang", "zh", "read", PNG]).stdout).toBe(chinese);
  expect(seedproof(["read", PNG], { env: { LC_ALL: "zh_CN.UTF-8" } }).stdout).toBe(chinese);
});

test("the Read screen is written out as one file that may ask nobody, and no file is written over unasked", () => {
  const file = join(folder, "page.html");
  const { status, json } = seedproof(["read", "--page", file, "--json"]);
  expect(status).toBe(0);
  const html = readFileSync(file);
  expect(json).toEqual([{ file, sha256: createHash("sha256").update(html).digest("hex"), bytes: html.length }]);
  const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(html.toString())?.[1] ?? "";
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toMatch(/connect-src|https?:|\*/);
  expect(seedproof(["read", "--page", file, "--json"])).toMatchObject({ status: 2 });
  expect(seedproof(["read", "--page", file, "--force"]).stdout).toBe(`${file}\n`);
  expect(seedproof(["read", PNG, "--page", join(folder, "other.html")]).status).toBe(64);
});
