import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { readEvents } from "../../src/node/process-events.ts";
import { eventsOf, type ProcessEvent } from "../../src/process/event.ts";
import { stepsOf } from "../../src/process/tables.ts";
import { type Recording, startRecording } from "../../src/server/recording.ts";
import { samplePath } from "../helpers/samples.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const IMAGE = samplePath("imh__fixtures_cli_a1111.png");
const SHA256 = createHash("sha256").update(readFileSync(IMAGE)).digest("hex");
let home = "";
let recording: Recording | undefined;
let server: Server | undefined;
const errors: unknown[] = [];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "seedproof-hook-"));
  mkdirSync(join(home, "out"));
  errors.length = 0;
});
afterEach(async () => {
  await recording?.stop();
  recording = undefined;
  server?.close().closeAllConnections();
  server = undefined;
  rmSync(home, { recursive: true, force: true });
});

async function record(): Promise<void> {
  recording = await startRecording({
    ...{ home, session: "s", sw: { name: "seedproof", version: "test" }, upstreams: [], watch: [], hook: true },
    report: (error) => void errors.push(error),
  });
}

/** Runs a generator's interface with our extension in it, and gives what it says at its end. */
async function generator(
  tool: "a1111" | "comfyui",
  mode: "usual" | "broken" | "many",
  env: NodeJS.ProcessEnv = {},
): Promise<{ slowestMs: number; missed: number; sent: boolean }> {
  const args = [join(import.meta.dirname, "generators", `${tool}.py`), join(ROOT, "integrations", `${tool}-seedproof`)];
  const child = spawn("/usr/bin/python3", [...args, IMAGE, join(home, "out"), mode], {
    env: { PATH: process.env.PATH, HOME: home, SEEDPROOF_HOME: home, PYTHONDONTWRITEBYTECODE: "1", ...env },
  });
  const said: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on("data", (part: Buffer) => said[0].push(part));
  child.stderr.on("data", (part: Buffer) => said[1].push(part));
  await new Promise((done) => child.once("close", done));
  const [out, trouble] = said.map((parts) => Buffer.concat(parts).toString());
  expect(trouble).toBe("");
  return JSON.parse(out!) as { slowestMs: number; missed: number; sent: boolean };
}

async function recorded(): Promise<ProcessEvent[]> {
  await recording!.stop();
  recording = undefined;
  expect(errors).toEqual([]);
  return (await readEvents(home)).map(({ event }) => event);
}

test("A1111 with the extension has each request recorded before its images, with seeds, settings and the saved bytes", async () => {
  await record();
  expect(await generator("a1111", "usual")).toMatchObject({ missed: 0, sent: true });
  const all = await recorded();
  const made = all.filter(({ type }) => type.startsWith("generation"));
  expect(made.map(({ type, capture }) => `${type} ${capture}`)).toEqual(
    Array(3).fill(["generation.requested hooked", "generation.completed hooked"]).flat(),
  );
  expect(stepsOf(all).map(({ positive, seed }) => [positive, seed])).toEqual([
    ["a cat", "5"],
    ["a cat, skiing", "6"],
    ["a cat, skiing, snow", "7"],
  ]);
  const requests = eventsOf(all, "generation.requested");
  expect(requests[0]!.data.recipe).toMatchObject({
    passes: [{ steps: 20, cfg: 7 }],
    models: [{ name: /m\.safetensors/ }],
  });
  expect(requests[2]!.data.inputs).toMatchObject([{ role: "init", sha256: SHA256 }]);
  const results = eventsOf(all, "generation.completed");
  expect(results.map(({ data }) => data.images.map(({ name, sha256 }) => [name, sha256]))).toEqual([
    [["5.png", SHA256]],
    [["unsaved-1.png", SHA256]],
    [["7.png", SHA256]],
  ]);
  expect(results.map(({ data, follows }) => data.request === follows[0])).toEqual([true, true, true]);
  expect(results.map(({ data }) => data.request)).toEqual(requests.map(({ id }) => id));
}, 60_000);

