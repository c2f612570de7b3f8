/** The runtimes whose bits this version stands for. Another build or optimisation level gives other bits. */

import { SeedproofError } from "../base/errors.ts";
import type { RuntimeIdentity } from "./backend.ts";

/**
 * Only rewrites that fold constants and drop what does nothing. The levels above fuse operators, other ones in each
 * version of the runtime, and were no faster here: 0.17 against 0.18 s of CPU a step of the shipped UNet.
 */
const optimization = "basic";

/** The reference mode's runtime: `ort-wasm-simd-threaded.wasm` of the npm package, 14,239,897 bytes. */
export const referenceRuntime: RuntimeIdentity & { readonly binarySha256: string } = {
  mode: "reference",
  runtime: "onnxruntime-web 1.30.0",
  binarySha256: "3398c10d07d229bd91b364548e130e0e51a8e5704b88c7c083ebbeb78842dee2",
  optimization,
};

/** Bytes of WebAssembly's address space, less what the runtime itself takes. */
export const REFERENCE_MEMORY = (4096 - 128) * 1024 * 1024;

/** @throws SeedproofError `engine.runtime-unknown` when this is not the hash of the pinned .wasm */
export function assertReference(wasmSha256: string): void {
  if (wasmSha256 === referenceRuntime.binarySha256) return;
  throw new SeedproofError(
    "engine.runtime-unknown",
    `the WebAssembly has SHA-256 ${wasmSha256}; ${referenceRuntime.runtime} has ${referenceRuntime.binarySha256}`,
  );
}

/** The fast mode's identity: native code differs by binary and by the CPU features that it chooses its kernels by. */
export function fastRuntime(version: string, binarySha256: string, cpu: string): RuntimeIdentity {
  return { mode: "fast", runtime: `onnxruntime-node ${version}`, binarySha256, optimization, cpu };
}
