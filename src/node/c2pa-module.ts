/** The C2PA module in Node: 9 MB of WebAssembly. It runs in a thread of its own, where what a file makes it do can be ended. @see c2pa-thread.ts */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { C2paModule } from "../label/c2pa-engine.ts";
import { withMemoryLimit } from "./wasm-memory.ts";

/** The module, and how many bytes its memory has now. */
export interface LoadedC2pa extends C2paModule {
  readonly memoryBytes: () => number;
}

/** Loads the module into this thread, once a thread. @param maxPages - pages of 64 KiB that its memory may have */
export async function loadC2pa(maxPages: number): Promise<LoadedC2pa> {
  (globalThis as { FileReaderSync?: unknown }).FileReaderSync ??= KeptBlobReader;
  const module = await import("@contentauth/c2pa-wasm");
  const wasm = readFileSync(fileURLToPath(import.meta.resolve("@contentauth/c2pa-wasm/c2pa.wasm")));
  const { memory } = await module.default({ module_or_path: withMemoryLimit(wasm, maxPages) });
  return {
    WasmReader: module.WasmReader,
    WasmBuilder: module.WasmBuilder,
    Blob: KeptBlob,
    memoryBytes: () => memory.buffer.byteLength,
  };
}

/**
 * The builder reads its source through a Blob and FileReaderSync, which browsers' workers have and Node has not. The bytes of a
 * Blob of Node's can be had only later, so that they are kept beside it.
 */
class KeptBlob extends Blob {
  readonly kept: Uint8Array<ArrayBuffer>;

  constructor(parts: readonly Uint8Array<ArrayBuffer>[], options?: { type: string }) {
    super([...parts], options);
    this.kept = parts.length === 1 ? parts[0]! : new Uint8Array(Buffer.concat(parts));
  }

  override slice(from = 0, to = this.kept.length): Blob {
    return new KeptBlob([this.kept.subarray(from, to)]);
  }
}

class KeptBlobReader {
  readAsArrayBuffer({ kept }: KeptBlob): ArrayBuffer {
    return Uint8Array.from(kept).buffer;
  }
}
