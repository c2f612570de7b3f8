/** Answers of the server while an engine works: the middle and the 99th percentile of a small request, idle and under load. */

import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serve } from "../src/server/serve.ts";
import { writeTinyModel } from "../test/engine/tiny-model.ts";

/** Requests of one series. */
const REQUESTS = 300;

const at = (times: readonly number[], share: number): number => times[Math.floor((times.length - 1) * share)] ?? 0;

/** Measures and prints. */
export async function run(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), "seedproof-bench-"));
  mkdirSync(join(home, "models"));
  writeTinyModel(join(home, "models", "tiny"));
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

  console.log("small request            p50      p99");
  for (const [name, times] of [
    ["idle", idle],
    ["drawing and recording", busy],
  ] as const) {
    console.log(
      `${name.padEnd(22)} ${at(times, 0.5).toFixed(1).padStart(5)} ${at(times, 0.99).toFixed(1).padStart(8)} ms`,
    );
  }
  console.log(`ratio of p99           ${(at(busy, 0.99) / at(idle, 0.99)).toFixed(1).padStart(5)}`);
  await server.stop();
  rmSync(home, { recursive: true, force: true });
}
