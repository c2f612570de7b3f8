/** ONNX Runtime behind {@link Backend}: both of its builds have the same interface, the hosts bring the build. */

import type { InferenceSession, Tensor as OrtTensor, TensorConstructor } from "onnxruntime-common";
import { SeedproofError } from "../base/errors.ts";
import type { Backend, ExternalData, Feeds, RuntimeIdentity, Session } from "./backend.ts";
import type { Tensor } from "./tensor.ts";

/** What is used of the `onnxruntime-web` or `onnxruntime-node` module. */
export interface Ort {
  readonly InferenceSession: {
    create(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: TensorConstructor;
}

/** What the hosts choose beyond what is pinned here. */
export interface OrtOptions {
  readonly executionProvider: "wasm" | "cpu";
  /** Bytes that a graph may take now, weights and activations. */
  readonly availableMemory: () => number;
  /** Threads inside one operator, for the native build; the WebAssembly build has its threads in the environment. */
  readonly threads?: number;
}

/**
 * A backend over a loaded ONNX Runtime. What could change bits is pinned: one execution provider, operators one after the
 * other, the optimisation level of the identity.
 */
export function ortBackend(ort: Ort, identity: RuntimeIdentity, options: OrtOptions): Backend {
  const { executionProvider, threads, availableMemory } = options;
  const load = async (graph: Uint8Array, external: readonly ExternalData[]): Promise<Session> => {
    const sessionOptions: InferenceSession.SessionOptions = {
      executionProviders: [executionProvider],
      graphOptimizationLevel: identity.optimization,
      executionMode: "sequential",
      logSeverityLevel: 3,
      externalData: external.map(({ path, data }) => ({ path, data })),
      ...(threads === undefined ? {} : { intraOpNumThreads: threads, interOpNumThreads: 1 }),
    };
    const session = await ort.InferenceSession.create(graph, sessionOptions).catch((cause: unknown) => {
      throw new SeedproofError("engine.load-failed", `the runtime refuses the graph: ${reason(cause)}`, { cause });
    });
    return ortSession(ort, session);
  };
  return { identity, availableMemory, load };
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
  return { run, close: () => session.release() };
}

/** A copy of an output: the runtime may use its memory again. */
function ownTensor(value: OrtTensor): Tensor {
  return { shape: value.dims, data: Float32Array.from(value.data as Float32Array) };
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
