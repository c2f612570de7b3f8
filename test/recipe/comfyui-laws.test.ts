import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "../../src/base/json.ts";
import { readGraph, readWorkflowAlone } from "../../src/recipe/comfyui.ts";
import { foldRecipe } from "../../src/recipe/fold.ts";
import { cpuNow } from "../helpers/cpu.ts";
import { apiGraph, baseGraph, type Nodes, readNodes } from "../helpers/graphs.ts";

/** A link in the base graph: node, input, and what the input carries. */
const LINKS = [
  ["3", "model"],
  ["3", "positive"],
  ["3", "negative"],
  ["3", "latent_image"],
  ["6", "clip"],
  ["8", "samples"],
  ["9", "images"],
] as const;

/** Values of the base graph that may come from a primitive instead. */
const VALUES = [
  ["3", "seed"],
  ["3", "steps"],
  ["3", "cfg"],
  ["3", "sampler_name"],
  ["3", "scheduler"],
  ["5", "width"],
  ["6", "text"],
  ["4", "ckpt_name"],
] as const;

type Detour = "reroute" | "switch on" | "switch off" | "any switch" | "primitive" | "show";

/** Puts a node that changes nothing in front of an input. */
function detour(
  nodes: Record<string, [string, Record<string, Json>]>,
  node: string,
  input: string,
  kind: Detour,
): void {
  const id = `d${Object.keys(nodes).length}`;
  const before = nodes[node]![1][input]!;
  const other = Array.isArray(before) ? ["7", 0] : "something else";
  const made: Record<Detour, [string, Record<string, Json>]> = {
    reroute: ["Reroute", { "": before }],
    "switch on": ["ComfySwitchNode", { switch: true, on_true: before, on_false: other }],
    "switch off": ["ComfySwitchNode", { switch: false, on_true: other, on_false: before }],
    "any switch": ["Any Switch (rgthree)", { any_01: before, any_02: ["7", 0] }],
    primitive: ["PrimitiveNode", { value: before }],
    show: ["PreviewAny", { source: before }],
  };
  nodes[id] = made[kind];
  nodes[node]![1][input] = [id, 0];
}

function withDetours(steps: readonly (readonly [readonly [string, string], Detour])[]): Nodes {
  const nodes = Object.fromEntries(
    Object.entries(baseGraph()).map(([id, [type, inputs]]) => [
      id,
      [type, { ...inputs }] as [string, Record<string, Json>],
    ]),
  );
  for (const [[node, input], kind] of steps) detour(nodes, node, input, kind);
  return nodes;
}

const links = fc.tuple(
  fc.constantFrom(...LINKS),
  fc.constantFrom<Detour>("reroute", "switch on", "switch off", "any switch", "show"),
);
const values = fc.tuple(fc.constantFrom(...VALUES), fc.constantFrom<Detour>("switch on", "switch off", "primitive"));

test("reroutes, switches and primitives on the way change nothing in the recipe", () => {
  const { findings, ...plain } = readNodes(baseGraph());
  fc.assert(
    fc.property(fc.array(fc.oneof(links, values), { maxLength: 25 }), (steps) => {
      expect(readNodes(withDetours(steps))).toEqual({ ...plain, findings });
    }),
    { numRuns: 100 },
  );
});

test("every recorded statement points at the value that it states", () => {
  const json = apiGraph(baseGraph());
  const { statements } = readGraph({ block: 0, kind: "prompt", json, base: "" }, { pixels: undefined, moving: false });
  const recorded = statements.filter(
    ({ status, path }) => status === "recorded" && !/sampler|scheduler|size/.test(path),
  );
  expect(recorded.length).toBeGreaterThan(8);
  for (const { source, value } of recorded) {
    const at = source
      .pointer!.split("/")
      .slice(1)
      .reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], json);
    expect(String(at)).toBe(String(value));
  }
});

