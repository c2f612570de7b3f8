import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Backend } from "../../../src/engine/backend.ts";
import { unetConfig } from "../../../src/engine/graph/config.ts";
import { unetOn } from "../../../src/engine/networks/unet.ts";
import type { Tensor } from "../../../src/engine/tensor.ts";
import { type BackendPool, backendPool } from "../../../src/node/backend-pool.ts";
import { referenceBackend } from "../../../src/node/reference-backend.ts";
import { golden, goldenWeights } from "../golden.ts";

/** Four predictions at once, of two items each. */
async function predictions(backend: Backend): Promise<Float32Array[]> {
  const { config, inputs } = golden("unet-sd1");
  const { sample, context } = inputs as Record<"sample" | "context", Tensor>;
  const unet = unetOn(backend, unetConfig(config), goldenWeights("unet-sd1"), "epsilon");
  const runs = [981, 1, 500, 2].map((time) => unet.predict(sample, time, { context }));
  const results = (await Promise.all(runs)).map(({ data }) => data);
  await unet.close();
  return results;
}

describe.each([1, 2, 4, 7])("a pool of %i threads", (workers) => {
  let pool: BackendPool;
  beforeAll(async () => {
    pool = await backendPool({ mode: "reference", workers });
  });
  afterAll(() => pool.close());

  test("gives the bits of one thread, for eight runs side by side", async () => {
    expect(await predictions(pool)).toEqual(await predictions(await referenceBackend()));
  });
});
