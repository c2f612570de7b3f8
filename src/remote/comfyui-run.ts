/** One run of a graph on a ComfyUI server: queued, followed, its files fetched; a cached answer is no run. */

import { concatBytes } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import { isObject, type JsonObject } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import type { EngineProgress } from "../engine/engine.ts";
import { textOf } from "../recipe/values.ts";
import { type ComfyuiGraph, graphText, nodeName, samplersOf } from "./comfyui-graph.ts";
import type { RemoteHost } from "./host.ts";
import { REMOTE_LIMITS, type RemoteServer } from "./server.ts";

/** What is run. */
export interface ComfyuiJob {
  readonly server: RemoteServer;
  readonly host: RemoteHost;
  readonly graph: ComfyuiGraph;
  readonly signal?: AbortSignal | undefined;
  /** Called for each step of a sampler, and for previews. */
  readonly onProgress?: ((progress: Omit<EngineProgress, "image">) => void) | undefined;
  readonly previewMs?: number | undefined;
}

/** Files of one run. More than any batch. CWE-770. */
const MAX_FILES = 256;

/**
 * Runs a graph and gives its image files, those that are saved where any are.
 * @throws SeedproofError `remote.graph-refused` with the node, `remote.run-failed`, `remote.interrupted` when somebody
 *   else stopped it, `remote.cached-run` when a sampler was answered from the cache, `remote.no-image`; as asking throws
 */
export async function runGraph(job: ComfyuiJob): Promise<Uint8Array[]> {
  const { server, host, graph, signal } = job;
  const client = host.nonce();
  const socket = follow(job, client);
  let id: string | undefined;
  let stopped = false;
  const stop = (): void => {
    if (id === undefined || stopped) return;
    stopped = true;
    cancel(server, id).catch(() => undefined);
  };
  signal?.addEventListener("abort", stop, { once: true });
  try {
    id = await queue(job, client);
    const entry = await awaited(job, id);
    assertRan(entry, graph, server);
    return await filesOf(server, entry, signal);
  } catch (error) {
    // The signal may have come while the graph was on its way.
    if (signal?.aborted) stop();
    throw error;
  } finally {
    signal?.removeEventListener("abort", stop);
    socket?.close();
  }
}

async function queue({ server, graph, signal }: ComfyuiJob, client: string): Promise<string> {
  const body = `{"prompt":${graphText(graph)},"client_id":${JSON.stringify(client)}}`;
  const accept = (status: number): boolean => status === 400 || (status >= 200 && status < 300);
  const { status, bytes } = await server.ask("/prompt", { body, signal, accept });
  const answer = tryJson(new TextDecoder().decode(bytes));
  const id = isObject(answer) ? textOf(answer.prompt_id) : undefined;
  if (status !== 400 && id !== undefined) return id;
  throw graphRefused(server, graph, isObject(answer) ? answer : {});
}

/** ComfyUI's own words for what is wrong with a graph, the first faulty node named. */
function graphRefused({ url }: RemoteServer, graph: ComfyuiGraph, answer: JsonObject): SeedproofError {
  const errors = isObject(answer.node_errors) ? Object.entries(answer.node_errors) : [];
  const told = errors.flatMap(([node, error]) => {
    const list = isObject(error) && Array.isArray(error.errors) ? error.errors.filter(isObject) : [];
    return list.map(({ message, details }) =>
      `${nodeName(graph, node)}: ${textOf(message) ?? ""} ${textOf(details) ?? ""}`.trim(),
    );
  });
  const general = isObject(answer.error)
    ? [answer.error.message, answer.error.details].map((part) => textOf(part) ?? "")
    : [];
  const words = (told.length > 0 ? told : general).filter((part) => part !== "").join(" · ");
  const message = `${url} refuses the graph: ${words.slice(0, REMOTE_LIMITS.words) || "without a reason"}`;
  const [node] = errors[0] ?? [];
  return new SeedproofError("remote.graph-refused", message, node === undefined ? {} : { where: { node } });
}

/** Waits until the run stands in the history. Events tell of progress; whether it is done, only the history says. */
async function awaited({ server, host, signal }: ComfyuiJob, id: string): Promise<JsonObject> {
  const most = Math.ceil(REMOTE_LIMITS.jobMs / REMOTE_LIMITS.pollMs);
  for (let asked = 0, silent = 0; asked < most; asked++) {
    const history = await server
      .json(`/history/${encodeURIComponent(id)}`, { signal })
      .then((value) => {
        silent = 0;
        return value;
      })
      .catch((error: unknown) => {
        signal?.throwIfAborted();
        // A server that computes may be late to answer; one that is gone stays so.
        if (++silent >= MOST_SILENT) throw error;
        return {};
      });
    const entry = isObject(history) ? history[id] : undefined;
    if (isObject(entry)) return entry;
    await host.sleep(REMOTE_LIMITS.pollMs, signal);
  }
  throw new SeedproofError("remote.timed-out", `${server.url} has not finished run ${id} within a day`);
}

