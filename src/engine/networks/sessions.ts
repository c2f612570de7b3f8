/** Graphs are built for one size; the sessions of the sizes last used are kept, for a session holds all its weights. */

import { SeedproofError } from "../../base/errors.ts";
import type { Backend, Session } from "../backend.ts";
import { type BuiltGraph, externalData, type GraphMemory } from "../graph/builder.ts";
import { LARGE } from "../ort.ts";
import type { Weights } from "../weights/weights.ts";

/** Sessions by size. */
export interface Sessions<Size> {
  /** The session for a size, loaded where it is not at hand; the one unused for longest is closed for it. */
  get(size: Size): Promise<Session>;
  close(): Promise<void>;
}

/**
 * @param build - the graph for a size
 * @param keep - how many sessions are held: two for hires fix, which goes between two sizes
 */
export function sessions<Size>(
  backend: Backend,
  weights: Weights,
  build: (size: Size) => BuiltGraph,
  keep = 2,
): Sessions<Size> {
  const held = new Map<string, Promise<Session>>();
  const load = (size: Size): Promise<Session> => {
    const graph = build(size);
    assertFits(graph.memory, backend);
    return backend.load(graph.model, externalData(graph, weights));
  };
  const get = async (size: Size): Promise<Session> => {
    const key = JSON.stringify(size);
    const known = held.get(key);
    held.delete(key);
    while (held.size >= keep) await drop(held.keys().next().value!);
    const session = known ?? Promise.resolve().then(() => load(size));
    held.set(key, session);
    // A session that could not be loaded is tried again next time.
    session.catch(() => held.delete(key));
    return session;
  };
  const drop = async (key: string): Promise<void> => {
    const session = await held.get(key)?.catch(() => undefined);
    held.delete(key);
    await session?.close();
  };
  return {
    get,
    close: async () => {
      for (const key of [...held.keys()]) await drop(key);
    },
  };
}

/**
 * What a graph takes at most: its weights as float32, as they are given unless they are mapped from files, and the
 * activations. SD 1.x's UNet took 3.7 GB natively.
 */
export function loadingBytes({ weights, given, activations }: GraphMemory): number {
  return weights + (given < LARGE ? given : 0) + activations;
}

/** @throws SeedproofError `engine.memory` when the graph cannot fit, with both figures */
function assertFits(memory: GraphMemory, backend: Backend): void {
  const [needed, available] = [loadingBytes(memory), backend.availableMemory()];
  if (needed <= available) return;
  const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);
  const advice = backend.identity.mode === "reference" ? "; the fast mode has more" : "";
  throw new SeedproofError(
    "engine.memory",
    `this network takes ${gigabytes(needed)} GB to load and ${gigabytes(available)} GB are available${advice}`,
  );
}
