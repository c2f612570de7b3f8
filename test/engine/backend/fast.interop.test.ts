import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { unetConfig } from "../../../src/engine/graph/config.ts";
import { unetOn } from "../../../src/engine/networks/unet.ts";
import { backendPool } from "../../../src/node/backend-pool.ts";
import { fastBackend } from "../../../src/node/fast-backend.ts";
import { golden, goldenWeights, largestDifference } from "../golden.ts";
import { predictionHash } from "./hash.ts";

const installed = ((): boolean => {
  try {
    return createRequire(import.meta.url).resolve("onnxruntime-node") !== "";
  } catch {
    return false;
  }
})();

describe.skipIf(!installed)("with onnxruntime-node installed, the fast mode", () => {
  test.each(["unet-sd1", "unet-sd1-deep", "unet-sd2", "unet-sdxl", "unet-inpaint"])(
    "predicts %s within 1e-5",
    async (name) => {
      const { config, inputs, outputs } = golden(name);
      const { context, pooled, time_ids: timeIds } = inputs;
      const unet = unetOn(await fastBackend(), unetConfig(config), goldenWeights(name), "epsilon");
      const conditions = { context: context!, ...(pooled && timeIds ? { pooled, timeIds } : {}) };
      const prediction = await unet.predict(inputs.sample!, inputs.timestep!.data[0]!, conditions);
      expect(largestDifference(prediction, outputs.prediction!)).toBeLessThan(1e-5);
    },
  );

  test("names version, library and processor features", async () => {
    const { identity } = await fastBackend();
    expect(identity).toMatchObject({
      mode: "fast",
      runtime: expect.stringMatching(/^onnxruntime-node \d+\.\d+\.\d+$/),
    });
    expect(identity.binarySha256).toMatch(/^[0-9a-f]{64}$/);
    expect(identity.cpu).not.toBe("");
  });

  test("gives the same bits run after run and in a pool", async () => {
    const first = await predictionHash(await fastBackend({ threads: 1 }));
    expect(await predictionHash(await fastBackend({ threads: 1 }))).toBe(first);
    const pool = await backendPool({ mode: "fast", workers: 2 });
    expect(await predictionHash(pool)).toBe(first);
    await pool.close();
  });
});

test.skipIf(installed)("without onnxruntime-node, the fast mode is refused by name", async () => {
  await expect(fastBackend()).rejects.toThrow(expect.objectContaining({ code: "engine.fast-unavailable" }));
});