/** Questions in a row that may stay without an answer. */
const MOST_SILENT = 5;

function assertRan(entry: JsonObject, graph: ComfyuiGraph, { url }: RemoteServer): void {
  const status = isObject(entry.status) ? entry.status : {};
  const messages = Array.isArray(status.messages) ? status.messages.filter(Array.isArray) : [];
  const message = (type: string): JsonObject | undefined => {
    const found = messages.find(([name]) => name === type)?.[1];
    return isObject(found ?? null) ? (found as JsonObject) : undefined;
  };
  const failure = message("execution_error");
  if (failure) {
    const node = String(failure.node_id ?? "");
    const said = `${textOf(failure.exception_type) ?? ""} ${textOf(failure.exception_message) ?? ""}`.trim();
    const text = `${url} failed in node ${nodeName(graph, node)}: ${said.slice(0, REMOTE_LIMITS.words)}`;
    throw new SeedproofError("remote.run-failed", text, { where: { node } });
  }
  if (message("execution_interrupted"))
    throw new SeedproofError("remote.interrupted", `somebody stopped the run on ${url}`);
  if (status.status_str === "error") throw new SeedproofError("remote.run-failed", `${url} says that the run failed`);
  const cached = message("execution_cached");
  const nodes = new Set((Array.isArray(cached?.nodes) ? cached.nodes : []).map(String));
  const kept = samplersOf(graph).filter((id) => nodes.has(id));
  if (kept.length === 0) return;
  const names = kept.map((id) => nodeName(graph, id)).join(", ");
  throw new SeedproofError("remote.cached-run", `${url} took ${names} from its cache: no image was drawn`);
}

async function filesOf(
  server: RemoteServer,
  entry: JsonObject,
  signal: AbortSignal | undefined,
): Promise<Uint8Array[]> {
  const outputs = Object.values(isObject(entry.outputs) ? entry.outputs : {}).flatMap((made) =>
    isObject(made) && Array.isArray(made.images) ? made.images.filter(isObject) : [],
  );
  const saved = outputs.filter(({ type }) => type === "output");
  const files: Uint8Array[] = [];
  for (const { filename, subfolder, type } of (saved.length > 0 ? saved : outputs).slice(0, MAX_FILES)) {
    const query = new URLSearchParams({
      filename: textOf(filename) ?? "",
      subfolder: textOf(subfolder) ?? "",
      type: textOf(type) ?? "output",
    });
    files.push((await server.ask(`/view?${query}`, { signal, maxBytes: REMOTE_LIMITS.imageBytes })).bytes);
  }
  if (files.length === 0)
    throw new SeedproofError("remote.no-image", `${server.url} finished the run without an image`);
  return files;
}

/** Takes a waiting run out of the queue, or stops it where it is the one that runs; never somebody else's. */
async function cancel(server: RemoteServer, id: string): Promise<void> {
  await server.ask("/queue", { json: { delete: [id] } });
  const running = await server.json("/queue");
  const items = isObject(running) && Array.isArray(running.queue_running) ? running.queue_running : [];
  if (items.some((item) => Array.isArray(item) && item[1] === id)) {
    await server.ask("/interrupt", { json: { prompt_id: id } });
  }
}

/** Follows the events of the run under a client id of our own: a second socket under a user's id would take theirs away. */
function follow(job: ComfyuiJob, client: string): { close(): void } | undefined {
  const { host, server, onProgress, previewMs } = job;
  if (!host.socket || !onProgress) return undefined;
  const samplers = samplersOf(job.graph);
  const at = { pass: 0, step: 0, steps: 0 };
  const url = `${server.url.replace(/^http/, "ws")}/ws?clientId=${encodeURIComponent(client)}`;
  return host.socket(url, {
    onText: (text) => {
      const event = text.length > REMOTE_LIMITS.answerBytes ? undefined : tryJson(text);
      const data = isObject(event) && event.type === "progress" && isObject(event.data) ? event.data : undefined;
      if (!data || !samplers.includes(String(data.node ?? samplers[0]))) return;
      at.pass = Math.max(samplers.indexOf(String(data.node)), 0);
      [at.step, at.steps] = [Number(data.value) || 0, Number(data.max) || 0];
      onProgress({ ...at });
    },
    onBytes: (bytes) => {
      const preview = previewMs === undefined ? undefined : previewOf(bytes);
      if (preview && at.steps > 0) onProgress({ ...at, preview });
    },
    onClose: () => undefined,
  });
}

/**
 * The picture in a binary event: type 1 is followed by its format, type 4 by metadata of a stated length; numbers are
 * 32-bit big-endian. @see ComfyUI protocol.py, BinaryEventTypes
 */
export function previewOf(bytes: Uint8Array): Uint8Array | undefined {
  if (bytes.length < 8) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const type = view.getUint32(0);
  if (type === 1) return concatBytes(bytes.subarray(8));
  const length = view.getUint32(4);
  return type === 4 && 8 + length < bytes.length ? concatBytes(bytes.subarray(8 + length)) : undefined;
}
