/** What A1111's clients ask about the server: models, samplers, schedules and the rest, in A1111's names. */

import { freemem, totalmem } from "node:os";
import { memoryUsage } from "node:process";
import type { Json, JsonObject } from "../../../base/json.ts";
import type { Capabilities, OfferedModel } from "../../../engine/engine.ts";
import { LATENT_UPSCALERS } from "../../../engine/resample.ts";
import { PIXEL_UPSCALERS } from "../../../engine/upscalers.ts";
import { adapterMetadata } from "../../../node/adapter-metadata.ts";
import { embeddingNamed, embeddingNames } from "../../../node/learnt-words.ts";
import { readSampler, readScheduler, samplerIn, schedulerIn } from "../../../recipe/samplers.ts";
import type { FaceDeps } from "../deps.ts";

/** By path; every one answers a GET. */
export const LISTS: Readonly<Record<string, (offers: Capabilities) => Json>> = {
  "sd-models": ({ models }) => models.map(modelOf),
  "sd-vae": ({ vaes }) => vaes.map((name) => ({ model_name: name, filename: name })),
  "sd-modules": ({ vaes }) => vaes.map((name) => ({ model_name: name, filename: name })),
  samplers: ({ samplers }) => unique(samplers.map(samplerOf)).map((name) => ({ name, aliases: [name], options: {} })),
  schedulers: ({ schedules }) =>
    unique(schedules.map(scheduleOf)).map((label) => ({
      ...{ name: readScheduler(label).id, label, aliases: null, default_rho: -1, need_inner_model: false },
    })),
  upscalers: () =>
    PIXEL_UPSCALERS.map((name) => ({ name, model_name: null, model_path: null, model_url: null, scale: 4 })),
  "latent-upscale-modes": () => LATENT_UPSCALERS.map((mode) => ({ name: LATENT_NAMES[mode] })),
  hypernetworks: () => [],
  "face-restorers": () => [],
  "realesrgan-models": () => [],
  "prompt-styles": () => [],
  scripts: () => ({ txt2img: [], img2img: [] }),
  "script-info": () => [],
  extensions: () => [],
  memory: () => memory(),
};

/** `loras`: each with what its file says of itself; nothing is known of a connected engine's files. */
export function lorasOf({ engine, home }: FaceDeps, { adapters }: Capabilities): Json {
  const metadata = (name: string): JsonObject => (engine.name === "embedded" ? adapterMetadata(name, home) : {});
  return adapters.map((name) => ({ name, alias: name, path: name, metadata: metadata(name) }));
}

/** `embeddings`: those of the workspace, by the names that prompts call them by. A file that is none is skipped. */
export function embeddingsOf({ engine, home }: FaceDeps): JsonObject {
  const [loaded, skipped]: [Record<string, Json>, Record<string, Json>] = [{}, {}];
  for (const name of engine.name === "embedded" ? embeddingNames(home) : []) {
    const fact = (shape: number, vectors: number): JsonObject => ({
      ...{ step: null, sd_checkpoint: null, sd_checkpoint_name: null, shape, vectors },
    });
    try {
      const [first] = embeddingNamed(name, home);
      loaded[name] = fact(first!.width, first!.vectors.length);
    } catch {
      skipped[name] = fact(0, 0);
    }
  }
  return { loaded, skipped };
}

const LATENT_NAMES = {
  nearest: "Latent (nearest)",
  "nearest-exact": "Latent (nearest-exact)",
  bilinear: "Latent",
  bicubic: "Latent (bicubic)",
} as const;

/** `name.safetensors [hash]`, as A1111 writes titles. */
export function titleOf({ name, hashes }: OfferedModel): string {
  const short = hashes.find(({ kind }) => kind === "autov2" || kind === "sha256")?.value.slice(0, 10);
  return short === undefined || name.includes(" [") ? name : `${name} [${short}]`;
}

function modelOf(model: OfferedModel): JsonObject {
  const sha256 = model.hashes.find(({ kind }) => kind === "sha256")?.value ?? null;
  const short = sha256?.slice(0, 10) ?? model.hashes.find(({ kind }) => kind === "autov2")?.value ?? null;
  const bare = model.name.replace(/ \[[0-9a-f]+\]$/i, "").replace(/\.(?:safetensors|ckpt)$/i, "");
  return { title: titleOf(model), model_name: bare, hash: short, sha256, filename: model.name, config: null };
}

/** The embedded engine names samplers by their ids. */
function samplerOf(name: string): string {
  const { id, variant } = readSampler(name).sampler;
  return variant ? name : (samplerIn(id, "a1111") ?? name);
}

function scheduleOf(name: string): string {
  return schedulerIn(readScheduler(name).id, "a1111") ?? name;
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}

function memory(): JsonObject {
  const { rss } = memoryUsage();
  return {
    ram: { free: freemem(), used: rss, total: totalmem() },
    cuda: { error: "the engine runs on the processor" },
  };
}