test("ComfyUI with the node has each prompt recorded with its result, failure or cache, without secrets", async () => {
  await record();
  expect(await generator("comfyui", "usual")).toMatchObject({ missed: 1, sent: true });
  const all = await recorded();
  expect(stepsOf(all).map(({ positive, seed }) => [positive, seed])).toEqual([
    ["a cat", "5"],
    ["a cat, skiing", "6"],
    ["a cat", "7"],
    ["out", "8"],
  ]);
  const [first, cached] = eventsOf(all, "generation.completed");
  expect(first!.data.images).toMatchObject([{ name: "ComfyUI_00001_.png", sha256: SHA256 }]);
  expect(cached!.data.cached).toBe(true);
  expect(eventsOf(all, "generation.failed").map(({ data }) => data.why)).toEqual(["out of memory"]);
  const [one, two, three] = eventsOf(all, "generation.requested").map(({ id }) => id);
  const follows = all.filter(({ type }) => /completed|failed/.test(type)).map(({ follows }) => follows[0]);
  expect(follows.sort()).toEqual([one, two, three].sort());
  expect(JSON.stringify(all)).not.toContain("k-secret");
  expect(JSON.stringify(all)).not.toContain("passwd");
}, 60_000);

test("without a recorder nothing is sent, nothing is missing, and faults of any kind stay inside the extension", async () => {
  for (const tool of ["a1111", "comfyui"] as const) {
    expect(await generator(tool, "usual")).toMatchObject({ missed: 0, sent: true });
    expect((await generator(tool, "broken")).sent).toBe(true);
  }
}, 60_000);

/** A recorder that takes connections and never answers. */
async function hangingRecorder(address?: string): Promise<{ asked: () => number }> {
  let asked = 0;
  server = createServer(() => void asked++);
  await new Promise<void>((done) => server!.listen(0, "127.0.0.1", done));
  const port = (server.address() as AddressInfo).port;
  writeFileSync(
    join(home, "hook.json"),
    JSON.stringify({ address: address ?? `http://127.0.0.1:${port}/`, token: "t" }),
  );
  return { asked: () => asked };
}

test("a recorder that hangs does not hold a generation up: what does not fit the queue is counted", async () => {
  const { asked } = await hangingRecorder();
  const { slowestMs, missed } = await generator("a1111", "many", { WAIT: "0" });
  expect(asked()).toBeLessThanOrEqual(2);
  expect(missed).toBeGreaterThan(500);
  // A second is far above what putting a message into a queue takes on a busy machine, and far below a timeout.
  expect(slowestMs).toBeLessThan(1_000);
}, 60_000);

test("only this machine is spoken to, whatever address the file names", async () => {
  const { asked } = await hangingRecorder("http://recorder.example/");
  expect(await generator("a1111", "usual")).toMatchObject({ missed: 0, sent: true });
  expect(asked()).toBe(0);
}, 60_000);

test("a message without the token, to another path, or that is no message is refused or recorded as missed", async () => {
  await record();
  const { address, token } = JSON.parse(readFileSync(join(home, "hook.json"), "utf8")) as {
    address: string;
    token: string;
  };
  expect(statSync(join(home, "hook.json")).mode & 0o077).toBe(0);
  const post = async (path: string, headers: Record<string, string>, body: string): Promise<number> =>
    (await fetch(address + path, { method: "POST", headers, body })).status;
  const own = { authorization: `Bearer ${token}` };
  expect(await post("v1/events", {}, "{}")).toBe(401);
  expect(await post("v1/events", { authorization: "Bearer x" }, "{}")).toBe(401);
  expect(await post("v2/events", own, "{}")).toBe(404);
  expect((await fetch(`${address}v1/events`, { headers: own })).status).toBe(404);
  expect(await post("v1/events", own, "{not json")).toBe(202);
  expect(await post("v1/events", own, '{"format":"seedproof-hook/1","tool":"a1111","step":"missed","count":3}')).toBe(
    202,
  );
  const all = await recorded();
  expect(eventsOf(all, "capture.missed").map(({ data }) => data.why)).toEqual([
    "a message of an extension was not whole",
    "3 messages were dropped",
  ]);
  await expect(async () => statSync(join(home, "hook.json"))).rejects.toThrow();
}, 60_000);

test("both extensions carry the same way of telling", () => {
  const [a, b] = ["a1111", "comfyui"].map((tool) =>
    readFileSync(join(ROOT, `integrations/${tool}-seedproof/seedproof_hook.py`), "utf8"),
  );
  expect(a).toBe(b);
});
