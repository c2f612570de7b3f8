/** What passes between a client and a generator, as contents of process events: A1111's and ComfyUI's APIs understood. */

import { utf8 } from "../base/bytes.ts";
import { canonicalJson, isObject, type Json, type JsonObject } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import type { FileRef } from "../ledger/entry.ts";
import { readContainer } from "../recipe/reading.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { recipeOfA1111Request } from "../remote/a1111-request.ts";
import type { PutBlob } from "./entry.ts";
import type { EventData, ProcessFile } from "./event.ts";

/** What a capture works with; bytes that it finds are kept through `putBlob`. */
export interface CaptureTools {
  readonly putBlob: PutBlob;
  /** The bytes of a base64 text, with or without `data:` in front; `undefined` where it is none. */
  readonly fromBase64: (text: string) => Uint8Array | undefined;
}

/** Pictures of one request: more than any batch. CWE-770. */
const MAX_PICTURES = 256;

/** Members of a request that give access to paid services. They are never kept. */
const SECRETS = /^(?:auth_token|api_key|token|password|authorization)/i;

/** Which kind of API a path of a request belongs to, if it asks for images. */
export function generationKind(method: string, path: string): "a1111" | "comfyui" | undefined {
  if (method !== "POST") return undefined;
  if (/^\/sdapi\/v1\/(?:txt2img|img2img)\/?$/.test(path)) return "a1111";
  return /^(?:\/api)?\/prompt\/?$/.test(path) ? "comfyui" : undefined;
}

/** A request to A1111. Its input images and its body, without them, are kept. */
export function a1111Requested(path: string, body: Json, tools: CaptureTools): EventData["generation.requested"] {
  const fields = isObject(body) ? body : {};
  const pictures = [
    ...listOf(fields.init_images).map((item) => ["init", item] as const),
    ["mask", fields.mask] as const,
  ];
  const { init_images: _init, mask: _mask, ...words } = fields;
  const inputs = pictures.flatMap(([role, picture]) => kept(picture, role, tools) ?? []).slice(0, MAX_PICTURES);
  return {
    engine: "a1111",
    recipe: recipeOfA1111Request(path, body),
    raw: keptJson(withoutSecrets(words, isLongText), "request", tools),
    ...(inputs.length > 0 && { inputs }),
  };
}

/** The answer of A1111: images in order, with the seeds that the server names. A grid comes first and is no image of its own. */
export function a1111Completed(answer: Json, tools: CaptureTools): Omit<EventData["generation.completed"], "request"> {
  const fields = isObject(answer) ? answer : {};
  const info = tryJson(typeof fields.info === "string" ? fields.info : "");
  const seeds = isObject(info) ? listOf(info.all_seeds).map(String) : [];
  const pictures = listOf(fields.images).slice(0, MAX_PICTURES);
  const images = pictures.flatMap((picture) => kept(picture, "image", tools) ?? []);
  const grids = seeds.length > 1 && images.length === seeds.length + 1 ? 1 : 0;
  return { images: images.slice(grids), ...(seeds.length > 0 && { seeds }) };
}

/** A request to ComfyUI: the graph, and the recipe that it leads to. */
export function comfyuiRequested(body: Json, tools: CaptureTools): EventData["generation.requested"] {
  const fields = isObject(body) ? body : {};
  const clean = withoutSecrets(fields, () => false);
  return { engine: "comfyui", recipe: recipeOfGraph(fields.prompt ?? {}), raw: keptJson(clean, "request", tools) };
}

/** One file that a run of ComfyUI put out. */
export interface ComfyuiOutput {
  readonly node: string;
  readonly filename: string;
  readonly subfolder: string;
  readonly type: string;
}

/** What ComfyUI's history says of one run. */
export interface ComfyuiRun {
  readonly status: "running" | "done" | "failed";
  readonly outputs: readonly ComfyuiOutput[];
  /** Nothing ran: the server answered from its cache, which is no new making. */
  readonly cached: boolean;
  readonly why?: string;
}

