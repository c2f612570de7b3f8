import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concatBytes, utf8 } from "../../../src/base/bytes.ts";
import { SeedproofError } from "../../../src/base/errors.ts";
import { unetConfig } from "../../../src/engine/graph/config.ts";
import { buildUNet } from "../../../src/engine/graph/unet.ts";
import { readWeights } from "../../../src/engine/weights/files.ts";
import { toFloat32, type Weight, type Weights } from "../../../src/engine/weights/weights.ts";
import { bytesSource } from "../../../src/image/source.ts";
import { golden, goldenWeights } from "../golden.ts";

const file = readFileSync(join(import.meta.dirname, "../graph/vectors/unet-sd1.safetensors"));
const read = (bytes: Uint8Array): Weights => readWeights(bytesSource(bytes)).weights;
const TEXT_TIME = { addition_embed_type: "text_time", addition_time_embed_dim: 8 };
const refusal = (code: string): unknown => expect.objectContaining({ code });

describe("a damaged weight file is refused by name", () => {
  test("cut anywhere in its numbers", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), (cut) => {
        expect(() => read(file.subarray(0, file.length - cut))).toThrow(refusal("engine.weights-damaged"));
      }),
      { numRuns: 20 },
    );
  });

  test.each([
    ["overlap", [0, 8], [4, 12]],
    ["hole", [0, 4], [8, 12]],
    ["a shape that does not fill its bytes", [0, 8], [8, 10]],
  ])("%s", (_, a, b) => {
    const tensor = (offsets: readonly number[]): object => ({ dtype: "F32", shape: [2], data_offsets: offsets });
    const json = utf8(JSON.stringify({ a: tensor(a), b: tensor(b) }));
    const length = new Uint8Array(8);
    length[0] = json.length;
    const bytes = concatBytes(length, json, new Uint8Array(12));
    expect(() => read(bytes)).toThrow(refusal("engine.weights-damaged"));
  });

  test("a PyTorch pickle, zipped or bare, and what is no weight file", () => {
    for (const start of ["504b0304140000000808", "80028a0a6cfc9c46f920", "80037d7100285805"]) {
      const bytes = concatBytes(Buffer.from(start, "hex"), new Uint8Array(100));
      expect(() => read(bytes)).toThrow(refusal("engine.weights-pickle"));
    }
    expect(() => read(utf8("GGUF and more"))).toThrow(refusal("model.safetensors-malformed"));
    expect(() => read(new Uint8Array(0))).toThrow(refusal("model.safetensors-malformed"));
  });
});

describe("numbers of every type", () => {
  const weight = (type: Weight["type"], ...bytes: number[]): Weight => ({
    type,
    shape: [1],
    read: () => Uint8Array.from(bytes),
  });

  test("become float32 exactly, subnormal halves too", () => {
    const halves: [number, number][] = [
      [0x3c00, 1],
      [0xc000, -2],
      [0x0001, 2 ** -24],
      [0x03ff, 1023 * 2 ** -24],
      [0x0400, 2 ** -14],
      [0x7bff, 65504],
      [0x8000, -0],
    ];
    for (const [bits, value] of halves) expect(toFloat32("w", weight("F16", bits & 255, bits >> 8))[0]).toBe(value);
    expect(toFloat32("w", weight("BF16", 0x80, 0x3f))[0]).toBe(1);
    expect(toFloat32("w", weight("F32", 0, 0, 0x80, 0x3f))[0]).toBe(1);
  });

  test("NaN and infinity are refused with the name of their weight", () => {
    for (const bad of [weight("F16", 0, 0x7c), weight("BF16", 0xc0, 0x7f), weight("F32", 0, 0, 0x80, 0xff)]) {
      expect(() => toFloat32("layer.weight", bad)).toThrow(refusal("engine.weights-not-finite"));
      expect(() => toFloat32("layer.weight", bad)).toThrow(/layer\.weight/);
    }
  });
});

describe("weights of another network are refused when the graph is built", () => {
  const { config } = golden("unet-sd1");
  const sizes = { batch: 1, height: 8, width: 8, tokens: 5 };

  test("one is missing", () => {
    const weights = new Map(goldenWeights("unet-sd1"));
    weights.delete("mid_block.resnets.1.conv2.weight");
    expect(() => buildUNet(unetConfig(config), weights, sizes)).toThrow(refusal("engine.weights-missing"));
  });

  test("one has another shape", () => {
    const wider = { ...unetConfig(config), contextWidth: 7 };
    expect(() => buildUNet(wider, goldenWeights("unet-sd1"), sizes)).toThrow(refusal("engine.weights-shape"));
  });
});

test("quantised weights are refused with their type", () => {
  const json = utf8(JSON.stringify({ "conv_in.weight": { dtype: "F8_E4M3", shape: [4], data_offsets: [0, 4] } }));
  const bytes = concatBytes(Uint8Array.of(json.length, 0, 0, 0, 0, 0, 0, 0), json, new Uint8Array(4));
  expect(() => read(bytes)).toThrow(refusal("engine.weights-type"));
});

test("whatever a configuration holds, it is read or refused by name, and then its graph is built or refused by name", () => {
  const odd = fc.oneof(fc.integer({ min: -2, max: 70 }), fc.constantFrom(null, "x", [8, 16], [2, 2], true, 0.5));
  const keys = [
    "block_out_channels",
    "layers_per_block",
    "attention_head_dim",
    "norm_num_groups",
    "cross_attention_dim",
  ];
  const more = ["transformer_layers_per_block", "addition_time_embed_dim", "projection_class_embeddings_input_dim"];
  const changes = fc.dictionary(fc.constantFrom(...keys, ...more, "in_channels", "addition_embed_type"), odd, {
    maxKeys: 3,
  });
  const { config } = golden("unet-sdxl");
  const weights = goldenWeights("unet-sdxl");
  fc.assert(
    fc.property(changes, (change) => {
      try {
        buildUNet(unetConfig({ ...(config as object), ...change }), weights, {
          batch: 1,
          height: 8,
          width: 8,
          tokens: 5,
        });
      } catch (error) {
        return error instanceof SeedproofError;
      }
      return true;
    }),
    { numRuns: 200 },
  );
});

test.each([
  ["an option that no graph is built for", { class_embed_type: "timestep" }, "config-unsupported"],
  [
    "an unknown kind of block",
    { down_block_types: ["AttnDownBlock2D"], up_block_types: ["UpBlock2D"], block_out_channels: [8] },
    "config-unsupported",
  ],
  ["levels that differ in number", { block_out_channels: [1, 2] }, "config-malformed"],
  ["channels beyond all bounds", { in_channels: 1e9 }, "config-malformed"],
  ["channels that no heads divide", { attention_head_dim: 7 }, "config-malformed"],
  ["channels that no groups divide", { norm_num_groups: 7 }, "config-malformed"],
  ["no width for the pooled text", { ...TEXT_TIME, projection_class_embeddings_input_dim: 48 }, "config-malformed"],
  ["a list instead of an object", [], "config-malformed"],
])("a configuration with %s is refused by name", (_, config, code) => {
  expect(() => unetConfig(config)).toThrow(refusal(`engine.${code}`));
});
