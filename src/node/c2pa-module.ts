/** The C2PA module in Node: 9 MB of WebAssembly, loaded at the first file that has credentials. */

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { C2paModule } from "../label/c2pa-engine.ts";

let loaded: Promise<C2paModule> | undefined;

/** The module, loaded once. */
export function c2paModule(): Promise<C2paModule> {
  loaded ??= load();
  return loaded;
}

/** Forgets a module that has trapped: its memory is in no known state. The next call loads a fresh one. */
export function dropC2paModule(): void {
  loaded = undefined;
}

let loads = 0;

async function load(): Promise<C2paModule> {
  (globalThis as { FileReaderSync?: unknown }).FileReaderSync ??= KeptBlobReader;
  const place = import.meta.resolve("@contentauth/c2pa-wasm");
  // Another query is another instance of the module: its state is its own.
  const address = loads++ === 0 ? place : `${place}?instance=${loads}`;
  const module = (await import(address)) as typeof import("@contentauth/c2pa-wasm");
  const wasm = readFileSync(fileURLToPath(import.meta.resolve("@contentauth/c2pa-wasm/c2pa.wasm")));
  await module.default({ module_or_path: wasm });
  return { WasmReader: module.WasmReader, WasmBuilder: module.WasmBuilder, Blob: KeptBlob };
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