test("nodes in another order give the same recipe", () => {
  const plain = readNodes(baseGraph());
  fc.assert(
    fc.property(fc.shuffledSubarray(Object.entries(baseGraph()), { minLength: 7 }), (entries) => {
      expect(readNodes(Object.fromEntries(entries.map(([id, node]) => [`n${id}`, renamed(node)])))).toEqual({
        ...plain,
        passes: [{ ...plain.passes[0], node: "n3" }],
        extra: { outputNode: "n9" },
      });
    }),
  );
});

function renamed([type, inputs]: Nodes[string]): Nodes[string] {
  return [
    type,
    Object.fromEntries(
      Object.entries(inputs).map(([key, value]) => [key, Array.isArray(value) ? [`n${value[0]}`, value[1]!] : value]),
    ),
  ];
}

const anyNode = fc.record({
  class_type: fc.constantFrom(
    ..."KSampler,SamplerCustomAdvanced,CLIPTextEncode,ConditioningCombine,StringConcatenate,LoraLoader,Reroute,ComfySwitchNode,SaveImage,VAEDecode,CheckpointLoaderSimple,Context (rgthree),EmptyLatentImage,BasicScheduler,ImageScaleBy,easy kSampler,ToBasicPipe,FaceDetailer,Any Switch (rgthree),MathExpression|pysssss,LatentComposite,What".split(
      ",",
    ),
  ),
  inputs: fc.dictionary(
    fc.constantFrom(
      ..."model,clip,vae,positive,negative,latent_image,samples,image,images,text,seed,steps,cfg,sampler_name,string_a,string_b,conditioning,on_true,on_false,switch,pipe,base_ctx,any_01,sigmas,guider,noise,a,b,expression,width,height,lora_name,scale_by,source".split(
        ",",
      ),
    ),
    fc.oneof(
      fc.tuple(fc.integer({ min: 0, max: 12 }).map(String), fc.integer({ min: 0, max: 5 })),
      fc.jsonValue() as fc.Arbitrary<Json>,
    ),
  ),
});

test("any graph, with cycles and wrong types, is read without an error and ends", () => {
  fc.assert(
    fc.property(fc.array(anyNode, { maxLength: 13 }), (nodes) => {
      const json = Object.fromEntries(nodes.map((node, i) => [String(i), node])) as never;
      const account = readGraph(
        { block: 0, kind: "prompt", json, base: "" },
        { pixels: { width: 1, height: 1 }, moving: false },
      );
      expect(() => foldRecipe(account.statements)).not.toThrow();
    }),
    { numRuns: 400 },
  );
});

/** What a graph of `size` nodes that is made to be hard takes. */
function timed(nodes: Nodes): number {
  const start = cpuNow();
  readNodes(nodes);
  return cpuNow() - start;
}

test("graphs that are made to be hard end soon", () => {
  const ring: Record<string, Nodes[string]> = {};
  const doubling: Record<string, Nodes[string]> = { s0: ["PrimitiveString", { value: "word " }] };
  const diamonds: Record<string, Nodes[string]> = { c0: baseGraph()["6"]! };
  const chain: Record<string, Nodes[string]> = {};
  for (let i = 1; i <= 3000; i++) {
    ring[`r${i}`] = ["Reroute", { "": [`r${(i % 3000) + 1}`, 0] }];
    chain[`l${i}`] = [
      "LoraLoader",
      { lora_name: `l${i}`, strength_model: 1, model: i === 1 ? ["4", 0] : [`l${i - 1}`, 0] },
    ];
    if (i > 200) continue;
    doubling[`s${i}`] = [
      "StringConcatenate",
      { string_a: [`s${i - 1}`, 0], string_b: [`s${i - 1}`, 0], delimiter: "" },
    ];
    diamonds[`c${i}`] = ["ConditioningCombine", { conditioning_1: [`c${i - 1}`, 0], conditioning_2: [`c${i - 1}`, 0] }];
  }
  const sampler = (changes: Record<string, Json>): Nodes[string] => [
    "KSampler",
    { ...baseGraph()["3"]![1], ...changes },
  ];
  for (const nodes of [
    baseGraph({ ...ring, "3": sampler({ model: ["r1", 0], positive: ["r2", 0], seed: ["r3", 0] }) }),
    baseGraph({ ...doubling, "6": ["CLIPTextEncode", { text: ["s200", 0], clip: ["4", 1] }] }),
    baseGraph({ ...diamonds, "3": sampler({ positive: ["c200", 0] }) }),
    baseGraph({ ...chain, "3": sampler({ model: ["l3000", 0] }) }),
  ]) {
    expect(timed(nodes)).toBeLessThan(1000);
  }
});

