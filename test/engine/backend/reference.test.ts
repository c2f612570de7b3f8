import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { sha256Hex } from "../../../src/base/hash.ts";
import type { Backend } from "../../../src/engine/backend.ts";
import { vaeConfig } from "../../../src/engine/graph/config.ts";
import { vaeOn } from "../../../src/engine/networks/vae.ts";
import { assertReference, referenceRuntime } from "../../../src/engine/runtimes.ts";
import { backendPool } from "../../../src/node/backend-pool.ts";
import { referenceBackend } from "../../../src/node/reference-backend.ts";
import { golden, goldenWeights } from "../golden.ts";
import { predictionHash } from "./hash.ts";

/** Each process and thread compiles 14 MB of WebAssembly first: seconds, on a busy computer many. */
const COMPILING = 120_000;

describe("the reference runtime", () => {
  test("is the pinned build, and another is refused", async () => {
    expect((await referenceBackend()).identity).toEqual(referenceRuntime);
    expect(() => assertReference(sha256Hex("another build"))).toThrow(
      expect.objectContaining({ code: "engine.runtime-unknown" }),
    );
  });

  test("refuses a graph that is none, and goes on working", async () => {
    const backend = await referenceBackend();
    await expect(backend.load(Uint8Array.of(1, 2, 3), [])).rejects.toThrow(
      expect.objectContaining({ code: "engine.load-failed" }),
    );
    expect(await predictionHash(backend)).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("the same bits", () => {
  test(
    "run after run, in another process, and after a detour over another network",
    async () => {
      const backend = await referenceBackend();
      const first = await predictionHash(backend);
      const { config, inputs } = golden("vae-sd");
      const vae = vaeOn(backend, vaeConfig(config), goldenWeights("vae-sd"));
      await vae.decode(inputs.latent!);
      await vae.close();
      expect(await predictionHash(backend)).toBe(first);
      const script = join(import.meta.dirname, "hash-process.ts");
      const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", script], {
        cwd: resolve(import.meta.dirname, "../../.."),
      });
      expect(stdout.trim()).toBe(first);
    },
    COMPILING,
  );

  test(
    "in a pool of two threads",
    async () => {
      const pool = await backendPool({ mode: "reference", workers: 2 });
      expect(await predictionHash(pool)).toBe(await predictionHash(await referenceBackend()));
      await pool.close();
    },
    COMPILING,
  );
});

test("a pool tells a graph that is refused, and its runs when it is closed", async () => {
  const pool = await backendPool({ mode: "reference", workers: 1 });
  await expect(pool.load(Uint8Array.of(1), [])).rejects.toThrow(
    expect.objectContaining({ code: "engine.load-failed" }),
  );
  const hash = predictionHash(pool);
  const rejected = expect(hash).rejects.toThrow(expect.objectContaining({ code: "engine.worker-ended" }));
  await pool.close();
  await rejected;
});

test("a network that cannot fit is refused before it is loaded, with both figures", async () => {
  const small: Backend = { ...(await referenceBackend()), availableMemory: () => 100_000 };
  await expect(predictionHash(small)).rejects.toThrow(/0.0 GB to load and 0.0 GB/);
});
