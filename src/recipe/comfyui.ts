/**
 * ComfyUI: the image carries the graph that made it, so the recipe is what the graph leads to when it is walked back
 * from the output node. Sources: ComfyUI nodes.py, comfy_extras, server.py; the savers of the custom node packs.
 */

import type { Json, JsonObject } from "../base/json.ts";
import { isObject, pointer } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import { type Account, type Draft, draftAccount } from "./account.ts";
import { type Graph, readApiGraph } from "./comfyui/graph.ts";
import { chooseOutput, type FileFacts, type Output } from "./comfyui/output-node.ts";
import { tellOutput } from "./comfyui/tell.ts";
import { type GraphText, graphTexts } from "./comfyui/texts.ts";
import { startWalk } from "./comfyui/values.ts";
import { nodeTypesOf, readWorkflow } from "./comfyui/workflow.ts";
import type { Evidence, Generator } from "./generator.ts";
import { readSampler } from "./samplers.ts";
import type { ToolId } from "./tools.ts";
import { countOf, nameOf, numberOf, seedOf, sizeOf, textOf } from "./values.ts";

/** ComfyUI and what is built on its graphs. */
export const comfyui: Generator = { name: "ComfyUI", read };

function read(evidence: Evidence): Account[] {
  const texts = graphTexts(evidence.entries);
  const prompts = texts.filter(({ kind }) => kind === "prompt");
  const workflows = texts.filter(({ kind }) => kind === "workflow");
  const facts: FileFacts = {
    pixels: evidence.pixels,
    moving: evidence.container === "mp4" || evidence.container === "webm" || evidence.container === "gif",
  };
  if (prompts.length > 0) return prompts.map((prompt) => readGraph(prompt, facts, workflows[0]));
  return workflows.slice(0, 1).map((workflow) => readWorkflowAlone(workflow, facts));
}

/**
 * The account of one API graph. Statements carry pointers into the block's text, as {@link GraphText} says; `workflow` is
 * the same graph as the editor shows it, from which only versions are taken.
 */
export function readGraph(text: GraphText, facts: FileFacts, workflow?: GraphText): Account {
  const graph = readApiGraph(text.json, text.base);
  const draft = draftAccount(toolOf(graph), text.block);
  const walk = startWalk(graph);
  const output = chooseOutput(walk, facts);
  if (output) tellOutput({ draft, block: text.block, derived: false }, walk, output);
  tellRest(draft, graph, text.base);
  tellRequest(draft, graph, text.base);
  if (workflow) {
    draft.alsoReads(workflow.block);
    tellVersions(draft, workflow);
  }
  for (const finding of walk.findings.values())
    draft.find({ ...finding, where: { block: text.block, ...finding.where } });
  if (output && output.rivals > 0) sayRivals(draft, output);
  return draft.done(isRecipe(output) || draft.says("/prompt/positive") ? "recipe" : "workflow");
}

/**
 * The account of a workflow without the graph that ran: how such images are made, as far as the editor's file says it. All
 * values are derived, since positions of widgets had to be given their names.
 */
export function readWorkflowAlone(text: GraphText, facts: FileFacts): Account {
  const draft = draftAccount("comfyui", text.block);
  const walk = startWalk(readWorkflow(text.json, text.base));
  const output = chooseOutput(walk, facts);
  if (output) tellOutput({ draft, block: text.block, derived: true }, walk, output);
  draft.say("/extra/workflowNodeTypes", nodeTypesOf(text.json), { pointer: `${text.base}/nodes`, status: "derived" });
  tellVersions(draft, text);
  for (const finding of walk.findings.values())
    draft.find({ ...finding, where: { block: text.block, ...finding.where } });
  return draft.done("workflow");
}

function isRecipe(output: Output | undefined): boolean {
  return output !== undefined && (output.making.passes.length > 0 || output.making.materials.models.size > 0);
}

/** Services that write their own graphs leave their marks in them: model names as AIRs, their own node classes. */
function toolOf({ nodes, rest }: Graph): ToolId {
  const literals = [...nodes.values()].flatMap(({ inputs }) => [...inputs.values()]);
  const air = literals.some(
    (input) => "value" in input && typeof input.value === "string" && /^urn:air:/.test(input.value),
  );
  if (air || "extraMetadata" in rest) return "civitai";
  return [...nodes.values()].some(({ type }) => /^ECHO[A-Z]/.test(type)) ? "tensorart" : "comfyui";
}

/** Members beside the nodes, verbatim; Civitai's `extraMetadata` is a JSON text. */
function tellRest(draft: Draft, { rest }: Graph, base: string): void {
  for (const [key, value] of Object.entries(rest)) {
    const inner = key === "extraMetadata" && typeof value === "string" ? tryJson(value) : undefined;
    draft.say(`/extra${pointer(key)}`, inner ?? value, { pointer: base + pointer(key) });
  }
}

/**
 * Civitai's `extraMetadata` is the request that the graph was made from: what the graph does not say is taken from it, what
 * both say is compared.
 */
function tellRequest(draft: Draft, { rest }: Graph, base: string): void {
  const json = typeof rest.extraMetadata === "string" ? tryJson(rest.extraMetadata) : rest.extraMetadata;
  if (!isObject(json)) return;
  const say = (path: string, key: string, value: Json | undefined): void => {
    const hint = { pointer: `${base}/extraMetadata/${key}` };
    if (draft.says(path)) draft.claim(path, value, hint);
    else draft.say(path, value, hint);
  };
  say("/prompt/positive", "prompt", textOf(json.prompt));
  say("/prompt/negative", "negativePrompt", textOf(json.negativePrompt));
  say("/seed", "seed", seedOf(json.seed));
  say("/size", "width", sizeOf(json.width, json.height));
  say("/passes/0/steps", "steps", countOf(json.steps));
  say("/passes/0/cfg", "cfgScale", numberOf(json.cfgScale));
  const sampler = nameOf(json.sampler);
  if (sampler !== undefined) say("/passes/0/sampler", "sampler", { ...readSampler(sampler).sampler });
}

/** Versions of the programs that the workflow was saved with. */
function tellVersions(draft: Draft, { json, block, base }: GraphText): void {
  const extra: JsonObject = isObject(json.extra) ? json.extra : {};
  const say = (path: string, value: Json | undefined, at: string): void => {
    if (typeof value === "string") draft.say(path, value, { block, pointer: base + at });
  };
  say("/extra/frontendVersion", extra.frontendVersion, "/extra/frontendVersion");
  const nodes = Array.isArray(json.nodes) ? json.nodes : [];
  const i = nodes.findIndex(
    (node) => isObject(node) && isObject(node.properties) && node.properties.cnr_id === "comfy-core",
  );
  const node = nodes[i];
  if (isObject(node) && isObject(node.properties))
    say("/extra/coreVersion", node.properties.ver, `/nodes/${i}/properties/ver`);
}

function sayRivals(draft: Draft, { node, rivals }: Output): void {
  draft.find({
    code: "recipe.graph-output-uncertain",
    level: "informs",
    text: {
      en: `The graph has ${rivals + 1} outputs that may have made this file; node ${node?.id ?? "?"} was taken.`,
      zh: `该节点图有 ${rivals + 1} 个可能生成本文件的输出；此处取节点 ${node?.id ?? "?"}。`,
    },
    ...(node && { where: { node: node.id, pointer: node.pointer } }),
  });
}
