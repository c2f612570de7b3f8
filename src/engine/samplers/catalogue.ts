/** All samplers by their id, and what the programs take each to need. */

import { SeedproofError } from "../../base/errors.ts";
import { ddim } from "./ddim.ts";
import { dpm2 } from "./dpm2.ts";
import { dpm2Ancestral } from "./dpm2-ancestral.ts";
import { dpmpp2m } from "./dpmpp-2m.ts";
import { dpmpp2mSde } from "./dpmpp-2m-sde.ts";
import { dpmpp2sAncestral } from "./dpmpp-2s-ancestral.ts";
import { dpmpp3mSde } from "./dpmpp-3m-sde.ts";
import { dpmppSde } from "./dpmpp-sde.ts";
import { euler } from "./euler.ts";
import { eulerAncestral } from "./euler-ancestral.ts";
import { heun } from "./heun.ts";
import { lcm } from "./lcm.ts";
import { lms } from "./lms.ts";
import { plms } from "./plms.ts";
import type { Sampler } from "./sampler.ts";
import { unipc } from "./unipc.ts";

/** A sampler with its customs. */
export interface SamplerInfo {
  readonly run: Sampler;
  /** Calls of the model a step, in the long run. A1111 counts prompt schedules in calls. */
  readonly calls: 1 | 2;
  /** Fresh noise: none, one draw after the other, or increments of one Brownian path. */
  readonly noise: "none" | "draws" | "brownian";
  /** The last noise level above zero is left out: of n + 1 levels n are used. In A1111, and in ComfyUI. */
  readonly discardsPenultimate?: true;
  readonly discardsInComfyUi?: true;
  /** Noise levels follow training steps, and the latent is kept at unit variance: A1111's timestep samplers. */
  readonly onTimesteps?: true;
  /** What A1111 1.9 and later take for schedule type "Automatic"; `uniform` where absent. */
  readonly automatic?: "karras" | "exponential";
}

/** Samplers by the ids of `recipe/samplers.ts`. Customs: A1111 1.10, modules/sd_samplers_kdiffusion.py, _timesteps.py. */
export const SAMPLERS: Readonly<Record<string, SamplerInfo>> = {
  euler: { run: euler, calls: 1, noise: "none" },
  "euler-ancestral": { run: eulerAncestral, calls: 1, noise: "draws" },
  heun: { run: heun, calls: 2, noise: "none" },
  lms: { run: lms, calls: 1, noise: "none" },
  dpm2: { run: dpm2, calls: 2, noise: "none", discardsPenultimate: true, discardsInComfyUi: true, automatic: "karras" },
  "dpm2-a": {
    run: dpm2Ancestral,
    calls: 2,
    noise: "draws",
    discardsPenultimate: true,
    discardsInComfyUi: true,
    automatic: "karras",
  },
  "dpmpp-2s-a": { run: dpmpp2sAncestral, calls: 2, noise: "draws", automatic: "karras" },
  "dpmpp-2m": { run: dpmpp2m, calls: 1, noise: "none", automatic: "karras" },
  "dpmpp-sde": { run: dpmppSde, calls: 2, noise: "brownian", automatic: "karras" },
  "dpmpp-2m-sde": { run: dpmpp2mSde("midpoint"), calls: 1, noise: "brownian", automatic: "exponential" },
  "dpmpp-2m-sde-heun": { run: dpmpp2mSde("heun"), calls: 1, noise: "brownian", automatic: "exponential" },
  "dpmpp-3m-sde": {
    run: dpmpp3mSde,
    calls: 1,
    noise: "brownian",
    discardsPenultimate: true,
    automatic: "exponential",
  },
  ddim: { run: ddim, calls: 1, noise: "draws", onTimesteps: true },
  plms: { run: plms, calls: 1, noise: "none", onTimesteps: true },
  unipc: { run: unipc("bh1", 3), calls: 1, noise: "none", onTimesteps: true, discardsInComfyUi: true },
  "unipc-bh2": { run: unipc("bh2", 3), calls: 1, noise: "none", onTimesteps: true, discardsInComfyUi: true },
  lcm: { run: lcm, calls: 1, noise: "draws" },
};

/** @throws SeedproofError `engine.sampler-unknown`, naming the samplers that there are */
export function samplerInfo(id: string): SamplerInfo {
  const info = Object.hasOwn(SAMPLERS, id) ? SAMPLERS[id] : undefined;
  if (info) return info;
  const known = Object.keys(SAMPLERS).join(", ");
  throw new SeedproofError("engine.sampler-unknown", `there is no sampler "${id}"; there are ${known}`);
}
