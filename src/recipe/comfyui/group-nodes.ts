/**
 * Group nodes: the way in which ComfyUI's editor kept nodes together before it had subgraphs. Their definitions stand in
 * `extra.groupNodes` and are turned into definitions of subgraphs, one for each use, since each use has its own widgets.
 */

import { isObject, type Json, type JsonObject, pointer } from "../../base/json.ts";

/** A group's definition, with its pointer in the workflow. */
export interface Group {
  readonly json: JsonObject;
  readonly pointer: string;
}

/** A use of a group as a subgraph; `widgets` says for each inner node where in the use's own row its widgets start. */
export interface OpenedGroup {
  readonly json: JsonObject;
  readonly widgets?: readonly number[];
}

/** Types of group nodes are `workflow>Name`, in early files `workflow/Name`. */
export function groupNode(workflow: JsonObject, type: string): Group | undefined {
  const name = /^workflow[>/](.+)$/s.exec(type)?.[1];
  const groups = isObject(workflow.extra) ? workflow.extra.groupNodes : undefined;
  const group = name !== undefined && isObject(groups) && Object.hasOwn(groups, name) ? groups[name] : undefined;
  if (name === undefined || !isObject(group) || !Array.isArray(group.nodes)) return undefined;
  return { json: group, pointer: pointer("extra", "groupNodes", name) };
}

interface InnerLink {
  readonly from: number;
  readonly slot: number;
  readonly to: number;
  readonly input: number;
}

/**
 * The subgraph that one use of a group stands for: inner nodes are numbered from 0, inputs and outputs of the group are
 * those of its nodes, in order, that no inner link fills. `values` are the widgets of this use, all nodes' in a row.
 */
export function subgraphOfGroup(group: JsonObject, values: Json | undefined): OpenedGroup {
  const nodes = items(group.nodes);
  const links = innerLinks(group.links);
  const own = Array.isArray(values) ? values : [];
  const counts = nodes.map(({ widgets_values: widgets }) => (Array.isArray(widgets) ? widgets.length : 0));
  const starts = counts.map((_, i) => counts.slice(0, i).reduce((sum, count) => sum + count, 0));
  const replaced = own.length === counts.reduce((sum, count) => sum + count, 0);
  const made: Json[] = links.map(({ from, slot, to, input }, i) => [`i${i}`, from, slot, to, input]);
  let outer = 0;
  const inner = nodes.map((node, index) => {
    const inputs = items(node.inputs).map((input, place) => {
      const link = links.findIndex(({ to, input: target }) => to === index && target === place);
      if (link >= 0) return { ...input, link: `i${link}` };
      made.push([`o${outer}`, -10, outer, index, place]);
      return { ...input, link: `o${outer++}` };
    });
    const start = starts[index]!;
    const widgets = replaced ? own.slice(start, start + counts[index]!) : node.widgets_values;
    return { ...node, id: index, inputs, ...(widgets !== undefined && { widgets_values: widgets }) };
  });
  const json = { nodes: inner, links: made, ...outputsOf(nodes, links, made, group.external) };
  return { json, ...(replaced && { widgets: starts }) };
}

/** Outputs that no inner link uses, and those that the group lists as used outside as well. */
function outputsOf(
  nodes: readonly JsonObject[],
  links: readonly InnerLink[],
  made: Json[],
  external: Json | undefined,
): JsonObject {
  const listed = Array.isArray(external) ? external.filter(Array.isArray) : [];
  const outputs: Json[] = [];
  for (const [index, node] of nodes.entries()) {
    for (const [slot, output] of items(node.outputs).entries()) {
      const inside = links.some(({ from, slot: source }) => from === index && source === slot);
      if (inside && !listed.some(([from, source]) => from === index && source === slot)) continue;
      const id = `e${outputs.length}`;
      made.push([id, index, slot, -20, outputs.length]);
      outputs.push({ ...output, linkIds: [id] });
    }
  }
  return { outputs };
}

/** Links are `[from, slot, to, input, …]`; those from outside have no source. */
function innerLinks(json: Json | undefined): InnerLink[] {
  return (Array.isArray(json) ? json : []).flatMap((link) => {
    const [from, slot, to, input] = Array.isArray(link) ? link : [];
    const inner =
      typeof from === "number" && typeof slot === "number" && typeof to === "number" && typeof input === "number";
    return inner ? [{ from, slot, to, input }] : [];
  });
}

function items(json: Json | undefined): JsonObject[] {
  return Array.isArray(json) ? json.filter(isObject) : [];
}
