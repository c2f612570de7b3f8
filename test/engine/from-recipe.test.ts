import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { engineFingerprint } from "../../src/engine/fingerprint.ts";
import { requestOf } from "../../src/engine/from-recipe.ts";
import { generate } from "../../src/engine/pipeline.ts";
import type { GenerateRequest } from "../../src/engine/request.ts";
import { referenceRuntime } from "../../src/engine/runtimes.ts";
import { SAMPLERS } from "../../src/engine/samplers/catalogue.ts";
import { SCHEDULES } from "../../src/engine/schedules.ts";
import { recipeOf } from "../../src/engine/to-recipe.ts";
import { readPasted } from "../../src/recipe/reading.ts";
import type { Recipe } from "../../src/recipe/recipe.ts";
import { toyDiffusion } from "./toy-diffusion.ts";

function pasted(text: string): Recipe {
  const reading = readPasted(text);
  if (!reading.recipe) throw new Error("this text holds no recipe");
  return reading.recipe;
}
const infotext = (settings: string): Recipe => pasted(`a cat\nNegative prompt: a dog\n${settings}`);
const PLAIN = "Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 5, Size: 512x768, Model: x, Version: v1.10.1";

test("the image of Li v. Liu's critique is understood: prompt, seed, sampler, steps, size, and what it leaves open", () => {
  const samples = JSON.parse(readFileSync(join(import.meta.dirname, "../../samples/infotexts.json"), "utf8"));
  const { text } = samples.cases.find(({ text: one }: { text: string }) => one.includes("562327064"));
  const { request, assumed, unsupported } = requestOf(pasted(text));
  expect(request).toMatchObject({
    tool: "a1111",
    seeds: [562327064n],
    steps: 20,
    cfg: 4.5,
    sampler: "dpmpp-2m-sde",
    schedule: "karras",
    size: { width: 832, height: 1216 },
    negative: "bokeh",
    clipSkip: 1,
    source: "nv",
  });
  expect(request.prompt).toMatch(/^animal \(cat:1\.5\) skiing/);
  expect(assumed).toEqual([{ field: "/rng/source", value: "gpu" }]);
  expect(unsupported).toEqual([]);
});

test("noise source, clip skip, ENSD, eta, variation and seed resize are taken over", () => {
  const extra = "RNG: CPU, Clip skip: 2, ENSD: 31337, Eta: 0.5, Variation seed: 9, Variation seed strength: 0.25";
  const { request, assumed } = requestOf(
    infotext(`${PLAIN}, ${extra}, Seed resize from: 512x512, Schedule type: Karras`),
  );
  expect(assumed).toEqual([]);
  expect(request).toMatchObject({
    source: "torch-cpu",
    clipSkip: 2,
    ensd: 31337,
    options: { eta: 0.5 },
    variation: { seeds: [9n], strength: 0.25 },
    resizeFrom: { width: 512, height: 512 },
    schedule: "karras",
  });
});

test("hires fix becomes a second pass, with its own steps and strength", () => {
  const extra = "Denoising strength: 0.6, Hires upscale: 1.5, Hires steps: 12, Hires upscaler: Latent (bicubic)";
  const { request, unsupported } = requestOf(infotext(`${PLAIN}, ${extra}`));
  expect(request.hires).toMatchObject({
    size: { width: 768, height: 1152 },
    denoise: 0.6,
    steps: 12,
    upscaler: "bicubic",
    sampler: "euler-ancestral",
  });
  expect(unsupported).toEqual([]);
  const model = requestOf(infotext(`${PLAIN}, ${extra.replace("Latent (bicubic)", "4x-UltraSharp")}`));
  expect(model.request.hires).toBeUndefined();
  expect(model.unsupported).toContain("/passes/1/upscale/method");
});

test("hires fix to one side keeps the proportions, to both takes them, and a side of 0 is none", () => {
  const size = (upscale: object) => {
    const passes = [{ steps: 1 }, { role: "hires", upscale }];
    return requestOf({ ...TALL, passes }).request.hires!.size;
  };
  expect(size({ width: 96, factor: 3 })).toEqual({ width: 96, height: 192 });
  expect(size({ height: 96 })).toEqual({ width: 48, height: 96 });
  expect(size({ width: 100, height: 60 })).toEqual({ width: 96, height: 56 });
  // What A1111 enlarges to before it cuts: the smallest that covers.
  const whole = (width: number, height: number, dialect: Recipe["dialect"] = "a1111") => {
    const passes = [{ steps: 1 }, { role: "hires", upscale: { width, height } }];
    return requestOf({ ...TALL, dialect, passes }).request.hires!.whole;
  };
  expect(whole(100, 60)).toEqual({ width: 96, height: 200 });
  expect(whole(64, 256)).toEqual({ width: 128, height: 256 });
  expect([whole(96, 192), whole(100, 60, "comfyui")]).toEqual([undefined, undefined]);
  expect(size({ width: 0, height: 0, factor: 1.5 })).toEqual({ width: 96, height: 192 });
});
const TALL: Recipe = {
  ...{ dialect: "a1111", prompt: {}, seed: "1", size: { width: 64, height: 128 }, passes: [] },
  ...{ models: [], adapters: [], extra: {} },
};

