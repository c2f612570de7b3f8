import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { makeAuthority } from "../../scripts/demo/authority.ts";
import { type StockResult, verifyWithStockTools } from "../../scripts/demo/stock-tools.ts";
import { utf8 } from "../../src/base/bytes.ts";
import { writeBundle } from "../../src/node/bundle-files.ts";
import { bundle } from "../dossier/bundle-helpers.ts";

let root = "";
let folder = "";
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), "seedproof-no-tools-"));
  folder = join(root, "bundle");
  const files = new Map(await bundle());
  // The page itself is opened by a browser of a fixed place; here the others are asked about.
  files.delete("verify.html");
  const headings = ["Every file", "The record", "The times", "The history", "The images"];
  const guide = headings.map((heading, i) => `## ${i + 1}. ${heading}\n\n\`\`\`sh\nfalse\n\`\`\`\n`);
  files.set("VERIFY.md", utf8(guide.join("\n")));
  writeBundle(files, folder);
});
afterAll(() => rmSync(root, { recursive: true }));
afterEach(() => vi.unstubAllEnvs());

test("on a computer with bash and nothing else, every stock check says that its tool is not there, and none is passed over", async () => {
  const bin = join(root, "bin");
  mkdirSync(bin);
  symlinkSync("/bin/bash", join(bin, "bash"));
  vi.stubEnv("PATH", bin);
  expect(makeAuthority(join(root, "authority"))).toBe(false);
  const results: StockResult[] = [];
  const asked = { bundle: folder, dossier: join(root, "none.pdf"), stamped: true, word: "猫" };
  await verifyWithStockTools(asked, (result) => results.push(result));
  const byTool = Object.fromEntries(results.map(({ tool, verdict }) => [tool, verdict]));
  // Those called by an absolute path may be there all the same.
  const { "python3-prov": _prov, ...named } = byTool;
  expect(named).toEqual({
    sha256sum: "absent",
    "Go, x/mod/sumdb": "absent",
    "openssl ts -verify": "absent",
    exiftool: "absent",
    qpdf: "absent",
    pdftotext: "absent",
    pdfdetach: "absent",
    "verify.html, Chromium": "absent",
  });
});
