/** The thread that makes an image again and measures it: minutes of work that no answer of the server waits for. */

import { parentPort, workerData } from "node:worker_threads";
import { SeedproofError } from "../../base/errors.ts";
import { findModelPath } from "../../node/find-model.ts";
import { listShelf, matchOnShelf } from "../../node/model-shelf.ts";
import type { EngineChoice } from "../../node/open-engine.ts";
import { readImageBytes } from "../../node/read-image.ts";
import { reproduceFile } from "../../node/reproduce.ts";

/** What the thread is started with. */
export interface ReproduceWork {
  readonly image: { readonly name: string; readonly bytes: Uint8Array };
  readonly home: string;
  readonly version: string;
  readonly engine: EngineChoice;
  readonly mode: "reference" | "fast";
  /** Folder for the pictures. */
  readonly output: string;
}

const work = workerData as ReproduceWork;

/**
 * The model of the recipe where the workspace's `models/` has one of its name and the shelf does not know it. Whether it is the
 * one is told by its hash.
 */
async function unshelved(): Promise<string | undefined> {
  const { recipe } = await readImageBytes(work.image.name, work.image.bytes, { hash: false });
  const named = recipe?.models.find(({ role }) => role === "checkpoint");
  if (!named || matchOnShelf(named, listShelf(work.home)).model) return undefined;
  return findModelPath(named.name, work.home);
}

try {
  const model = work.engine.name === "embedded" ? await unshelved() : undefined;
  const report = await reproduceFile({
    ...work,
    ...(model !== undefined && { model }),
    workers: 1,
    hooks: {
      onStage: (stage) => parentPort?.postMessage({ stage }),
      onProgress: ({ step, steps }) => parentPort?.postMessage({ step, steps }),
    },
  });
  parentPort?.postMessage({ report });
} catch (error) {
  const code = error instanceof SeedproofError ? error.code : "reproduce.failed";
  parentPort?.postMessage({ error: { code, message: String((error as Error)?.message ?? error) } });
}
