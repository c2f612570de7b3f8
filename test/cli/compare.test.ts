import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Command } from "commander";
import sharp from "sharp";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import { registerCompare } from "../../src/cli/compare.ts";
import { SHIPPED_CALIBRATION } from "../../src/compare/pair/shipped-calibration.ts";

const FIELD = resolve(import.meta.dirname, "../../samples/cex__flux_girl_in_field.png");
const folder = mkdtempSync(join(tmpdir(), "seedproof-compare-cli-"));
const at = (name: string): string => join(folder, name);
await sharp(FIELD).resize(320).png().toFile(at("a.png"));
await sharp(at("a.png")).extract({ left: 0, top: 0, width: 320, height: 290 }).jpeg().toFile(at("b.jpg"));
await sharp({ create: { width: 300, height: 300, channels: 3, background: "#999" } })
  .png()
  .toFile(at("flat.png"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

/** What the command writes to standard output, and the status it leaves with. */
async function run(...args: string[]): Promise<{ out: string; status: unknown }> {
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const program = new Command().option("--json").option("--lang <lang>").exitOverride();
  registerCompare(program);
  await program.parseAsync(["compare", ...args], { from: "user" });
  const out = write.mock.calls.map(([text]) => text).join("");
  write.mockRestore();
  return { out, status: process.exitCode };
}

test("one JSON document says the verdict; the status is 0 for a copy, 1 for strangers, 3 where nothing can be told", async () => {
  const copy = await run("--json", at("a.png"), at("b.jpg"));
  expect([JSON.parse(copy.out).verdict, copy.status]).toEqual(["edited-copy", 0]);
  const flat = await run("--json", at("a.png"), at("flat.png"));
  expect([JSON.parse(flat.out).verdict, flat.status]).toEqual(["cannot-tell", 3]);
}, 120_000);

test("the text is in the language asked for and names the calibration", async () => {
  const { out } = await run("--lang", "zh", at("a.png"), at("b.jpg"), "--region", "脸=130,55,60,60");
  expect(out).toContain("经裁切的副本");
  expect(out).toContain("脸");
  expect(out).toContain(SHIPPED_CALIBRATION.id);
}, 120_000);

test("a page and a figure are written once, and over what is there only by force", async () => {
  const [html, svg] = [at("p.html"), at("f.svg")];
  await run(at("a.png"), at("b.jpg"), "--html", html, "--figure", svg);
  expect(readFileSync(html, "utf8")).toMatch(/^<!doctype html>/);
  expect(readFileSync(svg, "utf8")).toMatch(/^<svg /);
  await expect(run(at("a.png"), at("b.jpg"), "--html", html)).rejects.toMatchObject({ code: "file.exists" });
}, 120_000);

test("a calibration of one's own is used and named, and what is none is refused", async () => {
  writeFileSync(at("own.json"), JSON.stringify({ ...SHIPPED_CALIBRATION, id: "case-17", threshold: 1e6 }));
  const { out } = await run("--json", at("a.png"), at("b.jpg"), "--calibration", at("own.json"));
  expect(JSON.parse(out)).toMatchObject({ calibration: { id: "case-17" }, transform: null });
  writeFileSync(at("bad.json"), JSON.stringify({ ...SHIPPED_CALIBRATION, weights: ["1"] }));
  await expect(run(at("a.png"), at("b.jpg"), "--calibration", at("bad.json"))).rejects.toMatchObject({
    code: "compare.calibration-malformed",
  });
}, 120_000);
