/** What guides a pass by images: control nets and image-prompt adapters, each with its strength and its share of the steps. */

import { originNode } from "./follow.ts";
import { type GraphNode, type Input, isLink, linksOf } from "./graph.ts";
import { kindOfName } from "./kinds.ts";
import { type Known, numberOfInput, textOfInput } from "./known.ts";
import { type Materials, modelName } from "./materials.ts";
import { step, type Walk } from "./walk.ts";

/** Control nets that a node applies or stacks. */
export function noteControls(walk: Walk, node: GraphNode, into: Materials): void {
  for (const [name, link] of linksOf(node)) {
    if (kindOfName(name) !== "stack" || !/c(ontrol)?_?net/i.test(name)) continue;
    const place = originNode(walk, link, "stack");
    if (place && step(walk)) noteControls(walk, place.at, into);
  }
  for (const { name, suffix } of controlNames(walk, node)) {
    const at = (keys: readonly string[]): Known<number> | undefined =>
      keys
        .map((key) => numberOfInput(walk, node.inputs.get(key + suffix), "strength"))
        .find((known) => known !== undefined);
    const weight = at(["strength", "controlnet_strength", "control_net_strength", "weight"]);
    const start = at(["start_percent", "start_at"]);
    const end = at(["end_percent", "end_at"]);
    const preprocessor = preprocessorOf(walk, node);
    into.adapters.set(`control ${node.id} ${suffix}`, {
      type: "controlnet",
      name,
      ...(weight && { weight }),
      ...(start && { start }),
      ...(end && { end }),
      ...(preprocessor && { preprocessor }),
    });
  }
}

function controlNames(walk: Walk, node: GraphNode): { name: Known<string>; suffix: string }[] {
  const found: { name: Known<string>; suffix: string }[] = [];
  for (const [key, input] of node.inputs) {
    if (!/^(control_?net|cnet|tile_controlnet)(_?name)?(_\d)?$/i.test(key)) continue;
    const suffix = /_\d$/.exec(key)?.[0] ?? "";
    const off = node.inputs.get(`switch${suffix}`);
    if (off !== undefined && !isLink(off) && /off/i.test(String(off.value))) continue;
    const name = isLink(input) ? controlFile(walk, input, 0) : modelName(walk, input, "control_net_name");
    if (name) found.push({ name, suffix });
  }
  return found;
}

/** The file behind a control net that may have been typed, weighted or patched on its way. */
function controlFile(walk: Walk, input: Input, depth: number): Known<string> | undefined {
  const place = originNode(walk, input, "control");
  if (place === undefined || depth > 20 || !step(walk)) return undefined;
  for (const key of ["control_net_name", "controlnet_name", "cnet", "controlnet", "model_name", "name", "model"]) {
    const own = place.at.inputs.get(key);
    const name = own === undefined || isLink(own) ? undefined : modelName(walk, own, key);
    if (name) return name;
  }
  const next = linksOf(place.at).find(([name]) => kindOfName(name) === "control")?.[1];
  return next && controlFile(walk, next, depth + 1);
}

function preprocessorOf(walk: Walk, node: GraphNode): Known<string> | undefined {
  const place = originNode(walk, node.inputs.get("image"), "image", "image");
  if (place === undefined || /load|resize|scale|VAE|save|preview/i.test(place.at.type)) return undefined;
  const named = textOfInput(walk, place.at.inputs.get("preprocessor"), "preprocessor");
  return named ?? { value: place.at.type, pointer: `${place.at.pointer}/class_type` };
}

/** Adapters that a node on the model's way applies: IP-Adapter, PuLID, InstantID, PhotoMaker. */
export function noteIpAdapter(walk: Walk, node: GraphNode, into: Materials): void {
  if (!/ipadapter|pulid|instantid|photomaker/i.test(node.type) || !node.inputs.has("weight")) return;
  const weight = numberOfInput(walk, node.inputs.get("weight"), "weight");
  const start = numberOfInput(walk, node.inputs.get("start_at"), "start_at");
  const end = numberOfInput(walk, node.inputs.get("end_at"), "end_at");
  const name = ipAdapterName(walk, node, 0) ?? { value: node.type, pointer: node.pointer, computed: true as const };
  into.adapters.set(`ipadapter ${node.id}`, {
    type: "ipadapter",
    name,
    ...(weight && { weight }),
    ...(start && { start }),
    ...(end && { end }),
  });
}

function ipAdapterName(walk: Walk, node: GraphNode, depth: number): Known<string> | undefined {
  for (const key of ["ipadapter_file", "preset", "instantid_file", "pulid_file"]) {
    const name = modelName(walk, node.inputs.get(key), key);
    if (name) return name;
  }
  const link = node.inputs.get("ipadapter") ?? node.inputs.get("instantid") ?? node.inputs.get("pulid");
  const place = depth < 20 ? originNode(walk, link, "other") : undefined;
  return place && ipAdapterName(walk, place.at, depth + 1);
}
