/** ONNX Runtime behind {@link Backend}: both of its builds have the same interface, the hosts bring the build. */

import type { InferenceSession, Tensor as OrtTensor, TensorConstructor } from "onnxruntime-common";
import { SeedproofError } from "../base/errors.ts";
import type { Backend, ExternalData, Feeds, RuntimeIdentity, Session } from "./backend.ts";
import type { Tensor } from "./tensor.ts";

/** What is used of the `onnxruntime-web` or `onnxruntime-node` module. */
export interface Ort {
  readonly InferenceSession: {
    create(model: Uint8Array | string, options: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: TensorConstructor;
}

/** A graph on disk. */
export interface GraphFile {
  readonly path: string;
  /** Removes the files. */
  readonly remove: () => Promise<void>;
}

/** Weights of this size and above go through files where that can be: a second copy of them in memory would be felt. */
export const LARGE = 1e9;

/** What the hosts choose beyond what is pinned here. */
export interface OrtOptions {
  readonly executionProvider: "wasm" | "cpu";
  /** Bytes that a graph may take now, weights and activations. */
  readonly availableMemory: () => number;
  /**
   * Lays a graph with large weights out as files beside each other, where the runtime maps them instead of copying them.
   * Absent where there are no files.
   */
  readonly layOut?: (graph: Uint8Array, external: readonly ExternalData[]) => Promise<GraphFile>;
  /** Threads inside one operator, for the native build; the WebAssembly build has its threads in the environment. */
  readonly threads?: number;
}

/**
 * A backend over a loaded ONNX Runtime. What could change bits is pinned: one execution provider, operators one after the
 * other, the optimisation level of the identity.
 */
export function ortBackend(ort: Ort, identity: RuntimeIdentity, options: OrtOptions): Backend {
  const { executionProvider, threads, availableMemory, layOut } = options;
  const sessionOptions: InferenceSession.SessionOptions = {
    executionProviders: [executionProvider],
    graphOptimizationLevel: identity.optimization,
    executionMode: "sequential",
    logSeverityLevel: 3,
    ...(threads === undefined ? {} : { intraOpNumThreads: threads, interOpNumThreads: 1 }),
  };
  const create = async (graph: Uint8Array, external: readonly ExternalData[]): Promise<InferenceSession> => {
    if (!layOut || external.reduce((sum, { size }) => sum + size, 0) < LARGE) {
      const data = external.map(({ path, read }) => ({ path, data: read() }));
      return ort.InferenceSession.create(graph, { ...sessionOptions, externalData: data }).catch(refused);
    }
    const file = await layOut(graph, external);
    return ort.InferenceSession.create(file.path, sessionOptions).catch(refused).finally(file.remove);
  };
  const load: Backend["load"] = async (graph, external) => ortSession(ort, await create(graph, external));
  return { identity, availableMemory, load };
}

function refused(cause: unknown): never {
  throw new SeedproofError("engine.load-failed", `the runtime refuses the graph: ${reason(cause)}`, { cause });
}

function ortSession(ort: Ort, session: InferenceSession): Session {
  // One run at a time: the WebAssembly build keeps its inputs on one stack.
  let last: Promise<unknown> = Promise.resolve();
  const run = (feeds: Feeds): Promise<Record<string, Tensor>> => {
    const next = last.then(() => runAlone(feeds));
    last = next.catch(() => undefined);
    return next;
  };
  const runAlone = async (feeds: Feeds): Promise<Record<string, Tensor>> => {
    const inputs = Object.entries(feeds).map(([name, { shape, data }]): [string, OrtTensor] => [
      name,
      data instanceof BigInt64Array ? new ort.Tensor("int64", data, shape) : new ort.Tensor("float32", data, shape),
    ]);
    const outputs = await session.run(Object.fromEntries(inputs)).catch((cause: unknown) => {
      throw new SeedproofError("engine.run-failed", `the runtime failed: ${reason(cause)}`, { cause });
    });
    return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, ownTensor(value)]));
  };
  return { run, close: () => last.then(() => session.release()) };
}

/** A copy of an output: the runtime may use its memory again. */
function ownTensor(value: OrtTensor): Tensor {
  return { shape: value.dims, data: Float32Array.from(value.data as Float32Array) };
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
