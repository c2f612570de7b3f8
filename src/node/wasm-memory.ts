/** An upper bound for the memory of a WebAssembly module that brings none. @see WebAssembly Core Specification, sections 5.3.6 and 5.5.8 */

import { SeedproofError } from "../base/errors.ts";

/** Bytes of a page of memory. */
export const PAGE_BYTES = 65_536;

/** Pages of a memory that is addressed with 32 bits. */
export const MAX_PAGES = 65_536;

const MEMORY_SECTION = 5;

/**
 * The module with a maximum for its own memory: growing it further fails inside the module, which no engine setting can do.
 * @param maxPages - pages of 64 KiB, at least as many as the module starts with
 * @throws SeedproofError `wasm.malformed` where it does not define exactly one memory
 */
export function withMemoryLimit(wasm: Uint8Array, maxPages: number): Uint8Array<ArrayBuffer> {
  const at = { byte: 8 };
  while (at.byte < wasm.length) {
    const from = at.byte;
    const id = wasm[at.byte++]!;
    const size = leb(wasm, at);
    const body = at.byte;
    at.byte += size;
    if (id !== MEMORY_SECTION) continue;
    const inside = { byte: body };
    if (leb(wasm, inside) !== 1) throw malformed("a module with one memory is expected");
    // Bit 0 says that a maximum follows, the others that the memory is shared or of 64 bits.
    if (wasm[inside.byte++]! > 1) throw malformed("a memory of its own, of 32 bits, is expected");
    const least = leb(wasm, inside);
    if (least > maxPages) throw malformed(`the module starts with ${least} pages, more than the limit of ${maxPages}`);
    const limits = [1, 1, ...toLeb(least), ...toLeb(maxPages)];
    const section = [MEMORY_SECTION, ...toLeb(limits.length), ...limits];
    return new Uint8Array(Buffer.concat([wasm.subarray(0, from), Uint8Array.from(section), wasm.subarray(at.byte)]));
  }
  throw malformed("the module defines no memory");
}

/** An unsigned number of up to 32 bits in groups of seven. */
function leb(bytes: Uint8Array, at: { byte: number }): number {
  let [value, scale] = [0, 1];
  for (let i = 0; i < 5; i++) {
    const group = bytes[at.byte++];
    if (group === undefined) break;
    value += (group & 0x7f) * scale;
    if (group < 0x80) return value;
    scale *= 128;
  }
  throw malformed("a number in it is cut or too long");
}

function toLeb(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...toLeb(Math.floor(value / 128))];
}

function malformed(message: string): SeedproofError {
  return new SeedproofError("wasm.malformed", message);
}
