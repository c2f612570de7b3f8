/** Which known causes of non-identity apply to an image, by what its file says and what was at hand. */

import type { Recipe } from "../recipe/recipe.ts";
import type { Missing } from "../recipe/reproducibility.ts";
import type { ToolId } from "../recipe/tools.ts";
import { CAUSES, type Cause, type CauseSize } from "./causes.ts";
import type { EngineFingerprint } from "./fingerprint.ts";

/** What is known of an image and of the attempt to make it again. */
export interface CauseFacts {
  readonly tool: ToolId;
  readonly recipe: Recipe;
  /** What was not at hand. */
  readonly missing: readonly Missing[];
  /** JSON pointers that the engine could not follow. */
  readonly unsupported: readonly string[];
  /** JSON pointers that had to be assumed. */
  readonly assumed: readonly string[];
  readonly lossy: boolean;
  /** Blocks of the file disagree, or the picture is not of the recorded size. */
  readonly conflicts: boolean;
  readonly resized: boolean;
  /** Who drew, and, for our own images, in what its fingerprint differs from the recorded one. */
  readonly engine: "embedded" | "a1111" | "comfyui" | "sdcpp";
  readonly fingerprintDifferences?: readonly (keyof EngineFingerprint)[];
}

/** `stated`: the file or the attempt says so. `possible`: nothing excludes it. */
export type CauseStatus = "stated" | "possible";

/** A cause that may apply. */
export interface MatchedCause extends Cause {
  readonly status: CauseStatus;
  /** Field of the recipe that says it. */
  readonly field?: string;
}

type Answer = CauseStatus | { readonly status: CauseStatus; readonly field: string } | undefined;

/** Order of sizes: what moves most comes first. */
const WEIGHT: Readonly<Record<CauseSize, number>> = { "other-image": 0, visible: 1, rounding: 2 };

/** Causes that are not excluded, stated ones first, then those that move more. */
export function matchCauses(facts: CauseFacts): MatchedCause[] {
  const matched = CAUSES.flatMap((cause): MatchedCause[] => {
    const answer = MATCHES[cause.id]?.(facts);
    if (answer === undefined) return [];
    return [{ ...cause, ...(typeof answer === "string" ? { status: answer } : answer) }];
  });
  const rank = ({ status, size }: MatchedCause): number => (status === "stated" ? 0 : 10) + WEIGHT[size];
  return matched.sort((a, b) => rank(a) - rank(b));
}

/** Programs that people run on graphics cards of their own, and whatever is not known. */
const LOCAL =
  /^(?:a1111|forge|reforge|sd-next|comfyui|swarmui|stability-matrix|invokeai|.*fooocus|easy-diffusion|diffusers|sdcpp|draw-things|tensorart|civitai|hf-space|none)/;
const A1111_LIKE = /^(?:a1111|forge|reforge|sd-next|stability-matrix|civitai)/;
const FRESH = /(?:-a|ancestral|sde|lcm|turbo|gpu)\b/;

function onCard({ tool }: CauseFacts): boolean {
  return LOCAL.test(tool);
}

/** The first key of `extra` of this form. */
function key({ recipe }: CauseFacts, form: RegExp): Answer {
  const found = Object.keys(recipe.extra).find((name) => form.test(name));
  return found === undefined ? undefined : { status: "stated", field: `/extra/${found}` };
}

function when(condition: boolean, status: CauseStatus = "stated"): Answer {
  return condition ? status : undefined;
}

function lacks({ missing }: CauseFacts, ...codes: readonly Missing[]): boolean {
  return codes.some((code) => missing.includes(code));
}

function samplers({ recipe }: CauseFacts): string {
  return recipe.passes.map(({ sampler }) => `${sampler?.id ?? ""} ${sampler?.variant ?? ""}`).join(" ");
}

function promptText({ recipe }: CauseFacts): string {
  return `${recipe.prompt.positive ?? ""}\n${recipe.prompt.negative ?? ""}`;
}

