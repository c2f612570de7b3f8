/** The thread in which events are written, so that the relay never waits for a disk. */

import { parentPort, workerData } from "node:worker_threads";
import { createIngest, type IngestOptions } from "./ingest.ts";
import type { Passed } from "./recording-tap.ts";

const port = parentPort!;
const ingest = createIngest(workerData as IngestOptions, (error) => port.postMessage({ error: String(error) }));

port.on("message", (message: Passed | "settle") => {
  if (message !== "settle") ingest.take(message);
  else void ingest.settled().then(() => port.postMessage("settled"));
});
