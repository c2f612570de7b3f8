import { describe, expect, test } from "vitest";
import type { DiffusionModel } from "../../src/engine/backend.ts";
import { levelsOf, scaledLinearAlphas } from "../../src/engine/levels.ts";
import { createGenerator } from "../../src/engine/noise/generator.ts";
import { generate } from "../../src/engine/pipeline.ts";
import type { Generated, GenerateRequest, Hooks, Progress } from "../../src/engine/request.ts";
import { resample } from "../../src/engine/resample.ts";
import { SAMPLERS } from "../../src/engine/samplers/catalogue.ts";
import { schedule } from "../../src/engine/schedules.ts";
import { tensor } from "../../src/engine/tensor.ts";
import { CHANNELS, FACTOR, toyDiffusion } from "./toy-diffusion.ts";

const SIDE = 8;
const CELLS = (SIDE / FACTOR) ** 2;
const request: GenerateRequest = {
  tool: "a1111",
  dialect: "a1111",
  clipSkip: 1,
  prompt: "w1 w2",
  negative: "w3",
  steps: 6,
  cfg: 5,
  sampler: "euler",
  schedule: "karras",
  size: { width: SIDE, height: SIDE },
  seeds: [42n],
  source: "torch-cpu",
};

async function draw(
  change: Partial<GenerateRequest> = {},
  model: DiffusionModel = toyDiffusion().model,
  hooks: Hooks = {},
): Promise<Generated[]> {
  const images: Generated[] = [];
  for await (const image of generate(model, { ...request, ...change }, hooks)) images.push(image);
  return images;
}
const latentOf = async (change?: Partial<GenerateRequest>): Promise<Float32Array> =>
  (await draw(change))[0]!.latent.data;
const pixels = (value: number): GenerateRequest["init"] & object => ({
  pixels: tensor([1, 3, SIDE, SIDE], new Float32Array(3 * SIDE * SIDE).fill(value)),
  denoise: 0.5,
});

describe("the same request", () => {
  test.each(Object.keys(SAMPLERS))(
    "gives the same bits twice, and other bits for another seed (%s)",
    async (sampler) => {
      for (const tool of ["a1111", "comfyui"] as const) {
        const once = await latentOf({ sampler, tool });
        expect(once.some((value) => value !== 0)).toBe(true);
        expect(await latentOf({ sampler, tool })).toEqual(once);
        expect(await latentOf({ sampler, tool, seeds: [43n] })).not.toEqual(once);
      }
    },
  );

  test("takes back what detours changed", async () => {
    const { model } = toyDiffusion();
    const [before] = await draw({}, model);
    await draw({ prompt: "w9", seeds: [7n] }, model);
    await draw({ sampler: "dpmpp-2m-sde", size: { width: 4, height: 12 } }, model);
    expect(await draw({}, model)).toEqual([before]);
  });
});

describe("batches", () => {
  test("A1111's images are those that are drawn alone, whatever the sampler's noise", async () => {
    for (const sampler of ["euler-ancestral", "dpmpp-2m-sde"]) {
      const together = await draw({ sampler, seeds: [5n, 6n, 7n] });
      const alone = await draw({ sampler, seeds: [6n] });
      expect(together.map(({ image, seed }) => [image, seed])).toEqual([
        [0, 5n],
        [1, 6n],
        [2, 7n],
      ]);
      expect(together[1]!.pixels).toEqual(alone[0]!.pixels);
    }
  });

  test("ComfyUI's share one stream: the first image is as alone, the second is no seed's of its own", async () => {
    const together = await draw({ tool: "comfyui", seeds: [5n, 6n] });
    expect(together[0]!.latent).toEqual((await draw({ tool: "comfyui", seeds: [5n] }))[0]!.latent);
    expect(together[1]!.latent).not.toEqual((await draw({ tool: "comfyui", seeds: [6n] }))[0]!.latent);
  });

  test("each image is there as soon as it is done, and the rest can be drawn later", async () => {
    const { model } = toyDiffusion();
    const running = generate(model, { ...request, seeds: [1n, 2n] });
    const first = (await running.next()).value as Generated;
    await running.return(undefined);
    const [, second] = await draw({ seeds: [1n, 2n] });
    expect([first.pixels, (await draw({ seeds: [2n] }))[0]!.pixels]).toEqual([
      (await draw({ seeds: [1n] }))[0]!.pixels,
      second!.pixels,
    ]);
  });
});

