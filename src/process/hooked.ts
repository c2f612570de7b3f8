/**
 * What an extension inside a generator tells the recorder, one JSON object a message: the request before its images are
 * made, then what came of it. The extensions under `integrations/` speak this.
 */

import { isObject, type Json } from "../base/json.ts";

/** The version that a message names. */
export const HOOK_FORMAT = "seedproof-hook/1";

/** Images of one message; more than any batch. CWE-770. */
const MAX_IMAGES = 256;

/** An image as the extension read it after it was saved. */
export interface HookedImage {
  readonly name: string;
  readonly base64: string;
}

/** One message. `job` is the extension's own name for one making. */
export type Hooked =
  | {
      readonly step: "requested";
      readonly tool: HookTool;
      readonly job: string;
      readonly mode: string;
      readonly body: Json;
    }
  | {
      readonly step: "completed";
      readonly tool: HookTool;
      readonly job: string;
      readonly images: readonly HookedImage[];
      readonly seeds: readonly string[];
      readonly elapsedMs?: number;
      readonly cached: boolean;
    }
  | { readonly step: "failed"; readonly tool: HookTool; readonly job: string; readonly why: string }
  /** The extension had to drop this many messages: its queue was full, or the recorder did not answer. */
  | { readonly step: "missed"; readonly tool: HookTool; readonly count: number };

/** Generators that have an extension. */
export type HookTool = "a1111" | "comfyui";

/** The message, or `undefined` where the value is none. */
export function hookedOf(value: Json): Hooked | undefined {
  if (!isObject(value) || value.format !== HOOK_FORMAT) return undefined;
  const { tool, step, job } = value;
  if (tool !== "a1111" && tool !== "comfyui") return undefined;
  if (step === "missed") return { step, tool, count: wholeOf(value.count) ?? 1 };
  if (typeof job !== "string" || !/^[\w.-]{1,100}$/.test(job)) return undefined;
  switch (step) {
    case "requested":
      return { step, tool, job, mode: value.mode === "img2img" ? "img2img" : "txt2img", body: value.body ?? null };
    case "failed":
      return { step, tool, job, why: String(value.why ?? "").slice(0, 2_000) };
    case "completed":
      return {
        ...{ step, tool, job, images: imagesOf(value.images), cached: value.cached === true },
        seeds: listOf(value.seeds).slice(0, MAX_IMAGES).map(String),
        ...(wholeOf(value.elapsedMs) !== undefined && { elapsedMs: wholeOf(value.elapsedMs)! }),
      };
    default:
      return undefined;
  }
}

function imagesOf(value: Json | undefined): HookedImage[] {
  return listOf(value)
    .slice(0, MAX_IMAGES)
    .flatMap((image) =>
      isObject(image) && typeof image.base64 === "string"
        ? [
            {
              name: String(image.name ?? "")
                .replace(/^.*[\\/]/, "")
                .slice(0, 255),
              base64: image.base64,
            },
          ]
        : [],
    );
}

function wholeOf(value: Json | undefined): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
