/**
 * Images of the shipped model: seconds an image, reference beside fast mode, the share of time outside the runtime, and
 * diffusers on the same weights where SEEDPROOF_PYTHON names a Python that has it.
 */

import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Backend, Session } from "../src/engine/backend.ts";
import { type ModelParts, modelOn, readModelFolder } from "../src/engine/load.ts";
import { generate } from "../src/engine/pipeline.ts";
import { fastBackend } from "../src/node/fast-backend.ts";
import { openFile } from "../src/node/files.ts";
import { referenceBackend } from "../src/node/reference-backend.ts";

const ROOT = resolve(import.meta.dirname, "..");
const MODEL = join(ROOT, "models/scenes-128");
/** Fewer for a trial of the bench itself. */
const STEPS = Number(process.env.BENCH_STEPS ?? 20);
const IMAGES = Number(process.env.BENCH_IMAGES ?? 3);

/** One mode's figures. */
interface Figures {
  readonly seconds: number;
  readonly outside: number;
}

/** Prints the figures of each mode. */
export async function run(): Promise<void> {
  const parts = shippedParts();
  console.log(`${STEPS} steps of DPM++ 2M, 128 × 128, guidance 4.5; medians of ${IMAGES} images`);
  const reference = await measure(await referenceBackend(), parts);
  print("reference", reference, reference);
  const native = await fastBackend({ threads: 1 }).catch(() => undefined);
  if (native) print("fast, one thread", await measure(native, parts), reference);
  else console.log("fast: onnxruntime-node is not installed");
  const python = process.env.SEEDPROOF_PYTHON;
  if (python) {
    const args = [join(ROOT, "bench/diffusers_engine.py"), MODEL, String(STEPS), String(IMAGES)];
    const seconds = Number(execFileSync(python, args, { encoding: "utf8" }));
    print("diffusers, one thread", { seconds, outside: Number.NaN }, reference);
  }
}

function print(name: string, { seconds, outside }: Figures, reference: Figures): void {
  const share = Number.isNaN(outside) ? "" : `, ${(100 * outside).toFixed(1)} % outside the runtime`;
  const ratio = (reference.seconds / seconds).toFixed(1);
  console.log(`${name.padEnd(22)} ${seconds.toFixed(2)} s an image (${ratio} × reference)${share}`);
}

/** The first image loads the networks and is not counted. */
async function measure(backend: Backend, parts: ModelParts): Promise<Figures> {
  const clock = timed(backend);
  const model = modelOn(clock.backend, parts, {});
  const images: Figures[] = [];
  for (let i = 0; i <= IMAGES; i++) {
    const [start, before] = [performance.now(), clock.inside()];
    for await (const _ of generate(model, {
      ...{ tool: "a1111", dialect: "a1111", clipSkip: 1, prompt: "a red fox in the snow", negative: "blur" },
      ...{ steps: STEPS, cfg: 4.5, sampler: "dpmpp-2m", schedule: "karras", source: "torch-cpu" },
      ...{ size: { width: 128, height: 128 }, seeds: [BigInt(i)] },
    })) {
      const total = performance.now() - start;
      images.push({ seconds: total / 1000, outside: 1 - (clock.inside() - before) / total });
    }
  }
  for (const network of [model.unet, model.vae, ...model.textEncoders]) await network.close();
  const median = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1]!;
  const counted = images.slice(1);
  return { seconds: median(counted.map((f) => f.seconds)), outside: median(counted.map((f) => f.outside)) };
}

/** A backend that counts the milliseconds in which at least one of its sessions runs: both prompts of a step are asked at once. */
function timed(backend: Backend): { readonly backend: Backend; readonly inside: () => number } {
  let [inside, running, since] = [0, 0, 0];
  const watch = (session: Session): Session => ({
    ...session,
    run: async (feeds) => {
      if (running++ === 0) since = performance.now();
      try {
        return await session.run(feeds);
      } finally {
        if (--running === 0) inside += performance.now() - since;
      }
    },
  });
  return { backend: { ...backend, load: async (...args) => watch(await backend.load(...args)) }, inside: () => inside };
}

/** The shipped model, read as the engine reads it. */
function shippedParts(): ModelParts {
  const within = (path: string): string | undefined => {
    const whole = join(MODEL, path);
    return existsSync(whole) ? whole : undefined;
  };
  return readModelFolder({
    text: (path) => (within(path) === undefined ? undefined : readFileSync(join(MODEL, path), "utf8")),
    open: (path) => (within(path) === undefined ? undefined : openFile(join(MODEL, path))),
  });
}
