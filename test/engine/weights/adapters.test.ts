import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { difference, readAdapter } from "../../../src/engine/weights/adapter.ts";
import { readEmbeddings } from "../../../src/engine/weights/embedding.ts";
import { readWeights } from "../../../src/engine/weights/files.ts";
import { mergeAdapters } from "../../../src/engine/weights/merge.ts";
import { singleFileModule } from "../../../src/engine/weights/single-file.ts";
import { floatWeight, toFloat32, type Weights } from "../../../src/engine/weights/weights.ts";
import { bytesSource } from "../../../src/image/source.ts";
import { goldenWeights } from "../golden.ts";
import { layout } from "./layouts.ts";

const VECTORS = join(import.meta.dirname, "vectors");
const adapterFile = (name: string): Weights =>
  readWeights(bytesSource(readFileSync(join(VECTORS, `lora-${name}.safetensors`)))).weights;
const golden = JSON.parse(readFileSync(join(VECTORS, "lora.json"), "utf8")) as {
  readonly weight: number;
  readonly merged: Readonly<Record<string, { readonly data: string }>>;
};
const expected = new Map(
  Object.entries(golden.merged).map(([name, { data }]) => [
    name,
    new Float32Array(Uint8Array.from(Buffer.from(data, "base64")).buffer),
  ]),
);
const base = goldenWeights("unet-sd1");
const far = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, x, i) => Math.max(most, Math.abs(x - b[i]!)), 0);
const refusal = (code: string): unknown => expect.objectContaining({ code: `engine.${code}` });

describe("merging gives the weights that PEFT gives, within 1e-6", () => {
  test.each([
    ["kohya", "LoRA, LoCon and Tucker parts with alpha", 7],
    ["peft", "lora_A and lora_B", 6],
    ["old-diffusers", "attention processors", 2],
  ])("from %s names: %s", (name, _, count) => {
    const adapter = readAdapter(adapterFile(name));
    const { weights, used } = mergeAdapters(base, "unet", [{ adapter, weight: golden.weight }]);
    expect(used[0]).toEqual(new Set(adapter.keys()));
    const changed = [...weights].filter(([key, weight]) => weight !== base.get(key)).map(([key]) => key);
    expect(changed).toHaveLength(count);
    for (const key of changed)
      expect([key, far(toFloat32(key, weights.get(key)!), expected.get(key)!) < 1e-6]).toEqual([key, true]);
  });
});

test("an adapter at weight 0 changes nothing, at weight w and -w in a row nearly nothing", () => {
  const adapter = readAdapter(adapterFile("kohya"));
  expect(mergeAdapters(base, "unet", [{ adapter, weight: 0 }]).weights).toEqual(base);
  const both = [0.5, -0.5].map((weight) => ({ adapter, weight }));
  const { weights } = mergeAdapters(base, "unet", both);
  const name = "mid_block.resnets.0.conv2.weight";
  expect(far(toFloat32(name, weights.get(name)!), toFloat32(name, base.get(name)!))).toBeLessThan(1e-6);
});

test("an adapter's modules for another network are left alone and told", () => {
  const adapter = readAdapter(adapterFile("kohya"));
  const { used, weights } = mergeAdapters(base, "text-encoder", [{ adapter, weight: 1 }]);
  expect([used[0]!.size, weights.size]).toEqual([0, base.size]);
});

test("every module of SDXL's UNet is found by its single-file name too", () => {
  for (const { network, singleFile, diffusers } of layout("sdxl")) {
    if (network !== "unet" || !diffusers.endsWith(".weight")) continue;
    const module = diffusers.slice(0, -".weight".length);
    expect(`model.diffusion_model.${singleFileModule(module, 2, [true, true, false])}.weight`).toBe(singleFile);
  }
  const down = floatWeight([1, 2], Float32Array.of(1, 2));
  const up = floatWeight([2, 1], Float32Array.of(1, 1));
  const adapter = new Map([["lora_unet_input_blocks_4_1_proj_in", { down, up }]]);
  const weights = new Map([["down_blocks.1.attentions.0.proj_in.weight", floatWeight([2, 2], new Float32Array(4))]]);
  const names = new Map([["down_blocks.1.attentions.0.proj_in", "input_blocks.4.1.proj_in"]]);
  const { weights: merged } = mergeAdapters(weights, "unet", [{ adapter, weight: 1 }], names);
  expect([...toFloat32("", [...merged.values()][0]!)]).toEqual([1, 2, 1, 2]);
});

describe("refused by name", () => {
  const one = floatWeight([1, 1], Float32Array.of(1));

  test("an adapter for a weight of another shape", () => {
    const parts = { down: floatWeight([2, 3], new Float32Array(6)), up: floatWeight([4, 2], new Float32Array(8)) };
    expect(difference("m", parts, [4, 3])).toHaveLength(12);
    expect(() => difference("m", parts, [4, 4])).toThrow(refusal("weights-shape"));
    expect(() => difference("m", { ...parts, mid: one }, [4, 3])).toThrow(refusal("weights-shape"));
  });

  test("kinds that are not merged, and modules that lack a part", () => {
    expect(() => readAdapter(new Map([["lora_unet_x.hada_w1_a", one]]))).toThrow(refusal("adapter-unsupported"));
    expect(() => readAdapter(new Map([["lora_unet_x.lora_up.weight", one]]))).toThrow(refusal("adapter-incomplete"));
  });

  test("numbers that are not finite", () => {
    const bad = floatWeight([1, 1], Float32Array.of(Number.NaN));
    expect(() => difference("m", { down: bad, up: one }, [1, 1])).toThrow(refusal("weights-not-finite"));
  });
});

describe("textual inversion", () => {
  const rows = (count: number, width: number): ReturnType<typeof floatWeight> =>
    floatWeight(
      [count, width],
      Float32Array.from({ length: count * width }, (_, i) => i),
    );

  test("A1111's, SDXL's and diffusers' files are read", () => {
    expect(readEmbeddings(new Map([["emb_params", rows(2, 3)]]))).toEqual([
      { width: 3, vectors: [Float32Array.of(0, 1, 2), Float32Array.of(3, 4, 5)] },
    ]);
    const sdxl = readEmbeddings(
      new Map([
        ["clip_g", rows(1, 4)],
        ["clip_l", rows(1, 2)],
      ]),
    );
    expect(sdxl.map(({ width }) => width)).toEqual([2, 4]);
    const lone = new Map([["<cat-toy>", floatWeight([3], Float32Array.of(7, 8, 9))]]);
    expect(readEmbeddings(lone)).toEqual([{ width: 3, vectors: [Float32Array.of(7, 8, 9)] }]);
  });

  test("a file without vectors, or with more than a prompt has places, is refused", () => {
    for (const weights of [
      new Map(),
      new Map([["emb_params", rows(76, 1)]]),
      new Map([
        ["a", rows(1, 1)],
        ["b", rows(1, 1)],
      ]),
    ]) {
      expect(() => readEmbeddings(weights)).toThrow(refusal("embedding-malformed"));
    }
  });
});
