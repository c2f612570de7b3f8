import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { sha256Hex } from "../../src/base/hash.ts";
import { verifyHome } from "../../src/node/ledger-verify.ts";
import { readEvents } from "../../src/node/process-events.ts";
import type { Job } from "../../src/server/jobs/job.ts";
import { writeTinyModel } from "../engine/tiny-model.ts";

const home = mkdtempSync(join(tmpdir(), "seedproof-kill-"));
mkdirSync(join(home, "models"));
writeTinyModel(join(home, "models", "tiny"));
const running: ChildProcess[] = [];
afterAll(() => {
  for (const child of running) child.kill("SIGKILL");
  rmSync(home, { recursive: true, force: true });
});

/** Starts a server in a process of its own. */
async function start() {
  const args = ["--import", "tsx", "src/cli/main.ts", "start", "--port", "0", "--home", home];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"] });
  running.push(child);
  const url = await new Promise<URL>((found) => {
    let said = "";
    child.stdout.on("data", (data) => {
      said += data;
      const [address] = /http:\S+/.exec(said) ?? [];
      if (address) found(new URL(address));
    });
  });
  const headers = { authorization: `Bearer ${url.searchParams.get("token")}`, "content-type": "application/json" };
  const ask = async (path: string, json?: unknown) => {
    const init = json === undefined ? {} : { method: "POST", body: JSON.stringify(json) };
    return (await fetch(new URL(`/api/v1${path}`, url), { headers, ...init })).json();
  };
  const end = (signal: NodeJS.Signals): Promise<number | null> =>
    new Promise((done) => {
      child.on("exit", done);
      child.kill(signal);
    });
  return { ask, end };
}

async function until(check: () => Promise<boolean>): Promise<void> {
  while (!(await check())) await new Promise((done) => setTimeout(done, 40));
}

test("a server that is killed while it draws and records loses nothing that it acknowledged, and goes on where it was", async () => {
  const first = await start();
  await first.ask("/record/start", { session: "cut" });
  const recipe = {
    dialect: "a1111",
    prompt: { positive: "a cat", negative: "" },
    seed: "100",
    size: { width: 32, height: 32 },
    rng: { source: "cpu" },
    passes: [{ steps: 3, cfg: 4, sampler: { id: "euler", raw: "Euler" }, scheduler: { id: "karras", raw: "Karras" } }],
    models: [{ role: "checkpoint", name: "tiny", hashes: [] }],
  };
  const { id }: Job = await first.ask("/jobs", { engine: { name: "embedded" }, recipe, count: 4 });
  const queued: Job = await first.ask("/jobs", { engine: { name: "embedded" }, recipe: { ...recipe, seed: "900" } });
  await until(async () => ((await first.ask(`/jobs/${id}`)) as Job).images.length >= 1);
  const before: Job = await first.ask(`/jobs/${id}`);
  await first.end("SIGKILL");

  const second = await start();
  const { cutOff } = await second.ask("/record");
  expect(cutOff.session).toBe("cut");
  await until(async () => ((await second.ask(`/jobs/${queued.id}`)) as Job).state === "done");
  const after: Job = await second.ask(`/jobs/${id}`);
  expect(after.state).toBe("done");
  expect(after.images.map(({ seed }) => seed)).toEqual(["100", "101", "102", "103"]);
  expect(after.images.slice(0, before.images.length)).toEqual(before.images);
  for (const { file, sha256 } of after.images) {
    expect(sha256Hex(new Uint8Array(readFileSync(join(home, file))))).toBe(sha256);
  }

  // The ledger holds, and the next session writes the gap down.
  expect((await verifyHome(home, {})).ok).toBe(true);
  await second.ask("/record/start", { session: "again" });
  const gap = (await readEvents(home, "cut")).find(({ event }) => event.type === "session.gap");
  expect(gap).toBeDefined();
  expect(await second.end("SIGTERM")).toBe(0);
  // A stop that was asked for closes the session.
  expect((await readEvents(home, "again")).at(-1)?.event.type).toBe("session.closed");
}, 180_000);
