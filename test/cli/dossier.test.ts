import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { seedproof } from "../helpers/cli.ts";
import { samplePath } from "../helpers/samples.ts";

let root = "";
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "seedproof-dossier-cli-"));
  const folder = join(root, "case");
  seedproof([
    "case",
    "init",
    folder,
    "--ref",
    "S-1",
    "--title",
    "EN=A cat|ZH=一只猫",
    "--date",
    "2026-11-29T23:30:00Z",
  ]);
  seedproof(["case", "add", folder, samplePath("sdm__png_sd-webui.png"), "--as", "image", "--from", "Li"]);
  seedproof(["case", "say", folder, "use.permission", "no", "--by", "Li"]);
}, 120_000);
afterAll(() => rmSync(root, { recursive: true }));

test("the same case gives the same bytes in another process, folder, time zone, language and under another user", () => {
  const elsewhere = join(root, "un autre dossier", "案卷");
  mkdirSync(elsewhere, { recursive: true });
  cpSync(join(root, "case"), join(elsewhere, "case"), { recursive: true });
  const places = [
    { folder: join(root, "case"), env: { TZ: "UTC" } },
    {
      folder: join(elsewhere, "case"),
      env: {
        TZ: "Pacific/Kiritimati",
        LANG: "zh_CN.UTF-8",
        LC_ALL: "zh_CN.UTF-8",
        USER: "x",
        LOGNAME: "x",
        HOME: elsewhere,
      },
    },
  ];
  for (const form of ["pdf", "html"]) {
    const [one, other] = places.map(({ folder, env }, i) => {
      const output = join(root, `${i}.${form}`);
      const { status, stderr } = seedproof(
        ["dossier", "build", folder, "-o", output, "--no-attach", "--lang", "en", "--home", join(root, `home-${i}`)],
        { env, cwd: folder },
      );
      expect([stderr, status]).toEqual(["", 0]);
      return readFileSync(output);
    });
    expect(one!.length).toBeGreaterThan(20_000);
    expect(one!.equals(other!), form).toBe(true);
    expect(one!.includes(root), "names no folder of this computer").toBe(false);
  }
}, 240_000);

test("a dossier is written over nothing that is there, and to nothing but a page or a PDF", () => {
  const build = (...args: string[]) => seedproof(["dossier", "build", join(root, "case"), ...args, "--json"]);
  expect(build("-o", join(root, "x.docx"))).toMatchObject({ status: 64, json: [{ error: { code: "cli.usage" } }] });
  expect(build("-o", join(root, "0.html"))).toMatchObject({ json: [{ error: { code: "file.exists" } }] });
}, 120_000);
