import { expect, test } from "vitest";
import type { Json } from "../../src/base/json.ts";
import type { Block } from "../../src/image/block.ts";
import { readContainer } from "../../src/recipe/reading.ts";
import { apiGraph, baseGraph } from "../helpers/graphs.ts";

function block(key: string, json: Json, tail = ""): Block {
  const text = JSON.stringify(json) + tail;
  return { where: "tEXt", key, offset: 33, length: text.length, encoding: "utf8", text };
}

function read(...blocks: Block[]) {
  return readContainer({ kind: "png", pixels: undefined, blocks, findings: [] });
}

const HASH = `0x${"ab".repeat(32)}`;

test("SwarmUI: refiner, LoRAs, control net, what was typed, and hashes of its own kind", () => {
  const reading = read(
    block("parameters", {
      sui_image_params: {
        prompt: "a red fox",
        negativeprompt: "",
        model: "SDXL/base",
        seed: 5,
        steps: 20,
        cfgscale: 7,
        width: 1024,
        height: 768,
        sampler: "dpmpp_2m",
        scheduler: "karras",
        clipstopatlayer: -2,
        refinermodel: "SDXL/refiner",
        refinercontrolpercentage: 0.2,
        refinerupscale: 1.5,
        refinerupscalemethod: "pixel-lanczos",
        loras: ["one", "two"],
        loraweights: ["0.8", "0.5"],
        controlnetmodel: "depth",
        controlnetstrength: 0.6,
        swarm_version: "0.9.7.4",
        fancy: true,
      },
      sui_extra_data: { date: "2026-01-03", original_prompt: "a {red|blue} fox" },
      sui_models: [
        { name: "SDXL/base.safetensors", param: "model", hash: HASH },
        { name: "two.safetensors", param: "loras", hash: HASH },
      ],
    }),
  );
  expect(reading).toMatchObject({ tool: "swarmui", status: "recipe" });
  expect(reading.recipe).toMatchObject({
    toolVersion: "0.9.7.4",
    prompt: { positive: "a red fox", negative: "", template: "a {red|blue} fox" },
    seed: "5",
    clipSkip: 2,
    passes: [
      { steps: 20, cfg: 7, sampler: { id: "dpmpp-2m" } },
      { role: "refiner", denoise: 0.2, model: "SDXL/refiner", upscale: { factor: 1.5, method: "pixel-lanczos" } },
    ],
    models: [
      { role: "checkpoint", hashes: [{ kind: "swarm", value: "ab".repeat(32) }] },
      { role: "refiner", hashes: [] },
    ],
    adapters: [
      { type: "lora", name: "one", weight: 0.8, hashes: [] },
      { type: "lora", name: "two", weight: 0.5, hashes: [{ kind: "swarm" }] },
      { type: "controlnet", name: "depth", weight: 0.6 },
    ],
    extra: { date: "2026-01-03", fancy: true },
  });
});

test("SwarmUI: the graph beside its parameters is compared with them", () => {
  const params = {
    prompt: "a cat",
    negativeprompt: "a dog",
    model: "base",
    seed: 41,
    steps: 20,
    cfgscale: 7,
    width: 512,
    height: 768,
  };
  const reading = read(block("prompt", apiGraph(baseGraph())), block("parameters", { sui_image_params: params }));
  expect(reading.tool).toBe("swarmui");
  expect(reading.recipe?.seed).toBe("41");
  expect(reading.conflicts).toEqual([
    {
      field: "/seed",
      values: [
        { block: 1, value: "41" },
        { block: 0, value: "42" },
      ],
    },
  ]);
});

test("TensorArt: a random seed is no seed; the graph has the one that was drawn, and the file contradicts itself", () => {
  const order = {
    prompt: "a cat",
    negativePrompt: "a dog",
    width: 512,
    height: 768,
    steps: 20,
    cfgScale: 7,
    seed: "-1",
  };
  const data = {
    ...order,
    baseModel: { modelFileName: "base", hash: "AB".repeat(32) },
    ksamplerName: "euler",
    schedule: "karras",
  };
  const reading = read(block("generation_data", data, "\0"), block("prompt", apiGraph(baseGraph())));
  expect(reading).toMatchObject({ tool: "tensorart", recipe: { seed: "42", extra: { seed: "-1" } } });
  expect(reading.recipe?.models[0]).toMatchObject({
    name: "base",
    hashes: [{ kind: "sha256", value: "ab".repeat(32) }],
  });
  expect(reading.conflicts).toContainEqual({
    field: "/seed",
    values: [
      { block: 0, value: "-1" },
      { block: 1, value: "42" },
    ],
  });
});