describe("starting noise", () => {
  const levels = levelsOf(scaledLinearAlphas());
  const highest = schedule("karras", { steps: 6, levels })[0]!;

  test.each([
    ["a1111", "euler", highest],
    ["comfyui", "euler", Math.sqrt(1 + highest * highest)],
  ] as const)("is PyTorch's, times what %s takes", async (tool, sampler, factor) => {
    const { model, calls } = toyDiffusion();
    await draw({ tool, sampler }, model);
    const noise = createGenerator("torch-cpu", 42n).randn(CHANNELS * CELLS);
    const cIn = 1 / Math.sqrt(1 + highest * highest);
    const expected = noise.map((value) => Math.fround(Math.fround(factor * value) * cIn));
    expect(calls[0]!.x.data).toEqual(expected);
  });

  test("is at unit variance for A1111's samplers on training steps", async () => {
    const { model, calls } = toyDiffusion();
    await draw({ sampler: "ddim" }, model);
    const noise = createGenerator("torch-cpu", 42n).randn(CHANNELS * CELLS);
    for (const [i, value] of calls[0]!.x.data.entries()) expect(value).toBeCloseTo(noise[i]!, 5);
    // 6 steps asked: every 166th training step from 1 on, the last move ends on the lowest.
    expect(calls.filter((_, i) => i % 2 === 0).map(({ timestep }) => timestep)).toEqual([997, 831, 665, 499, 333, 167]);
  });

  test("A1111 tells the UNet times with a fraction, ComfyUI whole ones", async () => {
    for (const [tool, whole] of [["a1111", false] as const, ["comfyui", true] as const]) {
      const { model, calls } = toyDiffusion();
      await draw({ tool }, model);
      expect(calls.every(({ timestep }) => Number.isInteger(timestep))).toBe(whole);
    }
  });
});

describe("guidance", () => {
  const callsOf = async (change: Partial<GenerateRequest>): Promise<number> => {
    const { model, calls } = toyDiffusion();
    await draw(change, model);
    return calls.length;
  };

  test("asks for both prompts, for one where the scale is 1, and for fewer below s_min_uncond", async () => {
    expect(await callsOf({})).toBe(12);
    expect(await callsOf({ cfg: 1 })).toBe(6);
    expect(await callsOf({ sMinUncond: 100 })).toBe(9);
    expect(await callsOf({ prompt: "w1 AND w2" })).toBe(18);
    expect(await callsOf({ sampler: "heun" })).toBe(22);
  });

  test("goes from the negative prompt's answer through the positive one's", async () => {
    const at = async (cfg: number): Promise<Float32Array> => latentOf({ cfg, steps: 1 });
    const [zero, one, three] = [await at(0), await at(1), await at(3)];
    for (const [i, value] of three.entries()) expect(value).toBeCloseTo(zero[i]! + 3 * (one[i]! - zero[i]!), 4);
    expect(zero).toEqual(await latentOf({ prompt: "w3", cfg: 1, steps: 1 }));
  });

  test("AND with weights that cancel each other leaves the negative prompt", async () => {
    const cancelled = await latentOf({ prompt: "w1 AND w1:-1", steps: 1 });
    for (const [i, value] of (await latentOf({ cfg: 0, steps: 1 })).entries())
      expect(cancelled[i]).toBeCloseTo(value, 4);
  });

  test("AND in a negative prompt is a word", async () => {
    expect(await latentOf({ negative: "w3 AND w4" })).toEqual(await latentOf({ negative: "w3 w4" }));
    expect(await latentOf({ negative: "w3 AND w4" })).not.toEqual(await latentOf({ negative: "w3" }));
  });

  test("velocity and noise prediction of one model give one image", async () => {
    const [velocity] = await draw({}, toyDiffusion({ prediction: "v" }).model);
    for (const [i, value] of (await latentOf()).entries()) expect(velocity!.latent.data[i]).toBeCloseTo(value, 3);
  });

  test("fully rescaled guidance keeps the spread of what the model predicted", async () => {
    expect(await latentOf({ rescale: 0 })).toEqual(await latentOf());
    expect(await latentOf({ rescale: 0.7 })).not.toEqual(await latentOf());
    expect(await latentOf({ rescale: 1, cfg: 1 })).toEqual(await latentOf({ cfg: 1 }));
  });

  test("an edited prompt changes on its step, an order of words changes the image", async () => {
    const { model, calls } = toyDiffusion();
    await draw({ prompt: "[w1:w2:3]" }, model);
    const contexts = calls.filter((_, i) => i % 2 === 0).map(({ conditions }) => conditions.context.data.join());
    expect(contexts.map((context) => contexts.indexOf(context))).toEqual([0, 0, 0, 0, 4, 4]);
    expect(await latentOf({ prompt: "w2 w1" })).not.toEqual(await latentOf());
  });
});

