import { describe, expect, test } from "vitest";
import { atPointer, type Json, type JsonObject } from "../../src/base/json.ts";
import { readImage } from "../../src/node/read-image.ts";
import { graphTexts } from "../../src/recipe/comfyui/texts.ts";
import { readWorkflow } from "../../src/recipe/comfyui/workflow.ts";
import { readGraph, readWorkflowAlone } from "../../src/recipe/comfyui.ts";
import { foldRecipe } from "../../src/recipe/fold.ts";
import type { Recipe } from "../../src/recipe/recipe.ts";
import { cpuNow } from "../helpers/cpu.ts";
import { samplePath, samples } from "../helpers/samples.ts";

const FACTS = { pixels: undefined, moving: false };
const files = samples.filter(({ blocks, expected }) => blocks.length >= 2 && expected.outputNode !== undefined);

/** What the editor's file and the graph that ran both know; the editor's numbers have fewer digits. */
function common({ prompt, seed, size, clipSkip, passes, models, adapters, mode, extra }: Recipe): unknown {
  const short = (value: number | undefined): number | undefined =>
    value === undefined ? undefined : Number(value.toPrecision(7));
  return {
    prompt,
    seed,
    size,
    clipSkip,
    mode,
    models,
    output: extra.outputNode,
    adapters: adapters.map((adapter) => ({ ...adapter, weight: short(adapter.weight) })),
    passes: passes.map(({ denoise, ...pass }) => ({ ...pass, denoise: short(denoise) })),
  };
}

describe.each(files.map(({ file }) => file))("%s", (file) => {
  test("its workflow, with the names of widgets looked up, leads to the same recipe as the graph that ran", async () => {
    const { blocks } = await readImage(samplePath(file));
    const texts = graphTexts(blocks.map((block, index) => ({ index, block })));
    const graph = texts.find(({ kind }) => kind === "prompt")!;
    const workflow = texts.find(({ kind }) => kind === "workflow");
    if (workflow === undefined) return;
    const ran = foldRecipe(readGraph(graph, FACTS).statements);
    expect(common(foldRecipe(readWorkflowAlone(workflow, FACTS).statements))).toEqual(common(ran));
  });
});

test("at least ten samples carry both", () => {
  expect(files.length).toBeGreaterThan(10);
});

/** A node of the editor with its links by number. */
function node(
  id: number,
  type: string,
  widgets: Json,
  links: Record<string, [type: string, link: number]> = {},
  more: JsonObject = {},
): JsonObject {
  const inputs = Object.entries(links).map(([name, [kind, link]]) => ({ name, type: kind, link }));
  return { id, type, mode: 0, inputs, outputs: [], widgets_values: widgets, ...more };
}

function outputs(...types: string[]): JsonObject {
  return { outputs: types.map((type) => ({ name: type, type })) };
}

/** A plain workflow whose sampler takes its model by link 1 and its prompts by links 2 and 3. */
function plain(more: { nodes?: JsonObject[]; links?: Json[]; extra?: JsonObject }): JsonObject {
  return {
    nodes: [
      node(4, "CheckpointLoaderSimple", ["base.safetensors"], {}, outputs("MODEL", "CLIP", "VAE")),
      node(5, "EmptyLatentImage", [512, 768, 1], {}, outputs("LATENT")),
      node(6, "CLIPTextEncode", ["a cat"], { clip: ["CLIP", 10] }, outputs("CONDITIONING")),
      node(7, "CLIPTextEncode", ["a dog"], { clip: ["CLIP", 10] }, outputs("CONDITIONING")),
      node(
        3,
        "KSampler",
        [42, "randomize", 20, 7, "euler", "karras", 1],
        {
          model: ["MODEL", 1],
          positive: ["CONDITIONING", 2],
          negative: ["CONDITIONING", 3],
          latent_image: ["LATENT", 4],
        },
        outputs("LATENT"),
      ),
      node(8, "VAEDecode", [], { samples: ["LATENT", 5], vae: ["VAE", 11] }, outputs("IMAGE")),
      node(9, "SaveImage", ["ComfyUI"], { images: ["IMAGE", 6] }),
      ...(more.nodes ?? []),
    ],
    links: [
      [2, 6, 0, 3, 1, "CONDITIONING"],
      [3, 7, 0, 3, 2, "CONDITIONING"],
      [4, 5, 0, 3, 3, "LATENT"],
      [5, 3, 0, 8, 0, "LATENT"],
      [6, 8, 0, 9, 0, "IMAGE"],
      [10, 4, 1, 6, 0, "CLIP"],
      [11, 4, 2, 8, 1, "VAE"],
      ...(more.links ?? []),
    ],
    ...(more.extra ?? {}),
  };
}

