/** Graphs are built for one size; the sessions of the sizes last used are kept, for a session holds all its weights. */

import { SeedproofError } from "../../base/errors.ts";
import type { Backend, Session } from "../backend.ts";
import { type BuiltGraph, externalData, type GraphMemory } from "../graph/builder.ts";
import { LARGE } from "../ort.ts";
import type { Weights } from "../weights/weights.ts";

/** Sessions by size. */
export interface Sessions<Size> {
  /**
   * Runs a task with the session of a size, loaded where it is not at hand; sessions that nobody uses are closed for it,
   * the one unused for longest first.
   */
  use<Result>(size: Size, task: (session: Session) => Promise<Result>): Promise<Result>;
  /** Closes them all, each after its last run. */
  close(): Promise<void>;
}

/** A session and how many tasks have it now. */
interface Held {
  readonly session: Promise<Session>;
  users: number;
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
  // In the order of their last use.
  const held = new Map<string, Held>();
  const trim = async (most: number): Promise<void> => {
    for (const [key, { session, users }] of held) {
      if (held.size <= most) return;
      if (users > 0) continue;
      held.delete(key);
      await (await session).close();
    }
  };
  const load = async (size: Size): Promise<Session> => {
    const graph = build(size);
    await trim(keep);
    assertFits(graph.memory, backend);
    return backend.load(graph.model, externalData(graph, weights));
  };
  const take = (key: string, size: Size): Held => {
    // Loaded when it stands in the map, so that room is made for it.
    const entry = held.get(key) ?? { session: Promise.resolve().then(() => load(size)), users: 0 };
    entry.users++;
    held.delete(key);
    held.set(key, entry);
    return entry;
  };
  return {
    use: async (size, task) => {
      const key = JSON.stringify(size);
      const entry = take(key, size);
      try {
        return await task(await entry.session);
      } finally {
        entry.users--;
        // What could not be loaded is tried again next time.
        if (entry.users === 0) await entry.session.catch(() => held.delete(key));
      }
    },
    close: async () => {
      for (const [key, { session }] of [...held]) {
        held.delete(key);
        await session.then((loaded) => loaded.close()).catch(() => undefined);
      }
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