describe("images to start from", () => {
  test("A1111 and ComfyUI count the steps in their own ways", async () => {
    const callsFor = async (
      change: Partial<GenerateRequest>,
      init: Partial<GenerateRequest["init"]>,
    ): Promise<number> => {
      const { model, calls } = toyDiffusion();
      await draw({ cfg: 1, steps: 20, ...change, init: { ...pixels(0.2), ...init } }, model);
      return calls.length;
    };
    expect(await callsFor({}, { denoise: 0.75 })).toBe(16);
    expect(await callsFor({}, { denoise: 1 })).toBe(20);
    expect(await callsFor({}, { denoise: 0.5, exactSteps: true })).toBe(20);
    expect(await callsFor({ tool: "comfyui" }, { denoise: 0.5 })).toBe(20);
    expect(await callsFor({ sampler: "ddim" }, { denoise: 0.5 })).toBe(9);
  });

  test("little denoising stays near the image, much goes away from it", async () => {
    const target = (await draw({ init: { ...pixels(0.2), denoise: 0.01 } }, toyDiffusion().model))[0]!.pixels.data;
    const far = (await draw({ init: { ...pixels(0.2), denoise: 1 } }, toyDiffusion().model))[0]!.pixels.data;
    const distance = (data: Float32Array): number => data.reduce((sum, value) => sum + Math.abs(value - 0.2), 0);
    expect(distance(target)).toBeLessThan(distance(far) / 3);
  });

  test.each(["a1111", "comfyui"] as const)("%s keeps what the mask keeps, to the bit", async (tool) => {
    const mask = Float32Array.from({ length: CELLS }, (_, cell) => (cell < CELLS / 2 ? 0 : 1));
    const image = await latentOf({ tool, init: { ...pixels(0.3), mask } });
    for (let c = 0; c < CHANNELS; c++) {
      const kept = image.subarray(c * CELLS, c * CELLS + CELLS / 2);
      expect(new Set(kept)).toEqual(new Set([Math.fround(Math.fround(0.3) * 4 * 0.5)]));
      expect(new Set(image.subarray(c * CELLS + CELLS / 2, (c + 1) * CELLS)).size).toBeGreaterThan(4);
    }
  });

  test("an inpainting model is shown the mask and the image with grey in it", async () => {
    const { model, calls } = toyDiffusion({ inChannels: 9 });
    const mask = Float32Array.from({ length: CELLS }, (_, cell) => (cell % 2 === 0 ? 1 : 0));
    await draw({ init: { ...pixels(0.3), mask } }, model);
    const shown = calls[0]!.x.data.subarray(CHANNELS * CELLS);
    expect(shown.subarray(0, CELLS)).toEqual(mask);
    expect(shown[CELLS]).toBe(0);
    expect(shown[CELLS + 1]).toBeCloseTo(0.6, 6);
    await draw({}, model);
    expect(new Set(calls.at(-1)!.x.data.subarray(CHANNELS * CELLS, CHANNELS * CELLS + CELLS))).toEqual(new Set([1]));
  });
});

