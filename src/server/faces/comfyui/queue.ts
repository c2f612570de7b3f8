/** ComfyUI's queue and history: what waits, what runs, what is done, told to clients as it happens. */

import { readFileSync } from "node:fs";
import type { Json, JsonObject } from "../../../base/json.ts";
import { isObject } from "../../../base/json.ts";
import type { EngineImage } from "../../../engine/engine.ts";
import type { PngText } from "../../../engine/own-png.ts";
import { type GraphEvent, NodeError, type PutFile } from "../../../node/graph/execute.ts";
import { imagePath, nextOutput } from "../../../node/graph/files.ts";
import type { ApiGraph } from "../../../node/graph/validate.ts";
import { writeOutput } from "../../../node/output-file.ts";
import { recipeOfGraph } from "../../../process/capture.ts";
import { graphText, samplersOf } from "../../../remote/comfyui-graph.ts";
import { type FaceDeps, recorded } from "../deps.ts";
import type { Events } from "./events.ts";

/** A graph that was accepted. */
export interface QueuedGraph {
  readonly number: number;
  readonly id: string;
  readonly graph: ApiGraph;
  readonly outputs: readonly string[];
  readonly extra: JsonObject;
  readonly client: string | undefined;
  /** The body of the request as it came. */
  readonly body: string;
}

/** The queue. */
export interface GraphQueue {
  add(item: QueuedGraph, front: boolean): void;
  /** Takes waiting graphs out. */
  delete(ids: readonly string[]): void;
  clear(): void;
  /** Stops what runs; with an id, only where it is that one. */
  interrupt(id?: string): void;
  readonly running: QueuedGraph | undefined;
  readonly pending: readonly QueuedGraph[];
  /** Newest last. */
  readonly history: Map<string, JsonObject>;
  status(): JsonObject;
}

/** Runs that are remembered, and that may wait, and characters of the requests of either. ComfyUI remembers 10,000. CWE-770. */
export const QUEUE_LIMITS = { history: 1_000, pending: 1_000, characters: 128 * 1024 * 1024 } as const;

/** Least time between previews in milliseconds: each takes the autoencoder once. */
const PREVIEW_MS = 1_500;

/** An empty queue. */
export function graphQueue(deps: FaceDeps, events: () => Events): GraphQueue {
  const pending: QueuedGraph[] = [];
  const history = new Map<string, JsonObject>();
  const sizes = new Map<string, number>();
  let running: { readonly item: QueuedGraph; readonly stop: AbortController } | undefined;
  const status = (): JsonObject => ({ exec_info: { queue_remaining: pending.length + (running ? 1 : 0) } });
  const tellStatus = (): void => events().send("status", { status: status() });
  const next = (): void => {
    const item = running ? undefined : pending.shift();
    if (!item) return;
    const stop = new AbortController();
    running = { item, stop };
    runGraph(deps, events(), item, stop.signal)
      .then((entry) => {
        history.set(item.id, entry);
        sizes.set(item.id, item.body.length);
        forget(history, sizes);
      })
      .finally(() => {
        running = undefined;
        tellStatus();
        next();
      });
  };
  return {
    add: (item, front) => {
      const at = front ? 0 : pending.findIndex(({ number }) => number > item.number);
      pending.splice(at < 0 ? pending.length : at, 0, item);
      tellStatus();
      next();
    },
    delete: (ids) => {
      for (let i = pending.length - 1; i >= 0; i--) if (ids.includes(pending[i]!.id)) pending.splice(i, 1);
      tellStatus();
    },
    clear: () => {
      pending.length = 0;
      tellStatus();
    },
    interrupt: (id) => {
      if (running && (id === undefined || running.item.id === id))
        running.stop.abort(new Error("interrupted by a client"));
    },
    get running() {
      return running?.item;
    },
    pending,
    history,
    status,
  };
}

