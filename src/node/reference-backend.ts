/** The reference mode: one build of onnxruntime-web's WebAssembly, which gives the same bits on every machine. */

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { freemem } from "node:os";
import { fileURLToPath } from "node:url";
import * as ort from "onnxruntime-web";
import type { Backend } from "../engine/backend.ts";
import { ortBackend } from "../engine/ort.ts";
import { assertReference, REFERENCE_MEMORY, referenceRuntime } from "../engine/runtimes.ts";

let started: Promise<Backend> | undefined;

/**
 * The reference backend of this process or worker thread; its runtime is global, so there is one. It uses one thread:
 * the runtime adds up in an order that depends on the number of threads (a VAE's convolutions gave other bits with four).
 * {@link backendPool} uses more cores.
 * @throws SeedproofError `engine.runtime-unknown` when the installed .wasm is another than the pinned one
 */
export function referenceBackend(): Promise<Backend> {
  started ??= start();
  return started;
}

async function start(): Promise<Backend> {
  const wasm = await readFile(fileURLToPath(import.meta.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm")));
  assertReference(createHash("sha256").update(wasm).digest("hex"));
  ort.env.wasm.wasmBinary = Uint8Array.from(wasm).buffer;
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = "error";
  return ortBackend(ort, referenceRuntime, {
    executionProvider: "wasm",
    availableMemory: () => Math.min(REFERENCE_MEMORY, freemem()),
  });
}
