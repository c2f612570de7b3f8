/**
 * Images of one recipe with different seeds, which must never be called copies, and altered copies of the first of them, which must: `tsx bench/compare/seeds.ts FOLDER [PROMPTS SEEDS [fast]]`
 * draws them with the embedded engine and the model that is shipped, and compares every two of a prompt. Images and pairs stand in
 * FOLDER; a run that was stopped goes on, and another model's weights begin another file. `npm run bench -- compare` prints what it
 * found.
 */

import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { caption } from "../../models/training/scenes/caption.ts";
import { createRandom } from "../../models/training/scenes/random.ts";
import { drawTags, WORLDS } from "../../models/training/scenes/world.ts";
import { weigh } from "../../src/compare/pair/evidence.ts";
import { type Prepared, prepare } from "../../src/compare/pair/prepared.ts";
import type { DiffusionModel } from "../../src/engine/backend.ts";
import { type ModelParts, modelOn, readModelFolder } from "../../src/engine/load.ts";
import { generate } from "../../src/engine/pipeline.ts";
import { toRaster } from "../../src/engine/pixels.ts";
import { encodePng } from "../../src/image/encode-png.ts";
import { ALTERATIONS, alter, drawer } from "../../src/node/alterations.ts";
import { fastBackend } from "../../src/node/fast-backend.ts";
import { openFile } from "../../src/node/files.ts";
import { openCvDetector } from "../../src/node/opencv.ts";
import { decodeWithin } from "../../src/node/pixels.ts";
import { referenceBackend } from "../../src/node/reference-backend.ts";
import { OTHER_SEED, readSeedPairs, type SeedPair } from "./seed-pairs.ts";

const MODEL = resolve(import.meta.dirname, "../../models/scenes-128");
/** As the workbench draws unless told otherwise. */
const SETTINGS = { steps: 20, cfg: 4.5, sampler: "dpmpp-2m", schedule: "karras", source: "torch-cpu" } as const;
const SIZE = { width: 128, height: 128 } as const;
const PROMPTS_SEED = 20_261_130;

const [folder = "compare-seeds", prompts = "14", seeds = "24", mode = "reference"] = process.argv.slice(2);
const weights = createHash("sha256")
  .update(readFileSync(join(MODEL, "unet/diffusion_pytorch_model.safetensors")))
  .digest("hex")
  .slice(0, 10);
const images = join(folder, `images-${weights}-${mode}`);
const file = join(folder, `seeds-${weights}-${mode}.jsonl`);
mkdirSync(images, { recursive: true });

/** A prompt in the words of the training set, the same for the same number. */
function promptOf(place: number): string {
  const random = createRandom(PROMPTS_SEED, place);
  return caption(random, drawTags(random, WORLDS.at(-1)!));
}

const pathOf = (place: number, seed: number): string => join(images, `${place}-${seed}.png`);

let opened: Promise<DiffusionModel> | undefined;

/** The engine, opened when the first image is drawn. */
function engine(): Promise<DiffusionModel> {
  opened ??= (async () =>
    modelOn(mode === "fast" ? await fastBackend({ threads: 1 }) : await referenceBackend(), parts(), {}))();
  return opened;
}

function parts(): ModelParts {
  const within = (path: string): string | undefined => (existsSync(join(MODEL, path)) ? join(MODEL, path) : undefined);
  return readModelFolder({
    text: (path) => (within(path) === undefined ? undefined : readFileSync(join(MODEL, path), "utf8")),
    open: (path) => (within(path) === undefined ? undefined : openFile(join(MODEL, path))),
  });
}

async function draw(place: number, missing: readonly number[]): Promise<void> {
  const drawn = generate(await engine(), {
    ...{ tool: "a1111", dialect: "a1111", clipSkip: 1, prompt: promptOf(place), negative: "" },
    ...{ ...SETTINGS, size: SIZE, seeds: missing.map(BigInt) },
  });
  let i = 0;
  for await (const { pixels } of drawn) {
    writeFileSync(pathOf(place, missing[i++]!), encodePng(toRaster(pixels, "round")));
  }
}

const detector = await openCvDetector();
const done = new Set(readSeedPairs(file).map(({ group }) => group));
const all = Array.from({ length: Number(seeds) }, (_, seed) => seed);
for (let place = 0; place < Number(prompts); place++) {
  const group = String(place);
  if (done.has(group)) continue;
  const missing = all.filter((seed) => !existsSync(pathOf(place, seed)));
  if (missing.length > 0) await draw(place, missing);
  const prepared: Prepared[] = [];
  for (const seed of all) prepared.push(prepare(await decodeWithin(pathOf(place, seed), 1024), detector));
  const prompt = promptOf(place);
  const pairs = prepared.flatMap((a, i) =>
    prepared.slice(i + 1).map((b, k): SeedPair => {
      return { kind: OTHER_SEED, group, prompt, seeds: [i, i + 1 + k], evidence: weigh(a, b).evidence };
    }),
  );
  const original = await decodeWithin(pathOf(place, 0), 1024);
  for (const kind of ALTERATIONS) {
    const { bytes } = await alter(original, kind, drawer(place));
    const altered = prepare(await decodeWithin(bytes, 1024), detector);
    pairs.push({ kind, group, prompt, seeds: [0, 0], evidence: weigh(prepared[0]!, altered).evidence });
  }
  appendFileSync(file, pairs.map((pair) => `${JSON.stringify(pair)}\n`).join(""));
  process.stderr.write(`${place + 1}/${prompts}\n`);
}
for (const network of opened ? [(await opened).unet, (await opened).vae, ...(await opened).textEncoders] : [])
  await network.close();
console.log(file);