function recipeOf(json: JsonObject): Recipe {
  return foldRecipe(readWorkflowAlone({ block: 0, kind: "workflow", json, base: "" }, FACTS).statements);
}

const lora = (mode: number): JsonObject[] => [
  node(
    20,
    "LoraLoader",
    ["l.safetensors", 0.5, 0.25],
    { model: ["MODEL", 30], clip: ["CLIP", 31] },
    { mode, ...outputs("MODEL", "CLIP") },
  ),
];
const throughLora: Json[] = [
  [30, 4, 0, 20, 0, "MODEL"],
  [31, 4, 1, 20, 1, "CLIP"],
  [1, 20, 0, 3, 0, "MODEL"],
];

test("a bypassed node hands its input through, a muted one cuts it off", () => {
  expect(recipeOf(plain({ nodes: lora(0), links: throughLora }))).toMatchObject({
    passes: [{ model: "base.safetensors" }],
    adapters: [{ name: "l.safetensors", weight: 0.5 }],
  });
  expect(recipeOf(plain({ nodes: lora(4), links: throughLora }))).toMatchObject({
    passes: [{ model: "base.safetensors" }],
    adapters: [],
  });
  const muted = recipeOf(plain({ nodes: lora(2), links: throughLora }));
  expect(muted.passes[0]?.model).toBeUndefined();
});

test("Get and Set nodes carry a value across the canvas", () => {
  const recipe = recipeOf(
    plain({
      nodes: [
        node(20, "SetNode", ["m"], { MODEL: ["MODEL", 30] }, outputs("*")),
        node(21, "GetNode", ["m"], {}, outputs("MODEL")),
      ],
      links: [
        [30, 4, 0, 20, 0, "MODEL"],
        [1, 21, 0, 3, 0, "MODEL"],
      ],
    }),
  );
  expect(recipe.passes[0]?.model).toBe("base.safetensors");
});

test("a primitive that feeds a widget counts, not the widget's own old value", () => {
  const json = plain({
    links: [
      [1, 4, 0, 3, 0, "MODEL"],
      [40, 20, 0, 3, 4, "INT"],
    ],
    nodes: [node(20, "PrimitiveNode", [77, "fixed"], {}, outputs("INT"))],
  });
  const sampler = (json.nodes as JsonObject[])[4] as { inputs: JsonObject[] };
  sampler.inputs.push({ name: "seed", type: "INT", link: 40, widget: { name: "seed" } });
  expect(recipeOf(json).seed).toBe("77");
});

test("subgraphs are entered: links and values cross their border, and nodes get ids like 20:6", () => {
  const definition = {
    id: "8a2c1111-0000-4000-8000-000000000000",
    name: "Prompt",
    inputs: [
      { name: "clip", type: "CLIP", linkIds: [1] },
      { name: "text", type: "STRING", linkIds: [2] },
    ],
    outputs: [{ name: "CONDITIONING", type: "CONDITIONING", linkIds: [3] }],
    nodes: [
      {
        ...node(6, "CLIPTextEncode", ["inner text"], { clip: ["CLIP", 1] }, outputs("CONDITIONING")),
        inputs: [
          { name: "clip", type: "CLIP", link: 1 },
          { name: "text", type: "STRING", link: 2, widget: { name: "text" } },
        ],
      },
    ],
    links: [
      { id: 1, origin_id: -10, origin_slot: 0, target_id: 6, target_slot: 0, type: "CLIP" },
      { id: 2, origin_id: -10, origin_slot: 1, target_id: 6, target_slot: 1, type: "STRING" },
      { id: 3, origin_id: 6, origin_slot: 0, target_id: -20, target_slot: 0, type: "CONDITIONING" },
    ],
  };
  const instance = {
    ...node(20, definition.id, ["outer text"], {}, outputs("CONDITIONING")),
    inputs: [
      { name: "clip", type: "CLIP", link: 41 },
      { name: "text", type: "STRING", link: null, widget: { name: "text" } },
    ],
  };
  const json = plain({
    nodes: [instance],
    links: [
      [1, 4, 0, 3, 0, "MODEL"],
      [41, 4, 1, 20, 0, "CLIP"],
    ],
    extra: { definitions: { subgraphs: [definition] } },
  });
  (json.links as Json[])[0] = [2, 20, 0, 3, 1, "CONDITIONING"];
  expect([...readWorkflow(json).nodes.keys()]).toContain("20:6");
  expect(recipeOf(json).prompt).toMatchObject({ positive: "outer text", negative: "a dog" });
});

