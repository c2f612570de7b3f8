import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { seedproof } from "../helpers/cli.ts";
import { samplePath } from "../helpers/samples.ts";

/** A value as `JSON.parse` gives it. */
type Parsed = ReturnType<typeof JSON.parse>;

let root = "";
let folder = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "seedproof-case-cli-"));
  folder = join(root, "case");
  seedproof(["case", "init", folder, "--ref", "S-1", "--title", "EN=A cat|ZH=一只猫", "--party", "claimant=Li"]);
  seedproof(["case", "add", folder, samplePath("sdm__png_sd-webui.png"), "--as", "image", "--from", "Li"]);
}, 60_000);
afterAll(() => rmSync(root, { recursive: true }));

test("what a person says is entered as a claim, and what nobody says is listed as unknown", () => {
  const said = seedproof(["case", "say", folder, "use.permission", "no", "--by", "Li", "--json"]);
  expect(said.json).toMatchObject([{ fact: { grade: "C", value: false, by: "Li" } }]);
  const [shown] = seedproof(["case", "show", folder, "--json"]).json as [Parsed];
  expect(shown.facts).toContainEqual(expect.objectContaining({ key: "image.generator", value: "a1111", grade: "M" }));
  expect(shown.unknown).toContainEqual(expect.objectContaining({ key: "process.selection_made", grade: "U" }));
  expect(shown.unknown.map(({ key }: Parsed) => key)).not.toContain("use.permission");
});

test("assess prints both columns for every element, under the rules that are asked for", () => {
  const { json, status } = seedproof(["assess", folder, "--rule", "cn.bic.zhou.2025", "us.usco.part2.2025", "--json"]);
  expect(status).toBe(0);
  const [{ rules, protection }] = json as [Parsed];
  expect(rules.map(({ rule }: Parsed) => rule.id)).toEqual(["cn.bic.zhou.2025", "us.usco.part2.2025"]);
  for (const { elements } of rules) {
    for (const one of elements) expect([typeof one.evidence, typeof one.burden]).toEqual(["string", "string"]);
  }
  expect(protection.map(({ object, images }: Parsed) => [object, images])).toEqual([
    ["process", undefined],
    ["parameters", "4294967296"],
    ["result", "1"],
  ]);
});

test("a rule that does not exist is named; rule check names the fault with its place and fails", () => {
  expect(seedproof(["assess", folder, "--rule", "no.such.rule", "--json"])).toMatchObject({
    status: 2,
    json: [{ error: { code: "doctrine.rule-not-found" } }],
  });
  const file = join(root, "rule.json");
  const bundled = join(import.meta.dirname, "../../src/doctrine/rules/uk.cdpa.9-3.json");
  const rule = JSON.parse(readFileSync(bundled, "utf8"));
  rule.elements[0].test.fact = "x.y";
  writeFileSync(file, JSON.stringify(rule));
  expect(seedproof(["rule", "check", file, "--json"])).toMatchObject({
    status: 1,
    json: [{ ok: false, findings: [{ code: "doctrine.fact-unknown", where: { pointer: "/elements/0/test/fact" } }] }],
  });
});

test("case run starts experiments only, and nothing else", () => {
  expect(seedproof(["case", "run", folder, "record", "stop"])).toMatchObject({ status: 64 });
});