describe("hires fix", () => {
  const hires = { size: { width: 16, height: 12 }, denoise: 0.5, upscaler: "bilinear" as const };

  test("draws at both sizes, the second with new streams from the same seed", async () => {
    const { model, calls } = toyDiffusion();
    const [image] = await draw({ hires, cfg: 1 }, model);
    expect(image!.pixels.shape).toEqual([1, 3, 12, 16]);
    expect(calls.map(({ x }) => x.shape[3])).toEqual([...Array(6).fill(4), ...Array(6).fill(8)]);
    const [first] = await draw({ cfg: 1 });
    const start = resample(first!.latent, 6, 8, "bilinear").data;
    const noise = createGenerator("torch-cpu", 42n).randn(CHANNELS * 6 * 8);
    const levels = levelsOf(scaledLinearAlphas());
    const sigma = schedule("karras", { steps: 12, levels })[6]!;
    const cIn = 1 / Math.sqrt(1 + sigma * sigma);
    for (const [i, value] of calls[6]!.x.data.entries()) {
      expect(value).toBeCloseTo((start[i]! + sigma * noise[i]!) * cIn, 5);
    }
  });

  test("cuts the middle out of what covers a size of other proportions, the smaller half before it", async () => {
    const { model, calls } = toyDiffusion();
    const covering = { ...hires, size: { width: 16, height: 10 }, whole: { width: 16, height: 16 } };
    const [image] = await draw({ hires: covering, cfg: 1 }, model);
    expect(image!.pixels.shape).toEqual([1, 3, 10, 16]);
    const [first] = await draw({ cfg: 1 });
    const whole = resample(first!.latent, 8, 8, "bilinear").data;
    const middle = Array.from({ length: CHANNELS }, (_, c) => [
      ...whole.subarray((c * 8 + 1) * 8, (c * 8 + 6) * 8),
    ]).flat();
    const noise = createGenerator("torch-cpu", 42n).randn(CHANNELS * 5 * 8);
    const sigma = schedule("karras", { steps: 12, levels: levelsOf(scaledLinearAlphas()) })[6]!;
    const cIn = 1 / Math.sqrt(1 + sigma * sigma);
    for (const [i, value] of calls[6]!.x.data.entries()) {
      expect(value).toBeCloseTo((middle[i]! + sigma * noise[i]!) * cIn, 5);
    }
  });

  test("takes its own steps, sampler and prompt, and an upscaler of pixels", async () => {
    const { model, calls } = toyDiffusion();
    const sizes: unknown[] = [];
    const upscaler = async (_: unknown, size: { width: number; height: number }) => {
      sizes.push(size);
      return tensor([1, 3, size.height, size.width]);
    };
    await draw({ cfg: 1, hires: { ...hires, upscaler, steps: 3, sampler: "heun", prompt: "w8" } }, model);
    expect(sizes).toEqual([hires.size]);
    expect(calls).toHaveLength(6 + 5);
    expect(calls.at(-1)!.conditions.context).not.toEqual(calls[0]!.conditions.context);
  });
});

describe("a run", () => {
  test("tells where it stands, with what may be previewed", async () => {
    const seen: Progress[] = [];
    await draw({ seeds: [1n, 2n] }, toyDiffusion().model, { onProgress: (progress) => void seen.push(progress) });
    expect(seen.map(({ image, step, steps }) => [image, step, steps])).toEqual(
      [0, 1].flatMap((image) => [0, 1, 2, 3, 4, 5].map((step) => [image, step, 6])),
    );
    expect(seen[0]!.denoised.shape).toEqual([1, CHANNELS, SIDE / FACTOR, SIDE / FACTOR]);
    expect(seen.every(({ sigma }, i) => i % 6 === 0 || sigma < seen[i - 1]!.sigma)).toBe(true);
  });

  test("stops where it is told to", async () => {
    const { model, calls } = toyDiffusion();
    const controller = new AbortController();
    const stopped = draw({ seeds: [1n, 2n] }, model, {
      signal: controller.signal,
      onProgress: ({ step }) => {
        if (step === 2) controller.abort(new Error("enough"));
      },
    });
    await expect(stopped).rejects.toThrow("enough");
    expect(calls).toHaveLength(6);
  });

  test("refuses what cannot be drawn, by name", async () => {
    const refused = (change: Partial<GenerateRequest>, code: string): Promise<void> =>
      expect(draw(change)).rejects.toMatchObject({ code });
    await refused({ size: { width: 7, height: 16 } }, "engine.size-unfit");
    await refused({ size: { width: 0, height: 16 } }, "engine.size-unfit");
    await refused({ size: { width: 16, height: 1e9 } }, "engine.size-unfit");
    await refused({ sampler: "magic" }, "engine.sampler-unknown");
    await refused({ schedule: "magic" }, "engine.schedule-unknown");
    await refused({ steps: 0 }, "engine.steps-out-of-range");
    await refused({ seeds: [1n << 64n] }, "engine.seed-out-of-range");
    await refused({ init: { ...pixels(0), denoise: 0 } }, "engine.denoise-out-of-range");
    const broken = toyDiffusion({ answer: (denoised) => denoised.map((value, i) => (i === 3 ? Number.NaN : value)) });
    await expect(draw({}, broken.model)).rejects.toMatchObject({ code: "engine.not-a-number" });
  });
});