test("group nodes are opened: their widgets stand in a row, their free inputs and outputs in order", () => {
  const group = {
    nodes: [
      node(-1, "CLIPTextEncode", ["old cat"], { clip: ["CLIP", 0] }, outputs("CONDITIONING")),
      node(-1, "CLIPTextEncode", ["old dog"], { clip: ["CLIP", 0] }, outputs("CONDITIONING")),
      node(-1, "LoraLoaderModelOnly", ["old.sft", 1], { model: ["MODEL", 0] }, outputs("MODEL")),
    ],
    links: [],
    external: [],
  };
  const instance = node(
    20,
    "workflow>Prompts",
    ["new cat", "new dog", "new.sft", 0.5],
    { clip: ["CLIP", 41], "CLIPTextEncode clip": ["CLIP", 42], model: ["MODEL", 43] },
    outputs("CONDITIONING", "CONDITIONING", "MODEL"),
  );
  const json = plain({
    nodes: [instance],
    links: [
      [1, 20, 2, 3, 0, "MODEL"],
      [41, 4, 1, 20, 0, "CLIP"],
      [42, 4, 1, 20, 1, "CLIP"],
      [43, 4, 0, 20, 2, "MODEL"],
    ],
    extra: { extra: { groupNodes: { Prompts: group } } },
  });
  (json.links as Json[]).splice(0, 2, [2, 20, 0, 3, 1, "CONDITIONING"], [3, 20, 1, 3, 2, "CONDITIONING"]);
  const { statements } = readWorkflowAlone({ block: 0, kind: "workflow", json, base: "" }, FACTS);
  const weight = statements.find(({ path }) => path === "/adapters/0/weight");
  expect(atPointer(json, weight!.source.pointer!)).toBe(0.5);
  expect(recipeOf(json)).toMatchObject({
    prompt: { positive: "new cat", negative: "new dog" },
    adapters: [{ name: "new.sft", weight: 0.5 }],
    passes: [{ model: "base.safetensors" }],
  });
});

test("every statement of a workflow points at a value that stands in it", async () => {
  for (const file of files.map(({ file }) => file)) {
    const { blocks } = await readImage(samplePath(file));
    const found = graphTexts(blocks.map((block, index) => ({ index, block }))).find(({ kind }) => kind === "workflow");
    if (found === undefined) continue;
    const { statements } = readWorkflowAlone(found, FACTS);
    expect(
      statements.filter(({ path }) => path.startsWith("/passes")).every(({ status }) => status === "derived"),
    ).toBe(true);
    for (const { source } of statements) {
      if (source.pointer?.includes("widgets_values")) expect(atPointer(found.json, source.pointer), file).toBeDefined();
    }
  }
});

test("a subgraph that holds itself ends", () => {
  const id = "8a2c1111-0000-4000-8000-000000000001";
  const definition = { id, nodes: [node(1, id, []), node(2, id, [])], links: [], inputs: [], outputs: [] };
  const start = cpuNow();
  readWorkflow({ nodes: [node(1, id, [])], links: [], definitions: { subgraphs: [definition] } });
  expect(cpuNow() - start).toBeLessThan(1000);
});
