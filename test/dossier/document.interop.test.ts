import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Case } from "../../src/doctrine/case.ts";
import { addExhibit, createCase, openCase, writeMeasured } from "../../src/node/case-folder.ts";
import { measureCase } from "../../src/node/case-measure.ts";
import { dossierPdf, prepareDossier } from "../../src/node/dossier-build.ts";
import { samplePath } from "../helpers/samples.ts";

const AT = "2026-11-29T00:00:00Z";
const NAME = '<b>Li</b> #panic("x") $x$ 猫 \u202Egnp';
const BUNDLE = { name: "bundle.zip", bytes: new TextEncoder().encode("stands for a bundle") };

let root = "";
let pdf = "";
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "seedproof-pdf-"));
  const theCase: Case = {
    ...{ schema: "seedproof-case/1", ref: "S-1", title: { en: "A cat", zh: "一只猫" }, date: AT },
    parties: [{ id: "party-1", role: "claimant", name: NAME }],
    ...{ questions: [], exhibits: [], custody: [], declarations: [], facts: [], rules: ["cn.bic.zhou.2025"] },
  };
  const open = createCase(join(root, "case"), theCase);
  const about = { role: "image", receivedFrom: "Li", receivedAt: AT } as const;
  await addExhibit(open, samplePath("imh__fixtures_cli_a1111.png"), about);
  const again = openCase(join(root, "case"));
  writeMeasured(again.folder, await measureCase(again, AT, "test"));
  const options = { languages: ["zh", "en"], tool: "test", bundle: BUNDLE } as const;
  pdf = join(root, "dossier.pdf");
  writeFileSync(pdf, dossierPdf(await prepareDossier(openCase(again.folder), options), options));
}, 120_000);
afterAll(() => rmSync(root, { recursive: true }));

const tool = (name: string, ...args: readonly string[]): string =>
  execFileSync(name, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });

test("pdftotext reads names as they were written, in both languages, and no empty glyph", () => {
  const text = tool("pdftotext", pdf, "-");
  expect(text).toContain('<b>Li</b> #panic("x") $x$ 猫 [U+202E]gnp');
  for (const title of ["What is protected", "保护对象", "Chain of custody", "保管链"]) expect(text).toContain(title);
  expect(text).not.toContain("\uFFFD");
});

test("pdfdetach gives the attached bundle back byte for byte", () => {
  const saved = join(root, "saved.zip");
  tool("pdfdetach", "-save", "1", "-o", saved, pdf);
  expect(new Uint8Array(readFileSync(saved))).toEqual(BUNDLE.bytes);
});

test("pdffonts finds the three fonts that come along, embedded, and no other", () => {
  const rows = tool("pdffonts", pdf).trim().split("\n").slice(2);
  expect(rows.map((row) => row.replace(/^\w+\+(\S+).*/, "$1")).sort()).toEqual([
    "IBMPlexMono-Regular",
    "NotoSerifSC-Regular",
    "NotoSerifSC-SemiBold",
  ]);
  for (const row of rows) expect(row).toMatch(/Identity-H\s+yes yes yes/);
});

test("pdfinfo says tagged, dated by the case, and A4", () => {
  const info = tool("pdfinfo", "-isodates", pdf);
  expect(info).toMatch(/Tagged:\s+yes/);
  expect(info).toMatch(/CreationDate:\s+2026-11-29/);
  expect(info).toMatch(/595\.\d+ x 841\.\d+ pts \(A4\)/);
});
