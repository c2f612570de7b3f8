/** A batch that was stopped: which of its images are there already, drawn by the same engine from the same recipe. */

import { existsSync } from "node:fs";
import { extname, join } from "node:path";
import { isObject, type Json } from "../base/json.ts";
import type { EngineIdentity, EngineOrder, Resolution } from "../engine/engine.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { readImage } from "./read-image.ts";

/** An order without the images that are there, and their files. */
export interface RestOfBatch {
  /** `undefined` when nothing is left to draw. */
  readonly order: EngineOrder | undefined;
  readonly there: readonly string[];
}

/**
 * Looks from the first seed on in the folder that the images go to. Batches of ComfyUI share their noise and those with a variation
 * seed or a start image have more than a seed to tell them apart: they are drawn whole.
 */
export async function restOfBatch(
  order: EngineOrder,
  identity: EngineIdentity,
  { assumed }: Resolution,
  output: string,
): Promise<RestOfBatch> {
  const { recipe, count = 1 } = order;
  const whole = recipe.dialect === "comfyui" || recipe.variation !== undefined || order.init !== undefined;
  if (whole || extname(output) !== "" || recipe.passes.length > 1) return { order, there: [] };
  const filled = filledIn(recipe, assumed);
  const there: string[] = [];
  while (there.length < count) {
    const seed = String(BigInt.asUintN(64, BigInt(filled.seed ?? "0") + BigInt(there.length)));
    const file = join(output, `${seed}.png`);
    if (!(await isDrawn(file, { ...filled, seed }, identity.fingerprint))) break;
    there.push(file);
  }
  const left = count - there.length;
  if (left === 0) return { order: undefined, there };
  const seed = String(BigInt.asUintN(64, BigInt(filled.seed ?? "0") + BigInt(there.length)));
  return { order: { ...order, count: left, recipe: { ...recipe, seed } }, there };
}

async function isDrawn(file: string, wanted: Recipe, fingerprint: string): Promise<boolean> {
  if (!existsSync(file)) return false;
  const reading = await readImage(file, { hash: false, pixels: false }).catch(() => undefined);
  const engine = reading?.recipe?.extra.engine;
  if (reading?.tool !== "seedproof" || !reading.recipe || !isObject(engine as Json)) return false;
  return (engine as { sha256?: Json }).sha256 === fingerprint && told(reading.recipe) === told(wanted);
}

/** What decides beside the engine's fingerprint, which has the weights, adapters, noise and dialect. */
function told({ prompt, seed, size, clipSkip = 1, rng, passes: [pass = {}] }: Recipe): string {
  const { steps, cfg, sampler, scheduler } = pass;
  return JSON.stringify([
    ...[prompt.positive ?? "", prompt.negative ?? "", seed, size?.width, size?.height, clipSkip],
    ...[rng?.ensd ?? 0, rng?.eta ?? null, steps, cfg, sampler?.id, scheduler?.id],
  ]);
}

/** The recipe with what the engine takes where it says nothing. */
function filledIn(recipe: Recipe, assumed: Resolution["assumed"]): Recipe {
  const value = (field: string): Json | undefined => assumed.find((one) => one.field === field)?.value;
  const [pass = {}] = recipe.passes;
  const named = (field: string): { id: string; raw: string } | undefined => {
    const id = value(field);
    return typeof id === "string" ? { id, raw: id } : undefined;
  };
  const [sampler, scheduler] = [
    pass.sampler ?? named("/passes/0/sampler"),
    pass.scheduler ?? named("/passes/0/scheduler"),
  ];
  return {
    ...recipe,
    seed: recipe.seed ?? pass.seed ?? String(value("/seed") ?? "0"),
    size: recipe.size ?? (value("/size") as unknown as NonNullable<Recipe["size"]>),
    passes: [
      {
        ...pass,
        steps: pass.steps ?? Number(value("/passes/0/steps")),
        cfg: pass.cfg ?? Number(value("/passes/0/cfg")),
        ...(sampler && { sampler }),
        ...(scheduler && { scheduler }),
      },
    ],
  };
}
