import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ensureLedger, openLedger } from "../../src/node/ledger-home.ts";
import { readEvents } from "../../src/node/process-events.ts";
import { readTimeline } from "../../src/node/timeline.ts";
import { eventsOf } from "../../src/process/event.ts";
import { keptIn } from "../../src/server/proxy/journal.ts";
import { seedproofBeside } from "../helpers/cli.ts";
import { type FakeServer, fakeA1111, fakeComfyui } from "../helpers/generators.ts";
import { samplePath } from "../helpers/samples.ts";

/** Long enough in base64 for its copy to be a file of its own. */
const IMAGE = samplePath("cex__sdturbo_sdxlturbo_example.png");
const SHA256 = createHash("sha256").update(readFileSync(IMAGE)).digest("hex");
const SW = { name: "seedproof", version: "test" };
let home = "";
let servers: FakeServer[] = [];

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), "seedproof-cut-off-"));
  servers = [await fakeA1111(IMAGE), await fakeComfyui(IMAGE)];
});
afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
  rmSync(home, { recursive: true, force: true });
});

/** A recorder in a process of its own. */
async function start(session: string) {
  const upstreams = ["a1111", "comfyui"].flatMap((kind, i) => [`--${kind}`, servers[i]!.url, `--${kind}-port`, "0"]);
  const args = ["record", "start", "--home", home, "--session", session, ...upstreams, "--json"];
  const { json } = await seedproofBeside(args);
  const { pid, proxies } = json[0] as { pid: number; proxies: { kind: string; address: string }[] };
  const addressOf = (kind: string) => proxies.find((proxy) => proxy.kind === kind)!.address;
  return { pid, a1111: addressOf("a1111"), comfyui: addressOf("comfyui") };
}

const stop = () => seedproofBeside(["record", "stop", "--home", home, "--json"]);
const post = (url: string, body: object, headers = {}) =>
  fetch(url, { method: "POST", body: JSON.stringify(body), headers }).then((answer) => answer.text());

async function kept(count: number): Promise<void> {
  for (let i = 0; i < 400 && keptIn(join(home, "spool")).length < count; i++) await sleep(50);
  expect(keptIn(join(home, "spool"))).toHaveLength(count);
}

test("what passed before a kill -9 and was not yet written is written by the next start: in order, once, before the gap", {
  timeout: 240_000,
}, async () => {
  const first = await start("one");
  // Somebody else writes to the ledger meanwhile, so that the recorder waits.
  const other = await openLedger(home, SW);
  await post(`${first.a1111}sdapi/v1/txt2img`, { prompt: "a cat", seed: 7 });
  await post(`${first.a1111}sdapi/v1/txt2img`, { prompt: "fail" });
  await kept(4);
  await post(`${first.comfyui}prompt`, { prompt: { "4": { class_type: "EmptyLatentImage", inputs: {} } } });
  const { address, token } = JSON.parse(readFileSync(join(home, "hook.json"), "utf8"));
  const message = { format: "seedproof-hook/1", tool: "a1111", step: "requested", job: "j", body: { prompt: "hook" } };
  await post(`${address}v1/events`, message, { authorization: `Bearer ${token}` });
  await kept(7);
  process.kill(first.pid, "SIGKILL");
  await sleep(300);
  other.close();
  // A copy that was still being made when the process was killed.
  writeFileSync(join(home, "spool", "a1111", "half.answer"), "half");
  const spool = mkdtempSync(join(tmpdir(), "seedproof-spool-"));
  cpSync(join(home, "spool"), spool, { recursive: true });
  expect((await readEvents(home, "one")).map(({ event }) => event.type)).toEqual(["session.opened"]);

  await start("two");
  const told = (await readTimeline(home))!;
  expect(told.ok).toBe(true);
  const one = told.events.map(({ event }) => event).filter(({ session }) => session === "one");
  expect(one.map(({ type, capture }) => `${type} ${capture}`)).toEqual([
    "session.opened noted",
    "generation.requested proxied",
    "generation.completed proxied",
    "generation.requested proxied",
    "generation.failed proxied",
    "generation.requested proxied",
    "generation.requested hooked",
    "generation.completed proxied",
    "capture.missed noted",
    "session.gap noted",
  ]);
  const requests = eventsOf(one, "generation.requested");
  expect(requests.map(({ data }) => data.recipe.prompt.positive).filter(Boolean)).toEqual(["a cat", "fail", "hook"]);
  const completed = eventsOf(one, "generation.completed");
  expect(completed.map(({ data, follows }) => [data.request, data.images[0]!.sha256, ...follows])).toEqual(
    [requests[0]!.id, requests[2]!.id].map((id) => [id, SHA256, id]),
  );
  expect(completed[0]!.data.seeds).toEqual(["7"]);
  const [gap] = eventsOf(one, "session.gap");
  expect(gap!.data.written).toBe(7);
  expect(requests.every(({ at }) => at.wall < gap!.data.to)).toBe(true);
  expect(eventsOf(one, "capture.missed")[0]!.data.why).toMatch(/^1 copies/);
  expect((await stop()).status).toBe(0);
  expect(keptIn(join(home, "spool"))).toEqual([]);

  // The same files again, as a kill between writing an event and removing them would leave them.
  cpSync(spool, join(home, "spool"), { recursive: true });
  rmSync(join(home, "spool", "a1111", "half.answer"), { force: true });
  await start("three");
  expect((await stop()).status).toBe(0);
  const again = (await readEvents(home, "one")).map(({ event }) => event.id);
  expect(again).toEqual(one.map(({ id }) => id));
  expect(readdirSync(join(home, "spool", "passed"))).toEqual([]);
  rmSync(spool, { recursive: true });
});

test("a file among what was kept that names a place outside leads nowhere, and a server that it names is not asked", {
  timeout: 120_000,
}, async () => {
  const outside = join(home, "precious.json");
  writeFileSync(outside, '{"prompt":"x"}');
  ensureLedger(home, SW);
  const passed = (name: string, value: object): void => {
    const file = { session: "s", upstream: servers[1]!.url.replace("127.0.0.1", "localhost"), passed: value };
    writeFileSync(join(home, "spool", "passed", `00000000000000-${name}.json`), JSON.stringify(file));
  };
  const at = { wall: "2026-11-01T00:00:00.000Z" };
  const base = { kind: "comfyui", path: "/prompt", at, asked: at };
  mkdirSync(join(home, "spool", "passed"), { recursive: true });
  passed("0", { ...base, step: "requested", key: "k", copy: { file: outside } });
  const answer = Buffer.from('{"prompt_id":"run-1"}').toString("base64");
  passed("1", { ...base, step: "answered", key: "k", status: 200, copy: { base64: answer } });
  passed("2", { step: "requested" });
  await start("next");
  expect((await stop()).status).toBe(0);
  const events = (await readEvents(home, "s")).map(({ event }) => event);
  expect(events.map(({ type }) => type)).toEqual(["capture.missed", "capture.missed"]);
  expect(existsSync(outside)).toBe(true);
  expect(servers[1]!.asked.filter((asked) => asked.includes("/history"))).toEqual([]);
});
