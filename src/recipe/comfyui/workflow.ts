/**
 * A workflow as ComfyUI's editor saves it, turned into the graph that the server would be sent: positions of widgets become
 * names, links get their nodes, subgraphs are entered, muted nodes are left out, bypassed ones passed through.
 * Format: the LiteGraph serialisation, version 0.4, and the workflow schema 1.0 with subgraph definitions.
 */

import { isObject, type Json, type JsonObject, pointer } from "../../base/json.ts";
import { GRAPH_LIMITS, type Graph, type GraphNode, type Input } from "./graph.ts";
import { groupNode, subgraphOfGroup } from "./group-nodes.ts";
import { widgetsOf } from "./widgets.ts";

/** Subgraphs inside subgraphs; the editor's own are two or three deep. CWE-674. */
const MAX_NESTING = 16;

/** LiteGraph's modes of a node: 2 never runs, 4 hands its inputs through. */
const MUTED = 2;
const BYPASSED = 4;

/** Ends of a subgraph's own links in place of nodes. */
const SUBGRAPH_INPUT = "-10";

interface UiNode {
  readonly id: string;
  readonly type: string;
  readonly mode: number;
  readonly json: JsonObject;
  readonly pointer: string;
  readonly inputs: readonly JsonObject[];
  readonly outputs: readonly JsonObject[];
  /** Where its row of widget values stands, and at which place of it the node's own begin. */
  readonly widgets: { readonly pointer: string; readonly from: number };
}

/** What a scope is made of; `widgets` where a group's use holds the widgets of all its nodes in one row. */
interface Definition {
  readonly json: JsonObject;
  readonly pointer: string;
  readonly widgets?: { readonly pointer: string; readonly starts: readonly number[] };
}

interface UiLink {
  readonly node: string;
  readonly slot: number;
}

/** One level: the whole workflow, or one use of a subgraph. */
interface Scope {
  readonly prefix: string;
  readonly nodes: ReadonlyMap<string, UiNode>;
  readonly links: ReadonlyMap<string, UiLink>;
  /** Outputs of a subgraph, each with the links that lead to it. */
  readonly outputs: readonly JsonObject[];
  readonly outer?: { readonly scope: Scope; readonly instance: UiNode };
  readonly inner: Map<string, Scope>;
}

/** The graph of a workflow; `at` is the pointer of its object in the block's text. Notes and muted nodes are left out. */
export function readWorkflow(json: JsonObject, at = ""): Graph {
  const reader = new Reader(json, at);
  const root = reader.scope({ json, pointer: at }, "");
  const nodes = new Map<string, GraphNode>();
  reader.collect(root, nodes, 0);
  return { nodes, rest: {} };
}

/** All node classes of a workflow, subgraphs not entered, sorted, each once. */
export function nodeTypesOf(json: JsonObject): string[] {
  const types = items(json.nodes).map(({ type }) => (typeof type === "string" ? type : ""));
  return [...new Set(types.filter((type) => type !== ""))].sort();
}

class Reader {
  private readonly definitions = new Map<string, Definition>();
  private readonly workflow: JsonObject;
  private readonly at: string;
  private count = 0;

  constructor(json: JsonObject, at: string) {
    this.workflow = json;
    this.at = at;
    const subgraphs = isObject(json.definitions) ? json.definitions.subgraphs : undefined;
    for (const [i, subgraph] of items(subgraphs).entries()) {
      if (typeof subgraph.id !== "string") continue;
      this.definitions.set(subgraph.id, { json: subgraph, pointer: at + pointer("definitions", "subgraphs", i) });
    }
  }

  scope({ json, pointer: at, widgets }: Definition, prefix: string, outer?: Scope["outer"]): Scope {
    const nodes = new Map<string, UiNode>();
    for (const [i, node] of items(json.nodes).entries()) {
      if (typeof node.type !== "string" || (typeof node.id !== "number" && typeof node.id !== "string")) continue;
      if (nodes.size < GRAPH_LIMITS.nodes)
        nodes.set(
          String(node.id),
          readNode(
            node,
            node.type,
            at + pointer("nodes", i),
            widgets && { pointer: widgets.pointer, from: widgets.starts[i] ?? 0 },
          ),
        );
    }
    return {
      prefix,
      nodes,
      links: readLinks(json.links),
      outputs: items(json.outputs),
      inner: new Map(),
      ...(outer && { outer }),
    };
  }

  /** Turns the nodes of a scope into nodes of the graph, those of subgraphs under ids such as `12:3`. */
  collect(scope: Scope, into: Map<string, GraphNode>, depth: number): void {
    for (const node of scope.nodes.values()) {
      if (++this.count > GRAPH_LIMITS.nodes || node.mode === MUTED || node.mode === BYPASSED || isNote(node.type))
        continue;
      const inner = depth < MAX_NESTING ? this.enter(scope, node) : undefined;
      if (inner) this.collect(inner, into, depth + 1);
      else into.set(scope.prefix + node.id, this.node(scope, node));
    }
  }

