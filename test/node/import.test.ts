import { createHash } from "node:crypto";
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ImportOptions, importHistory } from "../../src/node/import/import.ts";
import { readEvents } from "../../src/node/process-events.ts";
import { eventsOf, type ProcessEvent } from "../../src/process/event.ts";
import { stepsOf } from "../../src/process/tables.ts";
import { seedproof, seedproofBeside } from "../helpers/cli.ts";
import { fakeComfyui } from "../helpers/generators.ts";
import { samplePath } from "../helpers/samples.ts";

const A1111 = samplePath("imh__fixtures_cli_a1111.png");
const COMFY = samplePath("sdm__png_comfyui-anima.png");
const VECTORS = join(import.meta.dirname, "vectors");
const sha256Of = (file: string): string => createHash("sha256").update(readFileSync(file)).digest("hex");
let home = "";
let source = "";

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "seedproof-import-"));
  source = join(home, "source");
  mkdirSync(source);
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const take = (from: ImportOptions["from"], more: Partial<ImportOptions> = {}) =>
  importHistory({ home, sw: { name: "seedproof", version: "test" }, session: "old", from, source, ...more });
const events = async (): Promise<ProcessEvent[]> => (await readEvents(home)).map(({ event }) => event);

/** An installation of InvokeAI whose database Python wrote; two of its images are there. */
function invokeai(): void {
  mkdirSync(join(source, "databases"));
  for (const name of ["invokeai.db", "invokeai.db-wal"])
    copyFileSync(join(VECTORS, name), join(source, "databases", name));
  mkdirSync(join(source, "outputs/images"), { recursive: true });
  for (const name of ["earlier.png", "in-the-log.png"]) copyFileSync(A1111, join(source, "outputs/images", name));
}

test("InvokeAI's database is taken over oldest first, with what only its log has committed, and without what it dropped", async () => {
  invokeai();
  const before = sha256Of(join(source, "databases/invokeai.db"));
  const summary = await take("invokeai");
  expect(summary).toEqual({ session: "old", runs: 43, images: 2, missing: 42, known: 0 });
  const all = await events();
  const requests = eventsOf(all, "generation.requested");
  expect(requests.map(({ source }) => source!.key).filter((key) => !key.startsWith("bulk"))).toEqual([
    "earlier.png",
    "later.png",
    "in-the-log.png",
  ]);
  expect(stepsOf(all).slice(0, 2)).toMatchObject([
    { positive: "a cat", claimedAt: "2025-02-28T23:59:59.999Z", sinceLastMs: undefined },
    { positive: "a cat, skiing", claimedAt: "2025-03-01T10:00:00.000Z", sinceLastMs: 36_000_001 },
  ]);
  expect(eventsOf(all, "file.saved")).toEqual([]);
  expect(eventsOf(all, "image.kept")).toEqual([]);
  expect(eventsOf(all, "generation.completed").flatMap(({ data }) => data.images.map(({ name }) => name))).toEqual([
    "earlier.png",
    "in-the-log.png",
  ]);
  expect(all.filter(({ type }) => type !== "history.imported").every(({ capture }) => capture === "imported")).toBe(
    true,
  );
  expect(all.at(-1)).toMatchObject({ type: "history.imported", data: { tool: "invokeai", from: "source", runs: 43 } });
  expect(sha256Of(join(source, "databases/invokeai.db"))).toBe(before);
  expect(seedproof(["ledger", "verify", "--home", home, "--json"]).json[0]).toMatchObject({ ok: true });
}, 60_000);

test("what was taken over is not taken over again, and what came since is", async () => {
  const log = (names: readonly string[]): string =>
    `<p>Fooocus Log 2024-02-02</p>${names.map((name) => `<div id="${name.replace(".", "_")}" class="image-container"><img src='${name}'/></div>`).join("")}`;
  mkdirSync(join(source, "2024-02-02"));
  const write = (...names: string[]): void => writeFileSync(join(source, "2024-02-02/log.html"), log(names));
  const [first, second] = ["2024-02-02_10-00-00_1.png", "2024-02-02_11-00-00_2.png"];
  copyFileSync(A1111, join(source, "2024-02-02", first!));
  write(first!);
  expect(await take("fooocus")).toMatchObject({ runs: 1, images: 1, missing: 0, known: 0 });
  const { length } = await events();
  expect(await take("fooocus")).toMatchObject({ runs: 0, known: 1 });
  expect(await events()).toHaveLength(length);
  write(second!, first!);
  expect(await take("fooocus", { session: "again" })).toMatchObject({ runs: 1, missing: 1, known: 1 });
}, 60_000);

test("a running ComfyUI gives its history and images, and the same history saved as a file is known then", async () => {
  const server = await fakeComfyui(A1111);
  try {
    const body = JSON.stringify({
      prompt: { "4": { class_type: "EmptyLatentImage", inputs: { width: 64, height: 64 } } },
    });
    for (let i = 0; i < 3; i++) await fetch(`${server.url}/prompt`, { method: "POST", body });
    await sleep(400);
    expect(await take("comfyui", { source: server.url })).toMatchObject({ runs: 3, images: 3, missing: 0 });
    const saved = join(source, "history.json");
    writeFileSync(saved, await (await fetch(`${server.url}/history`)).text());
    expect(await take("comfyui", { source: saved })).toMatchObject({ runs: 0, known: 3 });
    const asked = new Set(server.asked);
    expect(asked).toEqual(new Set(["POST /prompt", "GET /history", "GET /view"]));
  } finally {
    await server.close();
  }
  const completed = eventsOf(await events(), "generation.completed");
  expect(completed.flatMap(({ data }) => data.images.map(({ sha256 }) => sha256))).toEqual(
    Array(3).fill(sha256Of(A1111)),
  );
}, 60_000);

