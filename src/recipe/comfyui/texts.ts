/**
 * The texts of a file that hold ComfyUI graphs: PNG text chunks, the `comf` chunk, EXIF tags with a prefix, JSON of both
 * in one text, XMP, tags of video containers.
 */

import { isObject, type Json, type JsonObject, pointer } from "../../base/json.ts";
import { tryJson } from "../../base/json-text.ts";
import type { Block } from "../../image/block.ts";
import { isApiGraph } from "./graph.ts";

/** One graph in a block's text. */
export interface GraphText {
  readonly block: number;
  readonly kind: "prompt" | "workflow";
  readonly json: JsonObject;
  /**
   * Pointer of the graph in the block's text. Where the graph is a JSON text inside a JSON text (VideoHelperSuite), the
   * pointer goes on inside that text; where the text has a prefix (`prompt:{…}`), it starts behind the prefix; in XMP it
   * starts behind the name of the property.
   */
  readonly base: string;
}

/** JSON inside JSON: VideoHelperSuite has one level, copies of copies may have two. */
const MAX_NESTING = 3;

/** Keys of an object that may hold a graph, as the savers name them. */
const PROMPT_KEY = /^(prompt|comfyui_prompt|api_prompt|Prompt)$/;
const WORKFLOW_KEY = /^(workflow|Workflow|comfyui_workflow)$/;

/** A block's text with its index in the file's list. */
export interface TextEntry {
  readonly index: number;
  readonly block: Pick<Block, "text">;
}

/** All graphs in the texts of a file, in the order of the blocks. */
export function graphTexts(entries: readonly TextEntry[]): GraphText[] {
  return entries.flatMap(({ index, block }) => (block.text === undefined ? [] : textsIn(index, block.text)));
}

function textsIn(block: number, text: string): GraphText[] {
  if (!/"class_type"|"nodes"|class_type|&quot;/.test(text)) return [];
  if (/<\w+:(prompt|workflow)[\s>]/i.test(text) || /comfy:(prompt|workflow)="/.test(text)) return inXmp(block, text);
  const from = text.search(/\{/);
  // Prefixes are short: `prompt:`, `Workflow: `, `comf` with its keyword.
  if (from < 0 || from > 64) return [];
  const json = tryJson(text.slice(from).replace(/[\0\s]+$/, ""));
  return json === undefined ? [] : inJson(block, json, "", 0);
}

function inJson(block: number, json: Json, base: string, depth: number): GraphText[] {
  if (typeof json === "string" && depth > 0 && depth <= MAX_NESTING && json.includes("{")) {
    const inner = tryJson(json);
    return inner === undefined ? [] : inJson(block, inner, base, depth + 1);
  }
  if (!isObject(json)) return [];
  if (isApiGraph(json)) return [{ block, kind: "prompt", json, base }];
  if (isWorkflow(json)) return [{ block, kind: "workflow", json, base }];
  if (depth > MAX_NESTING) return [];
  return Object.entries(json).flatMap(([key, value]) =>
    PROMPT_KEY.test(key) || WORKFLOW_KEY.test(key) || key === "extra_pnginfo" || key === "comment"
      ? inJson(block, value, base + pointer(key), depth + 1)
      : [],
  );
}

/** A workflow as the front end saves it: a list of nodes with types; InvokeAI's have edges instead of links. */
function isWorkflow(json: JsonObject): boolean {
  const nodes: Json | undefined = json.nodes;
  if ("edges" in json) return false;
  return (
    Array.isArray(nodes) &&
    (nodes.length === 0 || nodes.some((node: Json) => isObject(node) && typeof node.type === "string"))
  );
}

/** XMP properties `comfy:prompt`, as elements or attributes, with their entities. */
function inXmp(block: number, text: string): GraphText[] {
  const found: GraphText[] = [];
  for (const kind of ["prompt", "workflow"] as const) {
    const raw =
      between(text, new RegExp(`<\\w+:${kind}[^>]{0,200}>`, "i"), "</") ??
      between(text, new RegExp(`\\w:${kind}="`, "i"), '"');
    const json = raw === undefined ? undefined : tryJson(unescaped(raw).trim());
    if (json !== undefined) found.push(...inJson(block, json, "", 0));
  }
  return found;
}

function between(text: string, open: RegExp, close: string): string | undefined {
  const match = open.exec(text);
  if (match === null) return undefined;
  const from = match.index + match[0].length;
  const to = text.indexOf(close, from);
  return to < 0 ? undefined : text.slice(from, to);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function unescaped(xml: string): string {
  return xml.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,4}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[String(name).toLowerCase()] ?? whole;
    const code = Number.parseInt(decimal ?? hex, decimal === undefined ? 16 : 10);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