  private enter(scope: Scope, node: UiNode): Scope | undefined {
    const known = scope.inner.get(node.id);
    if (known) return known;
    const definition = isInside(scope, node.type) ? undefined : this.definition(node);
    if (definition === undefined || this.count > GRAPH_LIMITS.nodes) return undefined;
    const inner = this.scope(definition, `${scope.prefix}${node.id}:`, { scope, instance: node });
    scope.inner.set(node.id, inner);
    return inner;
  }

  /** What stands inside of a node: the subgraph, or the group turned into one. */
  private definition(node: UiNode): Definition | undefined {
    const subgraph = this.definitions.get(node.type);
    const group = subgraph === undefined ? groupNode(this.workflow, node.type) : undefined;
    if (group === undefined) return subgraph;
    const { json, widgets } = subgraphOfGroup(group.json, node.json.widgets_values);
    return {
      json,
      pointer: this.at + group.pointer,
      ...(widgets && { widgets: { pointer: node.widgets.pointer, starts: widgets } }),
    };
  }

  private node(scope: Scope, node: UiNode): GraphNode {
    const inputs = new Map<string, Input>(widgetInputs(node));
    for (const input of node.inputs) {
      const name = typeof input.name === "string" ? input.name : "";
      const source = linkId(input.link) === undefined ? undefined : this.source(scope, linkId(input.link)!, 0);
      if (source !== undefined) inputs.set((widgetName(input) ?? name).slice(0, GRAPH_LIMITS.name), source);
    }
    if (node.type === "GetNode") for (const link of this.setters(scope, node)) inputs.set("source", link);
    const outputs = node.outputs.map(({ name }) =>
      typeof name === "string" ? name.slice(0, GRAPH_LIMITS.name).toLowerCase() : "",
    );
    const title = typeof node.json.title === "string" ? { title: node.json.title.slice(0, GRAPH_LIMITS.name) } : {};
    const type = node.type === "GetNode" ? "Reroute" : node.type.slice(0, GRAPH_LIMITS.name);
    return { id: scope.prefix + node.id, type, pointer: node.pointer, inputs, outputs, ...title };
  }

  /** What a link carries: an output of a node of the graph, or a value that stands on the outside of a subgraph. */
  private source(scope: Scope, id: string, depth: number): Input | undefined {
    const link = scope.links.get(id);
    if (link === undefined || depth > GRAPH_LIMITS.depth) return undefined;
    if (link.node === SUBGRAPH_INPUT) return this.fromOutside(scope, link.slot, depth);
    const node = scope.nodes.get(link.node);
    if (node === undefined || node.mode === MUTED) return undefined;
    if (node.mode === BYPASSED) return this.pastBypassed(scope, node, link.slot, depth);
    const inner = this.enter(scope, node);
    return inner ? this.fromInside(inner, link.slot, depth) : { node: scope.prefix + node.id, slot: link.slot };
  }

  private fromOutside({ outer }: Scope, slot: number, depth: number): Input | undefined {
    const input = outer?.instance.inputs[slot];
    if (outer === undefined || input === undefined) return undefined;
    const link = linkId(input.link);
    if (link !== undefined) return this.source(outer.scope, link, depth + 1);
    const name = widgetName(input);
    return name === undefined ? undefined : new Map(widgetInputs(outer.instance)).get(name);
  }

  private fromInside(inner: Scope, slot: number, depth: number): Input | undefined {
    const output = inner.outputs[slot];
    const [id] = Array.isArray(output?.linkIds) ? output.linkIds : [];
    return linkId(id) === undefined ? undefined : this.source(inner, linkId(id)!, depth + 1);
  }

  /** A bypassed node hands through the input of the same type, that of the same place before others. */
  private pastBypassed(scope: Scope, node: UiNode, slot: number, depth: number): Input | undefined {
    const type = node.outputs[slot]?.type;
    const fits = (input: JsonObject | undefined): boolean =>
      input !== undefined && (input.type === type || input.type === "*");
    const input = fits(node.inputs[slot]) ? node.inputs[slot] : node.inputs.find(fits);
    const id = linkId(input?.link);
    return id === undefined ? undefined : this.source(scope, id, depth + 1);
  }

  /** KJNodes: what a SetNode stores under a name, the GetNodes of that name give. */
  private setters(scope: Scope, node: UiNode): Input[] {
    const [name] = Array.isArray(node.json.widgets_values) ? node.json.widgets_values : [];
    const setter = [...scope.nodes.values()].find(
      ({ type, json }) => type === "SetNode" && Array.isArray(json.widgets_values) && json.widgets_values[0] === name,
    );
    const id = linkId(setter?.inputs[0]?.link);
    const source = id === undefined ? undefined : this.source(scope, id, 0);
    return source === undefined ? [] : [source];
  }
}