/** Takes out the oldest runs until those that are left are within the limits. */
function forget(history: Map<string, JsonObject>, sizes: Map<string, number>): void {
  const total = (): number => [...history.keys()].reduce((sum, id) => sum + (sizes.get(id) ?? 0), 0);
  for (const id of [...history.keys()]) {
    if (history.size <= QUEUE_LIMITS.history && total() <= QUEUE_LIMITS.characters) break;
    history.delete(id);
  }
  for (const id of [...sizes.keys()]) if (!history.has(id)) sizes.delete(id);
}

/** What a run put out, and what it told. */
interface Told {
  readonly outputs: Record<string, { images: Json[] }>;
  readonly messages: Json[];
  cached: readonly string[];
  readonly executed: string[];
}

async function runGraph(deps: FaceDeps, events: Events, item: QueuedGraph, signal: AbortSignal): Promise<JsonObject> {
  const { id: prompt_id, client } = item;
  const told: Told = { outputs: {}, messages: [], cached: [], executed: [] };
  const tell = (type: string, data: JsonObject): void => {
    const timestamp = Date.now();
    told.messages.push([type, { ...data, prompt_id, timestamp }]);
    events.send(type, { ...data, prompt_id, timestamp }, client);
  };
  const record = await recorded(deps.record, { kind: "comfyui", path: "/prompt", body: item.body });
  tell("execution_start", {});
  let failed = false;
  try {
    const onEvent = (event: GraphEvent): void => onGraphEvent(event, told, events, item, tell);
    if (deps.graphs) await deps.graphs.run({ ...item, texts: textsOf(item), previewMs: PREVIEW_MS }, onEvent, signal);
    else await drawAsRecipe(deps, item, onEvent, signal);
    tell("execution_success", {});
    await record({
      status: "done",
      images: filesOf(deps.home, told),
      seeds: seedsOf(item.graph),
      cached: allCached(item, told),
    });
  } catch (error) {
    failed = true;
    tell(...failure(error, item, told, signal.aborted));
    await record({ status: "failed", why: error instanceof Error ? error.message : String(error) });
  }
  events.send("executing", { node: null, prompt_id }, client);
  return {
    prompt: queueEntry(item),
    outputs: told.outputs,
    status: { status_str: failed ? "error" : "success", completed: !failed, messages: told.messages },
    meta: Object.fromEntries(Object.keys(told.outputs).map((node) => [node, metaOf(node)])),
  };
}

/** A graph as `/queue` and `/history` show it. What a client keeps to itself in `extra_data` is left out. */
export function queueEntry({ number, id, graph, extra, outputs, client }: QueuedGraph): Json[] {
  const open = Object.entries(extra).filter(([key]) => !/^(?:auth_token|api_key)/i.test(key));
  const shown = { ...Object.fromEntries(open), ...(client !== undefined && { client_id: client }) };
  return [number, id, graph as unknown as Json, shown, [...outputs]];
}

function metaOf(node: string): JsonObject {
  return { node_id: node, display_node: node, parent_node: null, real_node_id: node };
}

function onGraphEvent(
  event: GraphEvent,
  told: Told,
  events: Events,
  { id: prompt_id, client }: QueuedGraph,
  tell: (type: string, data: JsonObject) => void,
): void {
  if (event.type === "cached") {
    told.cached = event.nodes;
    tell("execution_cached", { nodes: [...event.nodes] });
    return;
  }
  const { node } = event;
  if (event.type === "executing") {
    told.executed.push(node);
    events.send("executing", { node, display_node: node, prompt_id }, client);
  } else if (event.type === "progress") {
    events.send("progress", { value: event.value, max: event.max, prompt_id, node }, client);
  } else if (event.type === "preview") {
    events.preview(event.image, client);
  } else {
    const output = { images: event.files.map((file) => ({ ...file })) };
    told.outputs[node] = output;
    events.send("executed", { node, display_node: node, output, prompt_id }, client);
  }
}

