/** What the embedded engine can do in a workspace, told without opening anything. */

import type { Capabilities } from "../engine/engine.ts";
import { SAMPLERS } from "../engine/samplers/catalogue.ts";
import { SCHEDULES } from "../engine/schedules.ts";
import { PIXEL_UPSCALERS } from "../engine/upscalers.ts";
import { offeredModels } from "./find-model.ts";

/** Samplers and schedules by their ids. */
export function embeddedOffers({ home, version }: { readonly home: string; readonly version: string }): Capabilities {
  return {
    version,
    ...offeredModels(home),
    samplers: Object.keys(SAMPLERS),
    schedules: ["automatic", ...Object.keys(SCHEDULES)],
    upscalers: ["Latent", "Latent (bicubic)", "Latent (nearest)", "Latent (nearest-exact)", ...PIXEL_UPSCALERS],
  };
}
