/** The reference mode: one build of onnxruntime-web's WebAssembly, which gives the same bits on every machine. */

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as ort from "onnxruntime-web/wasm";
import { SeedproofError } from "../base/errors.ts";
import { sha256Hex } from "../base/hash.ts";
import type { Backend } from "../engine/backend.ts";
import { ortBackend } from "../engine/ort.ts";
import { referenceRuntime } from "../engine/runtimes.ts";

let started: { readonly threads: number; readonly backend: Promise<Backend> } | undefined;

/**
 * The reference backend of this process or worker thread. The runtime is global, so the first call decides the threads;
 * they change the speed, never the bits.
 * @param threads - of WebAssembly, 1 … 64
 * @throws SeedproofError `engine.runtime-unknown` when the .wasm is another than the pinned one,
 *   `engine.threads-fixed` when it already runs with another number of threads
 */
export function referenceBackend({ threads = 1 }: { readonly threads?: number } = {}): Promise<Backend> {
  if (started && started.threads !== threads) {
    const message = `the reference runtime of this process has ${started.threads} threads and cannot change to ${threads}`;
    throw new SeedproofError("engine.threads-fixed", message);
  }
  started ??= { threads, backend: start(threads) };
  return started.backend;
}

async function start(threads: number): Promise<Backend> {
  const wasm = await readFile(fileURLToPath(import.meta.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm")));
  assertPinned(sha256Hex(wasm));
  ort.env.wasm.wasmBinary = wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength) as ArrayBuffer;
  ort.env.wasm.numThreads = threads;
  ort.env.logLevel = "error";
  return ortBackend(ort, referenceRuntime, { executionProvider: "wasm" });
}

/** @throws SeedproofError `engine.runtime-unknown` when this is not the hash of the pinned build */
export function assertPinned(wasmSha256: string): void {
  if (wasmSha256 === referenceRuntime.binarySha256) return;
  throw new SeedproofError(
    "engine.runtime-unknown",
    `the WebAssembly has SHA-256 ${wasmSha256}; ${referenceRuntime.runtime} has ${referenceRuntime.binarySha256}`,
  );
}
