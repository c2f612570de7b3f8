/** Nodes that have a service make the image: the graph holds what was asked, no sampler of its own. */

import type { Draft, SourceHint } from "../account.ts";
import { countOf, seedOf, textOf } from "../values.ts";
import type { GraphNode } from "./graph.ts";
import { linksOf } from "./graph.ts";
import { kindOfName } from "./kinds.ts";
import { type Known, textOfInput } from "./known.ts";
import type { Walk } from "./walk.ts";

/** States what the first of these nodes asked its service for; nothing where none of them is such a node. */
export function tellService(draft: Draft, walk: Walk, nodes: readonly GraphNode[], derived: boolean): void {
  const node = nodes.find(asksService);
  if (node === undefined) return;
  const say = (path: string, key: string, read: (known: Known) => string | undefined): void => {
    const known = node.inputs.has(key) ? walk.value(node.inputs.get(key), key) : undefined;
    if (known === undefined || known.unrecorded || draft.says(path)) return;
    const hint: SourceHint = { pointer: known.pointer, status: derived || known.computed ? "derived" : "recorded" };
    draft.say(path, read(known), hint);
  };
  say("/prompt/positive", "prompt", ({ value }) => textOf(value));
  say("/prompt/negative", "negative_prompt", ({ value }) => textOf(value));
  say("/seed", "seed", ({ value }) => seedOf(value));
  const model = textOfInput(walk, node.inputs.get("model") ?? node.inputs.get("model_name"), "model_name");
  if (model) draft.say("/models/0", { role: "checkpoint", name: model.value, hashes: [] }, { pointer: model.pointer });
  draft.say("/extra/service", node.type, { pointer: `${node.pointer}/class_type` });
  const size = { width: countOf(literal(node, "width")), height: countOf(literal(node, "height")) };
  if (size.width && size.height)
    draft.say("/size", { width: size.width, height: size.height }, { pointer: node.pointer });
}

/** Text encoders and loaders have models; what asks a service has a prompt and none of them. */
function asksService(node: GraphNode): boolean {
  if (!node.inputs.has("prompt") || /encode|loader|prompt ?text|string/i.test(node.type)) return false;
  return !linksOf(node).some(([name]) => ["model", "clip", "conditioning"].includes(kindOfName(name)));
}

function literal(node: GraphNode, key: string): Known["value"] | undefined {
  const input = node.inputs.get(key);
  return input !== undefined && "value" in input ? input.value : undefined;
}
