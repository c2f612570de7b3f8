import { describe, expect, test } from "vitest";
import { clipConfigOf, unetConfigOf, vaeConfigOf } from "../../../src/engine/weights/shapes.ts";
import { renameClip, renameOpenClip, splitSingleFile } from "../../../src/engine/weights/single-file.ts";
import { floatWeight, toFloat32 } from "../../../src/engine/weights/weights.ts";
import { type Family, layout, singleFile } from "./layouts.ts";

const families: readonly Family[] = ["sd1", "sd2", "sdxl"];

describe.each(families)("a full-size %s single file", (family) => {
  const rows = layout(family);
  const split = splitSingleFile(singleFile(family));

  test.each(["unet", "vae", "text0", "text1"])(
    "has its %s under the names that diffusers' converter gives",
    (network) => {
      const expected = rows.filter((row) => row.network === network).map((row) => row.diffusers);
      const parts = { unet: split.unet, vae: split.vae, text0: split.textEncoders[0], text1: split.textEncoders[1] };
      const names = [...(parts[network as keyof typeof parts]?.keys() ?? [])];
      expect(names.sort()).toEqual([...new Set(expected)].sort());
    },
  );
});

test("SD 1.x is recognised by the shapes of its weights", () => {
  const { unet, vae, textEncoders } = splitSingleFile(singleFile("sd1"));
  expect(unetConfigOf(unet)).toMatchObject({
    ...{
      inChannels: 4,
      channels: [320, 640, 1280, 1280],
      layers: [2, 2, 2, 2],
      heads: [8, 8, 8, 8],
      contextWidth: 768,
    },
    ...{ attentionDown: [true, true, true, false], attentionUp: [false, true, true, true] },
    ...{ transformerLayers: [1, 1, 1, 1], linearProjection: false },
  });
  expect(vaeConfigOf(vae, 0.18215)).toMatchObject({
    channels: [128, 256, 512, 512],
    layers: 2,
    latentChannels: 4,
    quantConv: true,
  });
  expect(clipConfigOf(textEncoders[0]!)).toEqual({
    ...{ width: 768, layers: 12, heads: 12, inner: 3072, tokens: 77, vocabulary: 49_408 },
    ...{ activation: "quick_gelu", epsilon: 1e-5 },
  });
});

test("SD 2.x and SDXL are recognised by the shapes of their weights", () => {
  const [sd2, sdxl] = [splitSingleFile(singleFile("sd2")), splitSingleFile(singleFile("sdxl"))];
  expect(unetConfigOf(sd2.unet)).toMatchObject({ heads: [5, 10, 20, 20], contextWidth: 1024, linearProjection: true });
  expect(clipConfigOf(sd2.textEncoders[0]!)).toMatchObject({ width: 1024, layers: 24, heads: 16, activation: "gelu" });
  expect(unetConfigOf(sdxl.unet)).toMatchObject({
    ...{
      channels: [320, 640, 1280],
      heads: [5, 10, 20],
      contextWidth: 2048,
      added: { timeIdWidth: 256, inputWidth: 2816 },
    },
    ...{ attentionDown: [false, true, true], attentionUp: [true, true, false], linearProjection: true },
  });
  // diffusers writes 1 for SDXL's first level, which has no transformer at all.
  expect(unetConfigOf(sdxl.unet).transformerLayers.slice(1)).toEqual([2, 10]);
  expect(sdxl.textEncoders.map(clipConfigOf)).toMatchObject([
    { width: 768 },
    { width: 1280, layers: 32, projection: 1280 },
  ]);
});

test("OpenCLIP's joined matrix is cut into queries, keys and values, and its projection turned", () => {
  const numbers = Float32Array.from({ length: 12 }, (_, i) => i);
  const renamed = renameOpenClip(
    new Map([
      ["transformer.resblocks.0.attn.in_proj_weight", floatWeight([6, 2], numbers)],
      ["text_projection", floatWeight([4, 3], numbers)],
    ]),
  );
  const numbersOf = (name: string): number[] => [...toFloat32(name, renamed.get(name)!)];
  expect(numbersOf("text_model.encoder.layers.0.self_attn.k_proj.weight")).toEqual([4, 5, 6, 7]);
  expect(renamed.get("text_projection.weight")!.shape).toEqual([3, 4]);
  expect(numbersOf("text_projection.weight")).toEqual([0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11]);
});

test("a CLIP file that transformers 5 wrote has the names of all others", () => {
  const names = ["embeddings.token_embedding.weight", "encoder.layers.0.mlp.fc1.weight", "final_layer_norm.bias"];
  const weights = new Map(names.map((name) => [name, floatWeight([1], new Float32Array(1))]));
  expect([...renameClip(weights).keys()]).toEqual(names.map((name) => `text_model.${name}`));
  expect(renameClip(renameClip(weights))).toEqual(renameClip(weights));
});

test("a file that is no checkpoint is refused by name", () => {
  expect(() => splitSingleFile(new Map())).toThrow(expect.objectContaining({ code: "engine.weights-missing" }));
});
