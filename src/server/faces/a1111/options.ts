/** The settings that A1111's clients read and change. Those that decide nothing here are kept, so that a client finds them as it left them. */

import type { JsonObject } from "../../../base/json.ts";

/** Settings of this program's life. */
export interface Options {
  get(): JsonObject;
  set(changes: JsonObject): void;
}

/** Members that are kept at most, and characters of each. CWE-770. */
const MOST = { members: 500, characters: 10_000 } as const;

/** What a fresh A1111 has, as far as it decides something here. Noise is drawn as on a CPU: the same on every machine. */
export function options(): Options {
  let held: JsonObject = {
    samples_format: "png",
    sd_model_checkpoint: "",
    sd_checkpoint_hash: null,
    sd_vae: "Automatic",
    CLIP_stop_at_last_layers: 1,
    eta_noise_seed_delta: 0,
    randn_source: "CPU",
    return_grid: false,
    live_previews_enable: true,
    show_progress_every_n_steps: 1,
  };
  return {
    get: () => held,
    set: (changes) => {
      const kept = Object.entries(changes).filter(([, value]) => JSON.stringify(value).length <= MOST.characters);
      held = Object.fromEntries(Object.entries({ ...held, ...Object.fromEntries(kept) }).slice(0, MOST.members));
    },
  };
}
