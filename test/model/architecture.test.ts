import { describe, expect, test } from "vitest";
import { architectureOf } from "../../src/model/architecture.ts";
import type { TensorInfo } from "../../src/model/header.ts";
import { CLAIM_LIMITS, claimsOf } from "../../src/model/metadata.ts";
import { type Family, layout } from "../engine/weights/layouts.ts";

const tensor = (name: string, shape: readonly number[], dtype = "F16"): TensorInfo => ({
  name,
  shape,
  dtype,
  offset: 0,
  length: 0,
});
const of = (...tensors: readonly (readonly [string, readonly number[]])[]) =>
  architectureOf(tensors.map(([name, shape]) => tensor(name, shape)));

describe("architecture", () => {
  // Numbers of parameters that the models' cards give: 1.066, 1.289 and 3.469 thousand million with their text encoders.
  test.each<[Family, number]>([
    ["sd1", 1.066],
    ["sd2", 1.289],
    ["sdxl", 3.469],
  ])("of a single file of %s is told by its tensors, at full size", (family, billions) => {
    const rows = [...new Map(layout(family).map((row) => [row.singleFile, row])).values()];
    const found = architectureOf(rows.map(({ singleFile, shape }) => tensor(singleFile, shape)));
    expect(found).toMatchObject({ kind: "checkpoint", family, types: ["F16"] });
    expect(found.parameters / 1e9).toBeGreaterThan(billions * 0.95);
    expect(found.parameters / 1e9).toBeLessThan(billions * 1.05);
  });

  test.each<[Family, string, string]>([
    ["sd1", "unet", "unet"],
    ["sdxl", "unet", "unet"],
    ["sd1", "vae", "vae"],
  ])("of %s's %s in a folder is told too", (family, network, kind) => {
    const rows = layout(family).filter((row) => row.network === network);
    expect(rows.length).toBeGreaterThan(50);
    expect(architectureOf(rows.map(({ diffusers, shape }) => tensor(diffusers, shape))).kind).toBe(kind);
  });

  test("of adapters, embeddings and others is told by what they hold", () => {
    const down = "lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_k.lora_down.weight";
    expect(of([down, [8, 2048]])).toMatchObject({ kind: "lora", family: "sdxl" });
    expect(
      of(["unet.down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.lora_A.weight", [4, 768]]),
    ).toMatchObject({ kind: "lora", family: "sd1" });
    expect(of(["lora_unet_x.hada_w1_a", [8, 8]]).kind).toBe("lycoris");
    expect(of(["emb_params", [3, 768]])).toMatchObject({ kind: "embedding", family: "sd1" });
    expect(of(["clip_g", [3, 1280]], ["clip_l", [3, 768]])).toMatchObject({ kind: "embedding", family: "sdxl" });
    expect(of(["double_blocks.0.img_attn.qkv.weight", [9216, 3072]])).toMatchObject({ kind: "unet", family: "flux" });
    const read = ["model.diffusion_model.middle_block.1.transformer_blocks.0.attn2.to_k.weight", [1280, 768]] as const;
    const inpaints = of(["model.diffusion_model.input_blocks.0.0.weight", [320, 9, 3, 3]], read);
    expect(inpaints).toMatchObject({ kind: "checkpoint", family: "sd1", variant: "inpainting" });
    // A latent of eight channels is no image beside a latent of four.
    const eight = of(
      ["conv_in.weight", [64, 8, 3, 3]],
      ["time_embedding.linear_1.weight", [1]],
      ["mid_block.a.attn2.to_k.weight", [168, 128]],
    );
    expect(eight).toEqual({ kind: "unet", family: "scenes", parameters: 64 * 8 * 9 + 1 + 168 * 128, types: ["F16"] });
    expect(of(["conv_first.weight", [64, 3, 3, 3]]).kind).toBe("upscaler");
    expect(of(["anything", [1]])).toMatchObject({ kind: "unknown", family: "unknown" });
  });
});

describe("claims of metadata", () => {
  test("read kohya's and ModelSpec's keys, and take None for nothing", () => {
    expect(
      claimsOf({
        ss_sd_model_name: "animefull.safetensors",
        ss_new_sd_model_hash: "ab",
        ss_network_alpha: "4",
        "modelspec.license": "CC0",
        ss_training_comment: "None",
      }),
    ).toEqual({
      license: "CC0",
      base: { name: "animefull.safetensors", hash: "ab" },
      triggers: [],
      training: { alpha: "4" },
    });
  });

  test("are cut to what a person reads, whatever the file says", () => {
    const tags = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`tag${i}`, i]));
    const claims = claimsOf({
      "modelspec.title": "x".repeat(1e5),
      ss_tag_frequency: JSON.stringify({ a: tags, b: 7, c: { d: "many", e: null } }),
    });
    expect(claims.title).toHaveLength(CLAIM_LIMITS.text);
    expect(claims.triggers).toHaveLength(CLAIM_LIMITS.words);
    expect(claims.triggers[0]).toEqual({ word: "tag499", from: "tags", count: 499 });
    expect(claimsOf({ ss_tag_frequency: "[".repeat(100_000) }).triggers).toEqual([]);
  });
});
