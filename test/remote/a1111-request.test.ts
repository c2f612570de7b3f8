import fc from "fast-check";
import { expect, test } from "vitest";
import type { Recipe } from "../../src/recipe/recipe.ts";
import { a1111Request, recipeOfA1111Request } from "../../src/remote/a1111-request.ts";

const CRITIQUE: Recipe = {
  dialect: "a1111",
  mode: "txt2img",
  prompt: { positive: "animal (cat:1.5) skiing, <lora:EnvyActionShotXL01:0.5>", negative: "bokeh" },
  seed: "562327064",
  size: { width: 832, height: 1216 },
  clipSkip: 2,
  passes: [
    {
      seed: "562327064",
      steps: 20,
      cfg: 4.5,
      sampler: { id: "dpmpp-2m-sde", raw: "DPM++ 2M SDE" },
      scheduler: { id: "karras", raw: "Karras" },
    },
  ],
  models: [
    { role: "checkpoint", name: "juggernautXL_v7Rundiffusion", hashes: [{ kind: "autov2", value: "0724518c6b" }] },
  ],
  adapters: [],
  extra: {},
};

test("the critique's recipe becomes the request that its interface would send", () => {
  expect(a1111Request(CRITIQUE)).toMatchObject({
    path: "/sdapi/v1/txt2img",
    body: {
      ...{ prompt: CRITIQUE.prompt.positive, negative_prompt: "bokeh", seed: 562327064, steps: 20, cfg_scale: 4.5 },
      ...{ width: 832, height: 1216, sampler_name: "DPM++ 2M SDE", scheduler: "Karras", batch_size: 1 },
      override_settings: { sd_model_checkpoint: "0724518c6b", CLIP_stop_at_last_layers: 2 },
    },
    losses: [],
  });
});

test("a request reads back as the recipe that it was made from", () => {
  const text = fc.string({ unit: "grapheme-ascii" }).map((value) => value.trim());
  const recipes = fc.record({
    positive: text,
    negative: text,
    seed: fc.nat(),
    steps: fc.integer({ min: 1, max: 150 }),
    cfg: fc.integer({ min: 1, max: 30 }),
  });
  fc.assert(
    fc.property(recipes, ({ positive, negative, seed, steps, cfg }) => {
      const [pass] = CRITIQUE.passes;
      const recipe = {
        ...CRITIQUE,
        prompt: { positive, negative },
        seed: String(seed),
        passes: [{ ...pass, seed: String(seed), steps, cfg }],
      };
      const { path, body } = a1111Request(recipe);
      const back = recipeOfA1111Request(path, body);
      expect({ ...back, extra: {}, models: [] }).toEqual({ ...recipe, models: [] });
    }),
  );
});

test("enlarging is a second pass with its own strength, and an input image is named as one", () => {
  const hires = recipeOfA1111Request("/sdapi/v1/txt2img", {
    prompt: "x",
    enable_hr: true,
    hr_scale: 1.5,
    denoising_strength: 0.3,
    hr_upscaler: "Latent",
  });
  expect(hires.passes[1]).toEqual({ role: "hires", denoise: 0.3, upscale: { method: "Latent", factor: 1.5 } });
  expect(a1111Request(hires).body).toMatchObject({ enable_hr: true, hr_scale: 1.5, denoising_strength: 0.3 });
  const sized = {
    prompt: "x",
    enable_hr: true,
    hr_scale: 2,
    hr_resize_x: 96,
    hr_resize_y: 0,
    hr_prompt: "y",
    hr_negative_prompt: "",
  };
  const second = recipeOfA1111Request("/sdapi/v1/txt2img", sized).passes[1];
  expect(second).toEqual({ role: "hires", prompt: { positive: "y" }, upscale: { factor: 2, width: 96 } });
  const inpaint = recipeOfA1111Request("/sdapi/v1/img2img", {
    init_images: ["x".repeat(30_000)],
    mask: "AA",
    denoising_strength: 0.5,
  });
  expect(inpaint).toMatchObject({
    mode: "inpaint",
    inputs: [{ role: "init" }, { role: "mask" }],
    passes: [{ denoise: 0.5 }],
  });
  expect(JSON.stringify(inpaint).length).toBeLessThan(1_000);
  expect(a1111Request(inpaint).losses.map(({ text }) => text.en)).toEqual([
    "input image (init) is left out",
    "input image (mask) is left out",
  ]);
});

test("a random seed is none, and a seed that JSON would round is refused", () => {
  expect(recipeOfA1111Request("/sdapi/v1/txt2img", { prompt: "", seed: -1 }).seed).toBeUndefined();
  const seed = "18446744073709551615";
  expect(() => a1111Request({ ...CRITIQUE, seed })).toThrow(expect.objectContaining({ code: "remote.seed-too-large" }));
});

test("whatever a client sends gives a recipe, never an exception", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (body) => {
      expect(recipeOfA1111Request("/sdapi/v1/img2img", body as never).dialect).toBe("a1111");
    }),
  );
});