/** The run with this id in the answer of `/history/ID`; an empty answer means that it still runs. */
export function comfyuiRun(history: Json, id: string): ComfyuiRun {
  const run = isObject(history) ? history[id] : undefined;
  if (!isObject(run)) return { status: "running", outputs: [], cached: false };
  const outputs = Object.entries(isObject(run.outputs) ? run.outputs : {}).flatMap(([node, made]) =>
    outputsOf(node, made),
  );
  const status = isObject(run.status) ? run.status : {};
  const messages = listOf(status.messages).filter((message): message is readonly Json[] => Array.isArray(message));
  const failure = messages.find(([name]) => name === "execution_error" || name === "execution_interrupted");
  return {
    status: failure || status.status_str === "error" ? "failed" : "done",
    outputs: outputs.slice(0, MAX_PICTURES),
    cached: ranNothing(messages, run),
    ...(failure && { why: canonicalJson(failure[1] ?? null).slice(0, 2_000) }),
  };
}

function outputsOf(node: string, made: Json): ComfyuiOutput[] {
  const lists = Object.values(isObject(made) ? made : {}).flatMap(listOf);
  return lists.filter(isObject).flatMap(({ filename, subfolder, type }) =>
    typeof filename === "string"
      ? [
          {
            node,
            filename,
            subfolder: typeof subfolder === "string" ? subfolder : "",
            type: typeof type === "string" ? type : "output",
          },
        ]
      : [],
  );
}

/** Every node of the graph stands in the list of cached ones. */
function ranNothing(messages: readonly (readonly Json[])[], run: JsonObject): boolean {
  const cached = messages.find(([name]) => name === "execution_cached")?.[1];
  const graph = listOf(run.prompt)[2];
  const nodes = isObject(graph) ? Object.keys(graph) : [];
  const names = new Set(listOf(isObject(cached) ? cached.nodes : []).map(String));
  return nodes.length > 0 && nodes.every((node) => names.has(node));
}

/** The recipe of a graph, as a file of ComfyUI would be read; an unreadable graph gives an empty one. */
export function recipeOfGraph(graph: Json): Recipe {
  return recipeOfText("prompt", JSON.stringify(graph)) ?? emptyRecipe("comfyui");
}

/** The recipe of a text, as it would be read from a file that has it under this key. */
export function recipeOfText(key: string, text: string): Recipe | undefined {
  const block = { where: "request", key, offset: 0, length: text.length, encoding: "utf8", text } as const;
  return readContainer({ kind: "unknown", pixels: undefined, blocks: [block], findings: [] }).recipe;
}

/** A recipe that says nothing. */
export function emptyRecipe(dialect: Recipe["dialect"]): Recipe {
  return { dialect, prompt: {}, passes: [], models: [], adapters: [], extra: {} };
}

/** An image in base64, kept under the name that it was saved as. */
export function keptImage(base64: string, name: string, tools: CaptureTools): ProcessFile | undefined {
  const file = kept(base64, "image", tools);
  return file && { ...file, name };
}

function kept(picture: Json | undefined, role: string, { putBlob, fromBase64 }: CaptureTools): FileRef | undefined {
  const bytes = typeof picture === "string" ? fromBase64(picture) : undefined;
  return bytes && bytes.length > 0 ? putBlob(bytes, role, mimeOf(bytes)) : undefined;
}

function keptJson(value: Json, role: string, { putBlob }: CaptureTools): FileRef {
  return putBlob(utf8(canonicalJson(value)), role, "application/json");
}

/** The object without secrets at any depth, and with long texts (pictures) replaced by their length. */
export function withoutSecrets(value: Json, isLeftOut: (text: string) => boolean = () => false): Json {
  if (typeof value === "string") return isLeftOut(value) ? `[${value.length} characters]` : value;
  if (Array.isArray(value)) return value.map((item) => withoutSecrets(item, isLeftOut));
  if (!isObject(value)) return value;
  const open = Object.entries(value).filter(([key]) => !SECRETS.test(key));
  return Object.fromEntries(open.map(([key, member]) => [key, withoutSecrets(member, isLeftOut)]));
}

function isLongText(text: string): boolean {
  return text.length > 20_000;
}

function mimeOf(bytes: Uint8Array): string {
  if (bytes[0] === 0x89 && bytes[1] === 0x50) return "image/png";
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return "image/jpeg";
  if (bytes[0] === 0x52 && bytes[8] === 0x57) return "image/webp";
  return "application/octet-stream";
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value : [];
}
