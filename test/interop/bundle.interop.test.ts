import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bash, checkInPage, guideCommands } from "../../scripts/demo/stock-tools.ts";
import { writeZip } from "../../src/dossier/zip.ts";
import { seedproof, seedproofBeside } from "../helpers/cli.ts";
import { samplePath } from "../helpers/samples.ts";
import { startAuthority } from "../helpers/signing.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const IMAGE = samplePath("sdm__png_sd-webui.png");
let folder = "";
let bundle = "";
let vkey = "";
let number = "";
let tsaRoot = "";

/** A recorded session with a time stamp, a case over it, and its bundle, of which one entry is left out. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "seedproof-bundle-interop-"));
  execFileSync("npx", ["vite", "build", "--config", "vite.verify.config.ts", "--logLevel", "warn"], { cwd: ROOT });
  const authority = await startAuthority(join(folder, "zoo"));
  tsaRoot = authority.root;
  const run = async (...args: string[]) => {
    const { status, stderr, json } = await seedproofBeside([...args, "--home", join(folder, "home"), "--json"]);
    expect([args.join(" "), status, status === 0 ? "" : stderr + JSON.stringify(json)]).toEqual([
      args.join(" "),
      0,
      "",
    ]);
    return json[0] as Record<string, unknown>;
  };
  vkey = String((await run("ledger", "init")).vkey);
  await run("record", "note", "a girl in a field, in the evening");
  await run("record", "keep", IMAGE, "--why", "the light");
  await run("record", "note", "nobody else shall read this");
  await run("ledger", "anchor", "--tsa", authority.url);
  const theCase = join(folder, "case");
  await run("case", "init", theCase, "--ref", "2026/1", "--title", "EN=A cat|ZH=一只猫");
  await run("case", "add", theCase, IMAGE, "--as", "image", "--from", "the claimant");
  await run("case", "add", theCase, join(folder, "home"), "--as", "ledger", "--from", "the claimant");
  bundle = join(folder, "bundle");
  const made = await run(
    "bundle",
    theCase,
    "-o",
    bundle,
    "--withhold",
    "3",
    "--trust",
    authority.root,
    "--rule",
    "cn.bic.zhou.2025",
  );
  number = String(made.number);
  authority.close();
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true }));

const verified = (path = bundle, ...args: string[]) =>
  seedproof(["verify", path, ...args, "--home", join(folder, "none"), "--json"]);

test("the record is disclosed but for one entry, whose contents are nowhere in the bundle", () => {
  const { status, json } = verified(bundle, "--vkey", vkey, "--number", number, "--ca", tsaRoot);
  expect(status).toBe(0);
  const codes = (json[0] as { findings: { code: string }[] }).findings.map(({ code }) => code);
  expect(codes).toEqual(
    expect.arrayContaining([
      "dossier.key-holds",
      "dossier.number-holds",
      "dossier.history-holds",
      "dossier.exhibit-recorded",
      "dossier.assessment-holds",
    ]),
  );
  expect(json[0]).toMatchObject({ ok: true, ledgers: [{ id: "E2", gaps: [{ from: 3, to: 3 }] }] });
  expect(spawnSync("grep", ["-r", "nobody else shall read", bundle]).status).toBe(1);
});

describe("VERIFY.md", () => {
  const blockOf = (heading: string) => guideCommands(bundle, heading);
  const run = (script: string, cwd = bundle) => bash(script, cwd);

  test("says the same in both languages, with the same commands", () => {
    const [en, zh] = readFileSync(join(bundle, "VERIFY.md"), "utf8").split("\n---\n");
    const commands = (text: string) => [...text.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, script]) => script);
    expect(commands(zh!)).toEqual(commands(en!));
    expect(commands(en!).length).toBeGreaterThan(4);
  });

  test("sha256sum finds every file, and prints the bundle's number", () => {
    const { status, stdout } = run(blockOf("Every file"));
    expect([status, stdout]).toEqual([0, expect.stringContaining("HOLDS payload\nHOLDS tags\n")]);
    expect(stdout).toContain(number);
    const [files, lines] = stdout.trim().split("\n").slice(-2).map(Number);
    expect(files).toBe(lines! + 1);
  });

  test("Go's packages accept the record, and refuse it with a proof of another entry", () => {
    const { status, stdout, stderr } = run(blockOf("The record"));
    expect([status, stdout.trim(), stderr]).toEqual([
      0,
      expect.stringMatching(/^HOLDS \d checkpoints, \d of \d entries/),
      "",
    ]);
    const swapped = join(folder, "swapped");
    cpSync(bundle, swapped, { recursive: true });
    const proofs = join(swapped, "data/ledgers/E2/proofs");
    cpSync(join(proofs, "2.tlog-proof"), join(proofs, "1.tlog-proof"));
    expect(run(blockOf("The record"), swapped)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("1.tlog-proof"),
    });
    const { json } = verified(swapped);
    expect(JSON.stringify(json[0])).toContain("dossier.proof-differs");
  });

  test("openssl verifies the times", () => {
    const { status, stdout, stderr } = run(blockOf("The times"));
    expect([status, stderr.replaceAll(/Using configuration from.*\n/g, "")]).toEqual([0, expect.any(String)]);
    expect(stdout).toContain("Verification: OK");
  });

  test("python3-prov reads the history", () => {
    const { status, stdout } = run(blockOf("The history"));
    expect(status).toBe(0);
    expect(stdout).toContain("document");
    expect(stdout).toContain("entity(");
  });

  test("exiftool reads the originals", () => {
    expect(run(blockOf("The images")).stdout).toContain("Seed:");
  });
});

describe("verify.html in Chromium", () => {
  let browser: Browser;
  let page: Page;
  const asked: string[] = [];
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-quic"] });
    const context = await browser.newContext({ locale: "en-US" });
    page = await context.newPage();
    page.on("request", (request) => asked.push(request.url()));
    page.on("pageerror", (error) => asked.push(`error: ${error.message}`));
  }, 60_000);
  afterAll(() => browser.close());

  const check = (kind: "zip" | "folder", path: string) => checkInPage(page, bundle, kind, path);

  test("finds the folder and the zip to hold, from a file, asking nothing of any network", async () => {
    const zip = join(folder, "bundle.zip");
    writeFileSync(zip, writeZip(filesIn(bundle)));
    expect(await check("folder", bundle)).toEqual({ ok: "true", fails: [] });
    expect(await check("zip", zip)).toEqual({ ok: "true", fails: [] });
    const images = page.locator(".well img");
    await images.first().waitFor();
    expect(await images.first().evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(0);
    expect(asked.filter((url) => !/^(?:file|blob|data):/.test(url))).toEqual([]);
  });

  test("believes an authority once the reader has compared it, and knows a wrong key", async () => {
    await check("zip", join(folder, "bundle.zip"));
    await page.locator(".offered input").first().check();
    await page.locator("[data-code='dossier.exhibit-recorded']").waitFor({ timeout: 30_000 });
    await page.fill("[data-testid=vkey]", "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k");
    await page.locator("[data-testid=vkey]").blur();
    await page.locator("[data-testid=verdict][data-ok=false]").waitFor({ timeout: 30_000 });
  });

  test("names every file of the bundle that was changed in one byte or removed, and each one that was added", async () => {
    const files = filesIn(bundle);
    const manifests = ["manifest-sha256.txt", "tagmanifest-sha256.txt"];
    const plain = [...files.keys()].filter((path) => !manifests.includes(path));
    const flipped = (path: string): [string, Uint8Array] => {
      const changed = Uint8Array.from(files.get(path)!);
      changed[changed.length >> 1]! ^= 1;
      return [path, changed];
    };
    const shown = async (name: string, variant: ReadonlyMap<string, Uint8Array>): Promise<string[]> => {
      const zip = join(folder, `${name}.zip`);
      writeFileSync(zip, writeZip(variant));
      expect((await check("zip", zip)).ok).toBe("false");
      return page.locator("[data-testid=fails] .place").allInnerTexts();
    };
    expect(await shown("all-changed", new Map([...files, ...plain.map(flipped)]))).toEqual(
      expect.arrayContaining(plain),
    );
    for (const [n, part] of [plain.filter((_, i) => i % 2 === 0), plain.filter((_, i) => i % 2 === 1)].entries()) {
      const left = new Map([...files].filter(([path]) => !part.includes(path)));
      expect(await shown(`half-${n}`, left)).toEqual(expect.arrayContaining(part));
    }
    const added = ["added.txt", "data/added.txt", "data/exhibits/E1/added.png", "data/ledgers/E2/entries/3.json"];
    const more = added.map((path) => [path, new Uint8Array(1)] as const);
    expect(await shown("all-added", new Map([...files, ...more]))).toEqual(expect.arrayContaining(added));
    // A manifest names other files when it is changed, and is named with them.
    for (const path of manifests) {
      await shown(`${path}-changed`, new Map([...files, flipped(path)]));
      expect(await page.locator("[data-testid=fails]").textContent()).toContain(path);
    }
  });

  test("names the same failures as the command line, for a changed, a removed, an added file and a swapped proof", async () => {
    const files = filesIn(bundle);
    const image = [...files.keys()].find((path) => path.startsWith("data/exhibits/"))!;
    const flipped = Uint8Array.from(files.get(image)!);
    flipped[100]! ^= 1;
    const without = new Map(files);
    without.delete("data/ledgers/E2/proofs/1.tlog-proof");
    const variants = {
      changed: new Map([...files, [image, flipped]]),
      removed: without,
      added: new Map([...files, ["data/extra.txt", new Uint8Array(1)] as const]),
      swapped: new Map([
        ...files,
        ["data/ledgers/E2/proofs/1.tlog-proof", files.get("data/ledgers/E2/proofs/2.tlog-proof")!] as const,
      ]),
    };
    for (const [name, variant] of Object.entries(variants)) {
      const zip = join(folder, `${name}.zip`);
      writeFileSync(zip, writeZip(variant));
      const line = verified(zip).json[0] as { ok: boolean; findings: { code: string; level: string }[] };
      const codes = line.findings.filter(({ level }) => level === "fails").map(({ code }) => code);
      const shown = await check("zip", zip);
      expect([name, shown.ok, shown.fails]).toEqual([name, "false", codes]);
      expect(codes.length).toBeGreaterThan(0);
    }
  });

  test("refuses what is no bundle with a reason", async () => {
    await page.goto(`file://${join(bundle, "verify.html")}`);
    await page.setInputFiles("[data-testid=zip]", IMAGE);
    await page.locator("[role=alert]").waitFor();
    expect(await page.locator("[role=alert]").textContent()).toContain("dossier.zip-form");
  });
});

/** All files of a bundle by path. */
function filesIn(place: string): Map<string, Uint8Array> {
  const names = readdirSync(place, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    names.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(place.length + 1), new Uint8Array(readFileSync(path))];
    }),
  );
}
