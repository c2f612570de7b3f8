import { expect, test } from "vitest";
import type { Block } from "../../src/image/block.ts";
import { readContainer } from "../../src/recipe/reading.ts";
import { apiGraph, baseGraph } from "../helpers/graphs.ts";

const GRAPH = JSON.stringify(apiGraph(baseGraph()));
const WORKFLOW = JSON.stringify({
  nodes: [{ id: 3, type: "KSampler", properties: { cnr_id: "comfy-core", ver: "0.3.40" } }],
  links: [],
  extra: { frontendVersion: "1.21.7" },
  version: 0.4,
});

function block(key: string, text: string, where = "tEXt"): Block {
  return { where, key, offset: 33, length: text.length, encoding: "utf8", text };
}

function read(...blocks: Block[]) {
  return readContainer({ kind: "png", pixels: undefined, blocks, findings: [] });
}

const both = JSON.stringify({ prompt: JSON.parse(GRAPH), workflow: JSON.parse(WORKFLOW) });
const nested = JSON.stringify({ prompt: GRAPH, workflow: WORKFLOW });
const xml = GRAPH.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

const PLACES: Readonly<Record<string, { blocks: Block[]; pointer: string }>> = {
  "a PNG text chunk": { blocks: [block("prompt", GRAPH), block("workflow", WORKFLOW)], pointer: "/3/inputs/seed" },
  "an EXIF tag with ComfyUI's own prefix": {
    blocks: [block("Make", `workflow:${WORKFLOW}`), block("Model", `prompt:${GRAPH}`)],
    pointer: "/3/inputs/seed",
  },
  "an EXIF tag with the prefix of save-image-extended": {
    blocks: [block("ImageDescription", `Workflow: ${WORKFLOW}`), block("Make", `Prompt: ${GRAPH}`)],
    pointer: "/3/inputs/seed",
  },
  "one UserComment with both": { blocks: [block("UserComment", both)], pointer: "/prompt/3/inputs/seed" },
  "JSON in JSON, as VideoHelperSuite writes it": {
    blocks: [block("comment", nested)],
    pointer: "/prompt/3/inputs/seed",
  },
  "JSON with NaN and a trailing NUL": {
    blocks: [block("prompt", `${GRAPH.replace('"seed":42', '"is_changed":[NaN],"seed":42')}\0`)],
    pointer: "/3/inputs/seed",
  },
  "XMP with entities": {
    blocks: [block("XML:com.adobe.xmp", `<x:xmpmeta><comfy:prompt>${xml}</comfy:prompt></x:xmpmeta>`)],
    pointer: "/3/inputs/seed",
  },
  "pixels that hold JSON": {
    blocks: [block("stealth_pngcomp", both, "pixels:alpha-lsb")],
    pointer: "/prompt/3/inputs/seed",
  },
};

test.each(Object.entries(PLACES))("a graph is found in %s", (_name, { blocks, pointer }) => {
  const reading = read(...blocks);
  expect(reading).toMatchObject({ status: "recipe", tool: "comfyui", recipe: { seed: "42", size: { width: 512 } } });
  expect(reading.provenance["/seed"]?.pointer).toBe(pointer);
});

test("where the text is the graph itself, the place of each value is known to the character", () => {
  for (const { blocks } of [PLACES["a PNG text chunk"]!, PLACES["an EXIF tag with ComfyUI's own prefix"]!]) {
    const { provenance } = read(...blocks);
    const { block: index, span } = provenance["/seed"]!;
    expect(blocks[index]!.text!.slice(...span!)).toBe("42");
  }
});

test("the workflow beside a graph gives versions and is read by nobody else", () => {
  const { recipe, accounts } = read(block("prompt", GRAPH), block("workflow", WORKFLOW));
  expect(recipe?.extra).toMatchObject({ frontendVersion: "1.21.7", coreVersion: "0.3.40" });
  expect(accounts).toHaveLength(1);
});

test("a workflow alone is no recipe of the image", () => {
  const reading = read(block("workflow", WORKFLOW));
  expect(reading).toMatchObject({ status: "partial", tool: "comfyui" });
  expect(reading.recipe).toBeUndefined();
});

test("seeds past 2^53 keep every digit", () => {
  const text = GRAPH.replace('"seed":42', '"seed":18446744073709551615');
  expect(read(block("prompt", text)).recipe?.seed).toBe("18446744073709551615");
});

test.each([
  ["no JSON", "prompt: a cat"],
  ["broken JSON", '{"3":{"class_type":"KSampler","inputs":{'],
  ["JSON of something else", '{"nodes":{"1":{"class_type":"X"}}}'],
  ["a list", '[{"class_type":"KSampler"}]'],
])("%s under the key of a graph is not a graph", (_name, text) => {
  const comfy = read(block("prompt", text)).accounts.filter(({ tool }) => tool === "comfyui");
  expect(comfy).toEqual([]);
});