/** One for each id of the table. */
export const MATCHES: Readonly<Record<string, (facts: CauseFacts) => Answer>> = {
  "service-model": (f) => when(lacks(f, "service")),
  "model-other": (f) =>
    f.fingerprintDifferences?.includes("weights") || lacks(f, "model-file")
      ? "stated"
      : when(lacks(f, "model", "model-hash"), "possible"),
  "model-hash-short": ({ recipe }) => {
    const at = recipe.models.findIndex(
      ({ hashes }) => hashes.length > 0 && hashes.every(({ kind }) => kind === "autov1"),
    );
    return at < 0 ? undefined : { status: "possible", field: `/models/${at}/hashes` };
  },
  "adapter-other": (f) =>
    f.fingerprintDifferences?.includes("adapters") || lacks(f, "adapter-file")
      ? "stated"
      : when(lacks(f, "adapter-hash"), "possible"),
  "embedding-unsaid": (f) => when(onCard(f) && !f.recipe.adapters.some(({ type }) => type === "embedding"), "possible"),
  "vae-unsaid": (f) => when(lacks(f, "vae"), "possible"),
  "noise-device": (f) =>
    when(
      A1111_LIKE.test(f.tool) &&
        f.engine === "embedded" &&
        f.recipe.rng?.source !== "cpu" &&
        f.recipe.rng?.source !== "nv",
      f.recipe.rng?.source === "gpu" ? "stated" : "possible",
    ),
  "noise-cpu-path": (f) =>
    when(onCard(f) && f.engine === "embedded" && (f.tool === "comfyui" || f.recipe.rng?.source === "cpu"), "possible"),
  "noise-later-device": (f) =>
    when(
      onCard(f) && FRESH.test(samplers(f)) && f.recipe.rng?.source !== "cpu" && f.recipe.rng?.source !== "nv",
      "possible",
    ),
  "sde-last-digit": (f) => when(f.tool !== "seedproof" && /sde/.test(samplers(f)), "possible"),
  "eta-noise-delta": (f) =>
    when(A1111_LIKE.test(f.tool) && FRESH.test(samplers(f)) && f.recipe.rng?.ensd === undefined, "possible"),
  batch: ({ recipe, tool }) =>
    (recipe.batch?.size ?? 1) > 1 && tool !== "seedproof"
      ? { status: "stated", field: "/batch" }
      : when(tool === "comfyui" && recipe.batch === undefined, "possible"),
  "attention-kernel": (f) => when(onCard(f), "possible"),
  precision: (f) => key(f, /fp8|low bits|half|bf16|precision|dtype/i) ?? when(onCard(f), "possible"),
  "quantised-model": ({ recipe }) => {
    const at = recipe.models.findIndex(({ name }) => /\bq[2-8](?:_|\b)|nf4|fp8|gguf|int8/i.test(name));
    return at < 0 ? undefined : { status: "stated", field: `/models/${at}/name` };
  },
  hardware: (f) => when(onCard(f), "possible"),
  version: (f) => when(f.tool !== "seedproof" && onCard(f), "possible"),
  dialect: (f) =>
    when(f.engine !== "embedded" && f.engine !== f.tool && /[()[\]]|\bBREAK\b|\bAND\b/.test(promptText(f)), "possible"),
  "prompt-unsaid": (f) =>
    f.recipe.prompt.template !== undefined
      ? { status: "possible", field: "/prompt/template" }
      : when(/__\w+__|\{[^{}]*\|[^{}]*\}/.test(promptText(f)), "possible"),
  "hires-upscaler": ({ unsupported }) => {
    const field = unsupported.find((pointer) => pointer.endsWith("/upscale/method"));
    return field === undefined ? undefined : { status: "stated", field };
  },
  refiner: (f) => when(f.recipe.models.some(({ role }) => role === "refiner")) ?? key(f, /^refiner/i),
  "init-image": (f) => when(lacks(f, "init-image", "mask")),
  "control-image": (f) => when(lacks(f, "control-image")) ?? key(f, /^controlnet/i),
  extension: (f) =>
    key(
      f,
      /adetailer|regional|rp active|dynamic thresholding|script|face restoration|postprocess|ultimate sd|freeu|hypertile/i,
    ),
  "speed-trick": (f) => key(f, /token merging|ngms|skip early|tiling|tiled|teacache|deepcache|pad conds/i),
  "setting-default": (f) => when(f.assumed.length > 0, "possible"),
  "vae-draw": (f) =>
    when(f.engine === "embedded" && f.tool !== "seedproof" && /img2img|inpaint/.test(f.recipe.mode ?? "")),
  "pixel-rounding": (f) => when(f.tool === "diffusers" || f.tool === "hf-space" || f.tool === "invokeai", "possible"),
  "saved-lossily": (f) => when(f.lossy),
  "edited-afterwards": (f) => when(f.resized) ?? when(f.conflicts, "possible"),
  "recipe-other": (f) => when(f.conflicts) ?? "possible",
  "engine-other": (f) => {
    if (f.tool === "seedproof") return when((f.fingerprintDifferences?.length ?? 0) > 0);
    return when(f.engine !== f.tool);
  },
};