test("names and texts that are made to be hard for patterns are read soon", () => {
  for (const long of [
    "lora".repeat(60_000),
    "text concat ".repeat(20_000),
    "__a".repeat(60_000),
    "/*".repeat(100_000),
    "{a|".repeat(80_000),
  ]) {
    expect(
      timed(
        baseGraph({
          "6": [long, { text: long, clip: ["4", 1] }],
          "7": ["DPRandomGenerator", { text: long, [long]: 1 }],
        }),
      ),
    ).toBeLessThan(1000);
    const json = {
      nodes: [
        { id: 1, type: long, title: long, widgets_values: [long], inputs: [{ name: long, link: 1 }] },
        { id: 2, type: "CLIPTextEncode", widgets_values: [long] },
      ],
      links: [],
    };
    const start = cpuNow();
    readWorkflowAlone({ block: 0, kind: "workflow", json, base: "" }, { pixels: undefined, moving: false });
    expect(cpuNow() - start).toBeLessThan(1000);
  }
});

test("many samplers that feed each other are listed once each", () => {
  const nodes: Record<string, Nodes[string]> = {};
  for (let i = 0; i < 60; i++) {
    nodes[`k${i}`] = [
      "KSampler",
      { ...baseGraph()["3"]![1], seed: i, latent_image: i === 0 ? ["5", 0] : [`k${i - 1}`, 0] },
    ];
  }
  const recipe = readNodes(baseGraph({ ...nodes, "8": ["VAEDecode", { samples: ["k59", 0], vae: ["4", 2] }] }));
  expect(recipe.passes.map(({ seed }) => seed)).toEqual(Array.from({ length: 60 }, (_, i) => String(i)));
});

test("a Civitai graph says what its request says where the graph is silent, and contradicts it where they differ", () => {
  const request = { prompt: "a cat", negativePrompt: "no", steps: 25, cfgScale: 5, seed: 9, sampler: "Euler a" };
  const json = {
    ...apiGraph({
      "1": ["LoadImage", { image: "https://image.example/x.jpeg" }],
      "2": ["UpscaleModelLoader", { model_name: "urn:air:other:upscaler:civitai:147759@164821" }],
      "3": ["ImageUpscaleWithModel", { upscale_model: ["2", 0], image: ["1", 0] }],
      "4": ["SaveImage", { images: ["3", 0] }],
    }),
    extraMetadata: JSON.stringify(request),
  };
  const facts = { pixels: undefined, moving: false };
  const upscaled = readGraph({ block: 0, kind: "prompt", json, base: "" }, facts);
  expect(upscaled.tool).toBe("civitai");
  expect(foldRecipe(upscaled.statements)).toMatchObject({ mode: "upscale", prompt: { positive: "a cat" }, seed: "9" });
  const both = { ...apiGraph(baseGraph()), extraMetadata: JSON.stringify(request) } as never;
  const { statements, claims } = readGraph({ block: 0, kind: "prompt", json: both, base: "" }, facts);
  expect(foldRecipe(statements).seed).toBe("42");
  expect(claims.find(({ path }) => path === "/seed")?.value).toBe("9");
});
