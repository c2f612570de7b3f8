/** Answers of the server while an engine works: the middle and the 99th percentile of a small request, idle and under load. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ensureLedger, openLedger } from "../src/node/ledger-home.ts";
import { eventEntry } from "../src/node/recorder.ts";
import { serve } from "../src/server/serve.ts";
import { writeTinyModel } from "../test/engine/tiny-model.ts";
import { smallPng } from "../test/helpers/library.ts";

const SW = { name: "bench", version: "0" };

/** Requests of one series. */
const REQUESTS = 300;

const at = (times: readonly number[], share: number): number => times[Math.floor((times.length - 1) * share)] ?? 0;

/** Entries of the ledger that is verified, and files that are read. */
const [ENTRIES, IMAGES] = [3_000, 200];

/** Makes the workspace's ledger long. */
async function longLedger(home: string): Promise<void> {
  ensureLedger(home, SW);
  const store = await openLedger(home, SW);
  const frame = { capture: "noted", agent: { kind: "person", name: "" } } as const;
  const entries = Array.from(
    { length: ENTRIES },
    (_, i) => eventEntry(store, SW, "long", "note.added", { text: `note ${i}` }, frame).entry,
  );
  store.append(entries);
  store.integrate();
  store.close();
}

function manyImages(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (let i = 0; i < IMAGES; i++) {
    const image = { prompt: `picture ${i}`, seed: String(i), width: 256, height: 256, shade: i };
    writeFileSync(join(folder, `${i}.png`), smallPng(image));
  }
}

/** Measures and prints. */
export async function run(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), "seedproof-bench-"));
  mkdirSync(join(home, "models"));
  writeTinyModel(join(home, "models", "tiny"));
  // Before anything is measured: the bench and the server share a thread.
  const folder = join(home, "..", `${basename(home)}-images`);
  manyImages(folder);
  await longLedger(home);
  const server = await serve({ home, version: "0.0.0", port: 0, log: console.error });
  const headers = { authorization: `Bearer ${server.token}`, "content-type": "application/json" };
  const ask = (path: string, json?: object): Promise<Response> =>
    fetch(`${server.address}api/v1${path}`, { headers, ...(json && { method: "POST", body: JSON.stringify(json) }) });

  /** Milliseconds of each request, sorted. */
  async function series(): Promise<number[]> {
    const times: number[] = [];
    for (let i = 0; i < REQUESTS; i++) {
      const since = performance.now();
      await (await ask("/status")).text();
      times.push(performance.now() - since);
    }
    return times.sort((a, b) => a - b);
  }

  /** Milliseconds of the small requests that are asked while something else is, sorted. */
  async function during(work: () => Promise<unknown>): Promise<number[]> {
    const times: number[] = [];
    let done = false;
    const other = work().finally(() => {
      done = true;
    });
    while (!done) {
      const since = performance.now();
      await (await ask("/status")).text();
      times.push(performance.now() - since);
    }
    await other;
    return times.sort((a, b) => a - b);
  }

  await series();
  const idle = await series();
  const recipe = {
    dialect: "a1111",
    prompt: { positive: "a cat" },
    seed: "1",
    size: { width: 64, height: 64 },
    passes: [{ steps: 20, cfg: 7, sampler: { id: "euler", raw: "Euler" }, scheduler: { id: "karras", raw: "Karras" } }],
    models: [{ role: "checkpoint", name: "tiny", hashes: [] }],
  };
  await ask("/record/start", { session: "bench" });
  await ask("/jobs", { engine: { name: "embedded" }, recipe, count: 200 });
  while (!(await (await ask("/jobs")).text()).includes('"identity"')) await new Promise((done) => setTimeout(done, 50));
  const busy = await series();

  for (const job of ((await (await ask("/jobs")).json()) as { jobs: { id: string }[] }).jobs) {
    await ask(`/jobs/${job.id}/stop`, {});
  }
  await ask("/record/stop", {});
  const shelf = await during(() => ask("/models"));
  const verifying = await during(() => ask("/record"));
  await ask("/library/search", {});
  await ask("/library/folders", { path: folder });
  const indexing = await during(async () => {
    for (let state = ""; state !== "ready"; ) {
      await sleep(200);
      ({ state } = (await (await ask("/library")).json()) as { state: string });
    }
  });
  const { images } = (await (await ask("/library/search", {})).json()) as { images: { sha256: string }[] };
  const shrinking = await during(() =>
    Promise.all(images.map(async ({ sha256 }) => (await ask(`/images/${sha256}?width=256`)).arrayBuffer())),
  );

  console.log(`${"small request".padEnd(40)}    p50      p99   ratio   requests`);
  for (const [name, times] of [
    ["idle", idle],
    ["drawing and recording", busy],
    ["the shelf of models is hashed", shelf],
    [`a ledger of ${ENTRIES} entries is verified`, verifying],
    [`${IMAGES} files are read into the library`, indexing],
    ["small pictures are made", shrinking],
  ] as const) {
    const [p50, p99] = [at(times, 0.5), at(times, 0.99)];
    const ratio = (p99 / at(idle, 0.99)).toFixed(1);
    console.log(
      `${name.padEnd(40)} ${p50.toFixed(1).padStart(6)} ${p99.toFixed(1).padStart(8)} ${ratio.padStart(7)} ${String(times.length).padStart(10)}`,
    );
  }
  await server.stop();
  for (const dir of [home, folder]) rmSync(dir, { recursive: true, force: true });
}