test("what a recipe does not say is assumed and named; what the engine has not is named too", () => {
  const { request, assumed } = requestOf({
    dialect: "plain",
    prompt: {},
    passes: [],
    models: [],
    adapters: [],
    extra: {},
  });
  expect(assumed.map(({ field }) => field).sort()).toEqual(
    "/passes/0/cfg /passes/0/sampler /passes/0/scheduler /passes/0/steps /prompt/positive /rng/source /seed /size".split(
      " ",
    ),
  );
  expect(request.prompt).toBe("");
  expect(requestOf(infotext(PLAIN.replace("Euler a", "DPM adaptive"))).unsupported).toEqual(["/passes/0/sampler"]);
});

test("a recipe of ComfyUI follows ComfyUI, and its variants of UniPC are kept apart", () => {
  const recipe: Recipe = {
    dialect: "comfyui",
    prompt: { positive: "w1", negative: "" },
    seed: "18446744073709551615",
    size: { width: 8, height: 8 },
    passes: [
      {
        steps: 4,
        cfg: 3,
        sampler: { id: "unipc", raw: "uni_pc_bh2", variant: "bh2" },
        scheduler: { id: "normal", raw: "normal" },
      },
    ],
    models: [],
    adapters: [],
    extra: {},
  };
  const { request, assumed } = requestOf(recipe);
  expect(request).toMatchObject({
    tool: "comfyui",
    sampler: "unipc-bh2",
    source: "torch-cpu",
    seeds: [(1n << 64n) - 1n],
  });
  expect(assumed).toEqual([]);
});

test("what is drawn is recorded so that the same is drawn from it, as a recipe", () => {
  const pass = {
    steps: fc.integer({ min: 1, max: 150 }),
    cfg: fc.integer({ min: 2, max: 60 }).map((n) => n / 2),
    sampler: fc.constantFrom(...Object.keys(SAMPLERS)),
    schedule: fc.constantFrom("automatic", ...Object.keys(SCHEDULES)),
  };
  const hires = fc.record({
    ...pass,
    size: fc.constant({ width: 64, height: 96 }),
    denoise: fc.constantFrom(0.3, 0.55),
    upscaler: fc.constantFrom("nearest" as const, "nearest-exact" as const, "bilinear" as const, "bicubic" as const),
    prompt: fc.constant("w4"),
    negative: fc.constant("w5"),
  });
  const request: fc.Arbitrary<GenerateRequest> = fc.record(
    {
      ...pass,
      tool: fc.constant("a1111" as const),
      dialect: fc.constant("a1111" as const),
      prompt: fc.constant("w1, (w2:1.3)"),
      negative: fc.constant("w3"),
      clipSkip: fc.constantFrom(1, 2),
      size: fc.constant({ width: 32, height: 48 }),
      seeds: fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }).map((seed) => [seed]),
      source: fc.constantFrom("torch-cpu" as const, "nv" as const, "torch-cpu-libm" as const),
      emphasis: fc.constantFrom("no-norm" as const, "ignore" as const),
      variation: fc.constant({ seeds: [7n], strength: 0.25 }),
      resizeFrom: fc.constant({ width: 16, height: 16 }),
      ensd: fc.constant(31337),
      options: fc.constantFrom({ eta: 0 }, { eta: 0.5 }),
      hires,
    },
    {
      requiredKeys: [
        "steps",
        "cfg",
        "sampler",
        "schedule",
        "tool",
        "dialect",
        "prompt",
        "negative",
        "clipSkip",
        "size",
        "seeds",
        "source",
      ],
    },
  );
  const fingerprint = engineFingerprint(referenceRuntime, {
    weights: {},
    adapters: [],
    noise: "torch-cpu",
    dialect: "a1111",
  });
  const parts = { toolVersion: "0", models: [], adapters: [], fingerprint };
  fc.assert(
    fc.property(request, (drawn) => {
      const read = requestOf(recipeOf(drawn, 0, parts));
      expect(read.request).toEqual(drawn);
      expect([read.assumed, read.unsupported]).toEqual([[], []]);
    }),
  );
});

test("a request from a recipe draws", async () => {
  const recipe = pasted(
    "w1\nNegative prompt: w2\nSteps: 3, Sampler: DPM++ 2M SDE Karras, CFG scale: 4.5, Seed: 7, Size: 8x8",
  );
  const images = generate(toyDiffusion().model, requestOf(recipe).request);
  expect((await images.next()).value.pixels.shape).toEqual([1, 3, 8, 8]);
});
