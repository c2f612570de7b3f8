/** The thread in which events of all proxies are written, in the order in which things passed, so that no relay waits for a disk. */

import { parentPort, workerData } from "node:worker_threads";
import { createIngest, type Ingest, type IngestOptions, type Line } from "./ingest.ts";
import type { Passed } from "./recording-tap.ts";

/** What the thread is told. */
export interface Told {
  readonly upstream: string;
  readonly passed: Passed;
  /** The file that goes when it is durable. */
  readonly kept?: string | undefined;
}

const port = parentPort!;
const options = workerData as Omit<IngestOptions, "upstream">;
const line: Line = { last: Promise.resolve() };
const ingests = new Map<string, Ingest>();

function ingestFor(upstream: string): Ingest {
  const known = ingests.get(upstream);
  if (known) return known;
  const made = createIngest({ ...options, upstream }, (error) => port.postMessage({ error: String(error) }), line);
  ingests.set(upstream, made);
  return made;
}

port.on("message", (message: Told | "settle") => {
  if (message !== "settle") ingestFor(message.upstream).take(message.passed, message.kept);
  else void settled().then(() => port.postMessage("settled"));
});

async function settled(): Promise<void> {
  await Promise.all([...ingests.values()].map((ingest) => ingest.settled()));
}
