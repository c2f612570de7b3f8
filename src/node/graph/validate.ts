/** Whether a graph can be run, said in ComfyUI's own form. @see ComfyUI execution.py (validate_prompt), as behaviour */

import { isObject, type Json, type JsonObject } from "../../base/json.ts";
import { choicesOf, type GraphOffers, type InputKind, NODES } from "./definitions.ts";

/** A graph in the form of the API: long seeds may be texts of digits. */
export type ApiGraph = Readonly<Record<string, { readonly class_type: string; readonly inputs: JsonObject }>>;

/** What is wrong with one input. */
interface InputError {
  readonly type: string;
  readonly message: string;
  readonly details: string;
  readonly extra_info: JsonObject;
}

/** What came of it. */
export type Validated =
  | {
      readonly ok: true;
      readonly graph: ApiGraph;
      readonly outputs: readonly string[];
      readonly node_errors: JsonObject;
    }
  | { readonly ok: false; readonly error: JsonObject; readonly node_errors: JsonObject };

/** Nodes of one graph, and how deep links may lead: hand-made ones have some hundred. CWE-674, CWE-770. */
const MAX_NODES = 2_000;

/** Outputs that can be run are run although others cannot, as ComfyUI does. */
export function validateGraph(prompt: Json | undefined, lists: GraphOffers): Validated {
  if (!isObject(prompt) || Object.keys(prompt).length === 0)
    return refused("prompt_no_outputs", "Prompt has no outputs");
  if (Object.keys(prompt).length > MAX_NODES) return refused("prompt_too_large", `more than ${MAX_NODES} nodes`);
  for (const [id, node] of Object.entries(prompt)) {
    const type = isObject(node) ? node.class_type : undefined;
    if (typeof type !== "string") {
      return refused(
        "missing_node_type",
        "Cannot execute because a node is missing the class_type property.",
        `Node ID '#${id}'`,
        { node_id: id },
      );
    }
    if (!Object.hasOwn(NODES, type)) {
      return refused(
        "missing_node_type",
        `Node '${type}' not found. This engine runs ComfyUI's core graph: ${Object.keys(NODES).join(", ")}.`,
        `Node ID '#${id}'`,
        { node_id: id, class_type: type, node_title: type },
      );
    }
  }
  const graph = withInputs(prompt);
  const outputs = Object.keys(graph).filter((id) => NODES[graph[id]!.class_type]!.isOutput);
  if (outputs.length === 0) return refused("prompt_no_outputs", "Prompt has no outputs");
  const errors = new Map<string, InputError[]>();
  const good = outputs.filter((id) => isGood(id, graph, lists, errors));
  const node_errors = nodeErrors(graph, outputs, errors);
  if (good.length > 0) return { ok: true, graph, outputs: good, node_errors };
  const details = [...errors].flatMap(([id, list]) =>
    list.map(({ details: text }) => `* ${graph[id]!.class_type} ${id}: ${text}`),
  );
  const error = {
    type: "prompt_outputs_failed_validation",
    message: "Prompt outputs failed validation",
    details: details.join("\n"),
    extra_info: {},
  };
  return { ok: false, error, node_errors };
}

function refused(type: string, message: string, details = "", extra_info: JsonObject = {}): Validated {
  return { ok: false, error: { type, message, details, extra_info }, node_errors: {} };
}

function withInputs(prompt: JsonObject): ApiGraph {
  const nodes = Object.entries(prompt).map(([id, node]) => {
    const { class_type, inputs } = node as { class_type: string; inputs?: Json };
    return [id, { class_type, inputs: isObject(inputs) ? inputs : {} }] as const;
  });
  return Object.fromEntries(nodes);
}

/** Ids of a node and of all that it needs; `undefined` where the links go round in a circle. */
export function upstreamOf(id: string, graph: ApiGraph): ReadonlySet<string> | undefined {
  const done = new Set<string>();
  const open = new Set<string>();
  const visit = (at: string): boolean => {
    if (done.has(at)) return true;
    if (open.has(at)) return false;
    open.add(at);
    const links = Object.values(graph[at]?.inputs ?? {}).filter(isLink);
    const good = links.every(([from]) => graph[from] === undefined || visit(from));
    open.delete(at);
    done.add(at);
    return good;
  };
  return visit(id) ? done : undefined;
}

/** A link: the id of a node and the number of its output. */
export function isLink(value: Json): value is readonly [string, number] {
  return Array.isArray(value) && value.length === 2 && typeof value[0] === "string" && typeof value[1] === "number";
}

