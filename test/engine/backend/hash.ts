/** One prediction of the golden UNet as a hash, for comparisons of bits. */

import { sha256Hex } from "../../../src/base/hash.ts";
import type { Backend } from "../../../src/engine/backend.ts";
import { unetConfig } from "../../../src/engine/graph/config.ts";
import { unetOn } from "../../../src/engine/networks/unet.ts";
import { golden, goldenWeights } from "../golden.ts";

export async function predictionHash(backend: Backend): Promise<string> {
  const { config, inputs } = golden("unet-sdxl");
  const unet = unetOn(backend, unetConfig(config), goldenWeights("unet-sdxl"), "epsilon");
  const conditions = { context: inputs.context!, pooled: inputs.pooled!, timeIds: inputs.time_ids! };
  const { data } = await unet.predict(inputs.sample!, 999, conditions);
  await unet.close();
  return sha256Hex(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
}