/** Whether a scope is inside of a use of this subgraph already: one that holds itself has no end. */
function isInside(scope: Scope, type: string): boolean {
  for (let at: Scope | undefined = scope; at !== undefined; at = at.outer?.scope) {
    if (at.outer?.instance.type === type) return true;
  }
  return false;
}

function readNode(json: JsonObject, type: string, at: string, widgets?: UiNode["widgets"]): UiNode {
  const mode = typeof json.mode === "number" ? json.mode : 0;
  return {
    id: String(json.id),
    type,
    mode,
    json,
    pointer: at,
    inputs: items(json.inputs),
    outputs: items(json.outputs),
    widgets: widgets ?? { pointer: at + pointer("widgets_values"), from: 0 },
  };
}

/** Links are `[id, from, slot, to, slot, type]`, in newer workflows and subgraphs objects. */
function readLinks(json: Json | undefined): Map<string, UiLink> {
  const links = new Map<string, UiLink>();
  for (const link of Array.isArray(json) ? json : []) {
    const [id, node, slot] = Array.isArray(link)
      ? link
      : isObject(link)
        ? [link.id, link.origin_id, link.origin_slot]
        : [];
    const from = typeof node === "number" || typeof node === "string" ? String(node) : undefined;
    if (linkId(id) !== undefined && from !== undefined && typeof slot === "number") {
      links.set(linkId(id)!, { node: from, slot });
    }
  }
  return links;
}

function linkId(value: Json | undefined): string | undefined {
  return typeof value === "number" || typeof value === "string" ? String(value) : undefined;
}

function widgetName(input: JsonObject): string | undefined {
  return isObject(input.widget) && typeof input.widget.name === "string" ? input.widget.name : undefined;
}

const CONTROL = /^(fixed|increment|decrement|randomize)(-wrap)?$/;

/** The widgets of a node by name, with the places of their values. */
function* widgetInputs({ type, json, inputs, widgets }: UiNode): Generator<[string, Input]> {
  const values = json.widgets_values;
  if (isObject(values)) {
    for (const [name, value] of Object.entries(values))
      yield [name, { value, pointer: widgets.pointer + pointer(name) }];
  }
  if (!Array.isArray(values)) return;
  const names = widgetNames(type, inputs, values);
  let controls = names.length === 0 ? 0 : values.length - names.length;
  let next = 0;
  // One control follows a seed; a second value of that kind is a widget of its own.
  let fresh = true;
  for (const [i, value] of values.entries()) {
    const before = names[next - 1];
    if (before !== undefined && /seed/.test(before) && isControl(value) && controls > 0 && fresh) {
      controls--;
      fresh = false;
      continue;
    }
    fresh = true;
    const name = names[next++] ?? `widget_${i}`;
    yield [name, { value: asSent(name, value), pointer: widgets.pointer + pointer(widgets.from + i) }];
  }
}

/** The editor takes comments out of prompts before it sends them. */
function asSent(name: string, value: Json): Json {
  if (typeof value !== "string" || !/^(text|prompt|text_[gl]|clip_[gl]|t5xxl|positive|negative|value)$/.test(name))
    return value;
  return value.includes("/") ? withoutComments(value) : value;
}

/** Without the comments of C: to the end of the line, and between the two marks. One that is not closed stays. */
function withoutComments(text: string): string {
  let kept = "";
  let at = 0;
  for (const mark of text.matchAll(/\/[/*]/g)) {
    if (mark.index < at) continue;
    const line = mark[0] === "//";
    const end = text.indexOf(line ? "\n" : "*/", mark.index + 2);
    if (end < 0 && !line) break;
    kept += text.slice(at, mark.index);
    at = line ? (end < 0 ? text.length : end) : end + 2;
  }
  return kept + text.slice(at);
}

/** The earliest editors wrote `true` for `randomize`. */
function isControl(value: Json): boolean {
  return value === null || typeof value === "boolean" || (typeof value === "string" && CONTROL.test(value));
}

/** Newer editors list every widget among the inputs; older ones only those that were turned into inputs. */
function widgetNames(type: string, inputs: readonly JsonObject[], values: readonly Json[]): readonly string[] {
  const listed = inputs.map(widgetName).filter((name) => name !== undefined);
  const controls = values.filter((value) => typeof value === "string" && CONTROL.test(value)).length;
  const fits = (names: readonly string[]): boolean => Math.abs(names.length + controls - values.length) <= 1;
  const known = widgetsOf(type);
  if (known && (fits(known) || !fits(listed))) return known;
  if (listed.length > 0 && fits(listed)) return listed;
  return values.length === 1 ? ["value"] : [];
}

function isNote(type: string): boolean {
  return /^(Note|MarkdownNote|Note Plus.*|Label.*|SetNode|Bookmark.*|Fast (Groups|Muter|Bypasser).*)$/.test(type);
}

function items(json: Json | undefined): JsonObject[] {
  return Array.isArray(json) ? json.filter(isObject) : [];
}
