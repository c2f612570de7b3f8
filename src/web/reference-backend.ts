/** The reference mode in a browser tab or worker: the same WebAssembly as in Node, and the same bits. */

import * as ort from "onnxruntime-web/wasm";
import { sha256Hex } from "../base/hash.ts";
import type { Backend } from "../engine/backend.ts";
import { ortBackend } from "../engine/ort.ts";
import { assertReference, REFERENCE_MEMORY, referenceRuntime } from "../engine/runtimes.ts";

/**
 * One thread, so that a page needs no cross-origin isolation and the bits are those of every other computer.
 * @param wasmUrl - where `ort-wasm-simd-threaded.wasm` of the package is served
 * @throws SeedproofError `engine.runtime-unknown` when another build is served there
 */
export async function browserBackend(wasmUrl: string): Promise<Backend> {
  const response = await fetch(wasmUrl);
  const wasm = await response.arrayBuffer();
  assertReference(sha256Hex(new Uint8Array(wasm)));
  ort.env.wasm.wasmBinary = wasm;
  ort.env.wasm.numThreads = 1;
  return ortBackend(ort, referenceRuntime, { executionProvider: "wasm", availableMemory: () => REFERENCE_MEMORY });
}
