/** Takes the first image of an order and closes the engine at once, with nothing else left to wait for. Argument: a workspace. */

import { engineThread } from "../../src/node/engine-thread.ts";
import type { Recipe } from "../../src/recipe/recipe.ts";

const { engine } = engineThread({ home: process.argv[2]!, version: "0.0.0", mode: "reference" });
const recipe: Recipe = {
  dialect: "a1111",
  prompt: { positive: "a cat", negative: "" },
  seed: "1",
  size: { width: 32, height: 32 },
  rng: { source: "cpu" },
  passes: [{ steps: 1, cfg: 4, sampler: { id: "euler", raw: "Euler" }, scheduler: { id: "karras", raw: "Karras" } }],
  models: [{ role: "checkpoint", name: "tiny", hashes: [] }],
  adapters: [],
  extra: {},
};
const { value } = await engine.generate({ recipe }).next();
await engine.close();
process.stdout.write(value ? "closed" : "no image");
