/** The critique's experiments with one recipe: each draws in threads or processes of its own. */

import { randomInt } from "node:crypto";
import { resolve } from "node:path";
import { SeedproofError } from "../../base/errors.ts";
import type { EngineIdentity } from "../../engine/engine.ts";
import { requestOf } from "../../engine/from-recipe.ts";
import { type Draw, detour, type ProtocolOutcome, path } from "../../engine/protocols.ts";
import { pixelHash } from "../../image/pixel-hash.ts";
import { modelPath } from "../../node/find-model.ts";
import { invariance, restart } from "../../node/protocol-process.ts";
import type { Recipe } from "../../recipe/recipe.ts";
import { drawers } from "../jobs/drawers.ts";
import type { Job } from "../jobs/job.ts";

/** Protocols that can be run, in the order in which they are shown. */
export const PROTOCOL_NAMES = ["restart", "detour", "path", "invariance"] as const;

/** The name of a protocol. */
export type ProtocolName = (typeof PROTOCOL_NAMES)[number];

/** Detours of `path`. */
const DETOURS = 3;

/** Runs a protocol. @throws SeedproofError `engine.*` */
export async function runProtocol(
  name: ProtocolName,
  recipe: Recipe,
  choice: Job["engine"],
  { home, version }: { readonly home: string; readonly version: string },
): Promise<ProtocolOutcome & { readonly identity?: EngineIdentity }> {
  if (name === "restart" || name === "invariance") {
    const settings = { recipe, args: processArgs(recipe, choice, home) };
    const { engine: identity, ...outcome } = await (name === "restart" ? restart : invariance)(settings);
    return { ...outcome, identity };
  }
  const all = drawers(home, version);
  try {
    const engine = await all.engine(choice);
    const draw: Draw = async ({ prompt, seeds, cfg, steps }) => {
      const seed = String(seeds[0]);
      const [first, ...others] = recipe.passes;
      const changed = {
        ...recipe,
        seed,
        prompt: { ...recipe.prompt, positive: prompt },
        passes: [{ ...first, seed, cfg, steps }, ...others],
      };
      for await (const image of engine.generate({ recipe: changed })) return pixelHash(image.pixels);
      throw new SeedproofError("engine.process-failed", "no image was drawn");
    };
    const { request } = requestOf(recipe);
    const outcome =
      name === "path"
        ? await path(draw, request, DETOURS, () => randomInt(2 ** 47) / 2 ** 47)
        : await detour(draw, request, wordOf(recipe), request.seeds[0]! + 1_000n);
    return { ...outcome, identity: await engine.identity({ recipe }) };
  } finally {
    await all.close();
  }
}

/** The first word of the prompt, exchanged for another one. */
function wordOf({ prompt }: Recipe): { readonly from: string; readonly to: string } {
  const from = /[\p{L}\p{N}]+/u.exec(prompt.positive ?? "")?.[0] ?? "";
  if (from === "") throw new SeedproofError("recipe.none", "the prompt has no word that could be changed");
  return { from, to: from === "day" ? "night" : "day" };
}

function processArgs({ models }: Recipe, choice: Job["engine"], home: string): string[] {
  if (choice.name !== "embedded") return ["--engine", `${choice.name}=${choice.url}`, "--home", resolve(home)];
  const named = models.find(({ role }) => role === "checkpoint")?.name;
  return ["--mode", choice.mode, "--home", resolve(home), "--model", resolve(modelPath(named, home))];
}