function isGood(id: string, graph: ApiGraph, lists: GraphOffers, errors: Map<string, InputError[]>): boolean {
  const upstream = upstreamOf(id, graph);
  if (!upstream) {
    errors.set(id, [{ type: "dependency_cycle", message: "Dependency cycle detected", details: "", extra_info: {} }]);
    return false;
  }
  let good = true;
  for (const at of upstream) {
    const found = errors.get(at) ?? errorsOf(at, graph, lists);
    if (found.length === 0) continue;
    errors.set(at, found);
    good = false;
  }
  return good;
}

function errorsOf(id: string, graph: ApiGraph, lists: GraphOffers): InputError[] {
  const { class_type, inputs } = graph[id]!;
  const { inputs: kinds, optional = [] } = NODES[class_type]!;
  return Object.entries(kinds).flatMap(([name, kind]) => {
    const value = inputs[name];
    if (value !== undefined) return errorOf(name, kind, value, graph, lists) ?? [];
    if (optional.includes(name)) return [];
    return [inputError("required_input_missing", "Required input is missing", name, name)];
  });
}

function errorOf(
  name: string,
  kind: InputKind,
  value: Json,
  graph: ApiGraph,
  lists: GraphOffers,
): InputError | undefined {
  if (Array.isArray(value) || "link" in kind) return linkError(name, kind, value, graph);
  if ("text" in kind) return undefined;
  if ("list" in kind) {
    const choices = choicesOf(kind.list, lists);
    if (typeof value === "string" && (choices.includes(value) || (kind.upload && lists.hasImage(value))))
      return undefined;
    const shown =
      choices.length > 20 ? `(list of length ${choices.length})` : `[${choices.map((one) => `'${one}'`).join(", ")}]`;
    return inputError(
      "value_not_in_list",
      "Value not in list",
      `${name}: '${textOf(value)}' not in ${shown}`,
      name,
      value,
    );
  }
  const number = numberOf(value, kind.number);
  if (number === undefined) {
    const message = `Failed to convert an input value to a ${kind.number} value`;
    return inputError("invalid_input_type", message, `${name}, ${textOf(value)}`, name, value);
  }
  if (number < kind.min)
    return inputError(
      "value_smaller_than_min",
      `Value ${textOf(value)} smaller than min of ${kind.min}`,
      name,
      name,
      value,
    );
  if (number > kind.max)
    return inputError(
      "value_bigger_than_max",
      `Value ${textOf(value)} bigger than max of ${kind.max}`,
      name,
      name,
      value,
    );
  return undefined;
}

function linkError(name: string, kind: InputKind, value: Json, graph: ApiGraph): InputError | undefined {
  if (!isLink(value))
    return inputError(
      "bad_linked_input",
      "Bad linked input, must be a length-2 list of [node_id, slot_index]",
      name,
      name,
      value,
    );
  const from = graph[value[0]];
  const type = from && NODES[from.class_type]?.outputs[value[1]];
  if (type === undefined)
    return inputError(
      "exception_during_inner_validation",
      "Exception when validating inner node",
      `no output ${value[1]} of node ${value[0]}`,
      name,
      [...value],
    );
  if ("link" in kind && kind.link === type) return undefined;
  const wanted = "link" in kind ? kind.link : "number" in kind ? kind.number : "STRING";
  return inputError(
    "return_type_mismatch",
    "Return type mismatch between linked nodes",
    `${name}, received_type(${type}) mismatch input_type(${wanted})`,
    name,
    [...value],
  );
}

function numberOf(value: Json, kind: "INT" | "FLOAT"): number | undefined {
  // Seeds beyond 2^53 come as the text of their digits.
  const number =
    typeof value === "number" ? value : typeof value === "string" && value.trim() !== "" ? Number(value) : Number.NaN;
  if (!Number.isFinite(number)) return undefined;
  return kind === "INT" ? Math.trunc(number) : number;
}

function inputError(type: string, message: string, details: string, input_name: string, received?: Json): InputError {
  return {
    type,
    message,
    details,
    extra_info: { input_name, ...(received !== undefined && { received_value: received }) },
  };
}

function nodeErrors(
  graph: ApiGraph,
  outputs: readonly string[],
  errors: ReadonlyMap<string, InputError[]>,
): JsonObject {
  const entries = [...errors].map(([id, list]) => {
    const dependent = outputs.filter((output) => upstreamOf(output, graph)?.has(id) ?? output === id);
    return [id, { errors: list as unknown as Json, dependent_outputs: dependent, class_type: graph[id]!.class_type }];
  });
  return Object.fromEntries(entries) as JsonObject;
}

function textOf(value: Json): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