function failure(error: unknown, { graph }: QueuedGraph, { executed }: Told, stopped: boolean): [string, JsonObject] {
  const node = error instanceof NodeError ? error.node : (executed.at(-1) ?? "");
  const frame = { node_id: node, node_type: graph[node]?.class_type ?? "", executed: executed.slice(0, -1) };
  if (stopped) return ["execution_interrupted", frame];
  const cause = error instanceof NodeError ? error.cause : error;
  const code = isObject(cause) && typeof cause.code === "string" ? cause.code : "Exception";
  const message = error instanceof Error ? error.message : String(error);
  return [
    "execution_error",
    {
      ...frame,
      exception_message: message,
      exception_type: code,
      traceback: [],
      current_inputs: {},
      current_outputs: [],
    },
  ];
}

/** ComfyUI writes the graph into its images, and whatever the client put beside it: the UI's workflow. */
function textsOf({ graph, extra }: QueuedGraph): PngText[] {
  const beside = isObject(extra.extra_pnginfo) ? Object.entries(extra.extra_pnginfo) : [];
  const texts = beside.filter(([key]) => /^[\x20-\x7e]{1,79}$/.test(key)).slice(0, 20);
  return [
    { key: "prompt", text: ascii(graphText(graph as Parameters<typeof graphText>[0])) },
    ...texts.map(([key, value]) => ({ key, text: ascii(JSON.stringify(value)) })),
  ];
}

/** JSON in ASCII, as Python writes it: a tEXt chunk holds no more. */
function ascii(json: string): string {
  return json.replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A connected engine draws the recipe that the graph comes to, ComfyUI the graph itself; the image stands for the first output. */
async function drawAsRecipe(
  deps: FaceDeps,
  item: QueuedGraph,
  onEvent: (event: GraphEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const graph = graphText(item.graph as Parameters<typeof graphText>[0]);
  const recipe = recipeOfGraph(item.graph as unknown as Json);
  const [sampler = ""] = samplersOf(item.graph as Parameters<typeof samplersOf>[0]);
  const order = { recipe, graph };
  onEvent({ type: "cached", nodes: [] });
  onEvent({ type: "executing", node: sampler });
  const images: EngineImage[] = [];
  const hooks = {
    signal,
    previewMs: PREVIEW_MS,
    onProgress: ({ step, steps, preview }: { step: number; steps: number; preview?: Uint8Array }): void => {
      onEvent({ type: "progress", node: sampler, value: step, max: steps });
      if (preview) onEvent({ type: "preview", node: sampler, image: preview });
    },
  };
  for await (const image of deps.engine.generate(order, hooks)) images.push(image);
  const [output] = item.outputs;
  const prefix = String(item.graph[output!]?.inputs.filename_prefix ?? "ComfyUI");
  const files = images.map(({ bytes }): PutFile => {
    const { path, file } = nextOutput(deps.home, "output", prefix);
    writeOutput(path, bytes, true);
    return file;
  });
  onEvent({ type: "executed", node: output!, files });
}

function filesOf(home: string, { outputs }: Told): Uint8Array[] {
  return Object.values(outputs).flatMap(({ images }) =>
    images.filter(isObject).map(({ filename, subfolder, type }) => {
      return new Uint8Array(
        readFileSync(imagePath(home, type === "temp" ? "temp" : "output", String(subfolder), String(filename))),
      );
    }),
  );
}

function seedsOf(graph: ApiGraph): string[] {
  return Object.values(graph).flatMap(({ inputs }) => {
    const seed = inputs.seed ?? inputs.noise_seed;
    return seed === undefined || Array.isArray(seed) ? [] : [String(seed)];
  });
}

/** No sampler ran: no image was made. */
function allCached({ graph }: QueuedGraph, { cached }: Told): boolean {
  const samplers = samplersOf(graph as Parameters<typeof samplersOf>[0]);
  return samplers.length > 0 && samplers.every((id) => cached.includes(id));
}