test("a folder is taken over in the order of its files' times: recipes as requests, others as saved files, copies once", async () => {
  cpSync(COMFY, join(source, "b.png"));
  mkdirSync(join(source, "sub"));
  cpSync(A1111, join(source, "sub/a.png"));
  cpSync(A1111, join(source, "copy.png"));
  writeFileSync(join(source, "work.kra"), "layers");
  writeFileSync(join(source, "notes.txt"), "no image");
  writeFileSync(join(source, "broken.png"), "no image either");
  symlinkSync("/etc", join(source, "elsewhere"));
  for (const [name, at] of [
    ["sub/a.png", 100],
    ["copy.png", 300],
    ["work.kra", 200],
    ["b.png", 400],
    ["broken.png", 500],
  ] as const)
    utimesSync(join(source, name), at, at);
  expect(await take("folder")).toMatchObject({ runs: 4, images: 4, known: 1 });
  const all = await events();
  expect(all.map(({ type, source }) => [type, source?.claimedAt?.slice(0, 19)])).toEqual([
    ["generation.requested", "1970-01-01T00:01:40"],
    ["generation.completed", "1970-01-01T00:01:40"],
    ["file.saved", "1970-01-01T00:03:20"],
    ["generation.requested", "1970-01-01T00:06:40"],
    ["generation.completed", "1970-01-01T00:06:40"],
    ["file.saved", "1970-01-01T00:08:20"],
    ["history.imported", undefined],
  ]);
  expect(all.map(({ source }) => source?.tool)).toEqual([
    "a1111",
    "a1111",
    "folder",
    "comfyui",
    "comfyui",
    "folder",
    undefined,
  ]);
}, 60_000);

test("a link among the images that leads out of their folder is not followed", async () => {
  writeFileSync(join(home, "secret.png"), "secret");
  const name = "2024-02-02_10-00-00_1.png";
  symlinkSync(join(home, "secret.png"), join(source, name));
  writeFileSync(join(source, "log.html"), `Fooocus Log<div id="${name.replace(".", "_")}"><img src='${name}'/></div>`);
  expect(await take("fooocus")).toMatchObject({ runs: 1, images: 0, missing: 1 });
}, 60_000);

test("what is no history is refused by name before a ledger is made", async () => {
  writeFileSync(join(source, "invokeai.db"), "not a database at all, just some text that is long enough");
  await expect(take("invokeai")).rejects.toMatchObject({ code: "record.source-damaged" });
  rmSync(join(source, "invokeai.db"));
  await expect(take("invokeai")).rejects.toMatchObject({ code: "record.source-unknown" });
  await expect(take("fooocus")).rejects.toMatchObject({ code: "record.source-unknown" });
  writeFileSync(join(source, "h.json"), '{"a": 1}');
  await expect(take("comfyui", { source: join(source, "h.json") })).rejects.toMatchObject({
    code: "record.source-unknown",
  });
  await expect(take("comfyui", { source: "http://127.0.0.1:9/" })).rejects.toMatchObject({
    code: "record.server-failed",
  });
  await expect(take("folder", { source: join(source, "none") })).rejects.toMatchObject({ code: "file.not-found" });
  expect(await events()).toEqual([]);
}, 60_000);

test("a damaged database gives an error by name or what can still be read, wherever a byte of it changed", async () => {
  invokeai();
  const file = join(source, "databases/invokeai.db");
  rmSync(`${file}-wal`);
  const whole = readFileSync(file);
  const codes = new Set<string>();
  for (let at = 16; at < whole.length; at += 1_733) {
    const changed = Buffer.from(whole);
    changed[at] = changed[at]! ^ 0x5a;
    writeFileSync(file, changed);
    const { invokeaiHistory } = await import("../../src/node/import/invokeai.ts");
    try {
      const { runs } = await invokeaiHistory(source);
      let count = 0;
      for (const { run } of runs) count += run.images.length;
      codes.add(count > 0 ? "read" : "empty");
    } catch (error) {
      codes.add(String((error as { code?: string }).code));
    }
  }
  expect(
    [...codes].filter((code) => !["read", "empty", "record.source-damaged", "record.source-unknown"].includes(code)),
  ).toEqual([]);
  expect(codes).toContain("read");
}, 60_000);

test("the command says what an import came to and that it is a claim", async () => {
  cpSync(A1111, join(source, "a.png"));
  const args = ["record", "import", "--from", "folder", source, "--home", home];
  expect((await seedproofBeside([...args, "--json"])).json[0]).toEqual({
    ...{ from: "folder", session: "import from folder", runs: 1, images: 1, missing: 0, known: 0 },
  });
  expect((await seedproofBeside([...args, "--lang", "zh"])).stdout).toContain("等级 C");
  const exported = seedproof(["record", "export", "--home", home]).json as { grade: string; capture: string }[];
  expect(exported.map(({ grade, capture }) => `${capture} ${grade}`)).toEqual(["imported C", "imported C", "noted S"]);
  expect(seedproof(["record", "import", "--from", "nothing", source, "--home", home]).status).toBe(64);
}, 60_000);
