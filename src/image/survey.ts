/** A survey: what walking one file has gathered so far, and what it may still spend. */

import type { Finding } from "../base/findings.ts";
import type { TextValues } from "../base/texts.ts";
import type { Block, Encoding } from "./block.ts";
import { MAX_BINARY_BLOCK, MAX_TEXT } from "./block.ts";
import { inflate } from "./inflate.ts";
import type { ByteSource } from "./source.ts";
import { type Decoded, decodeText } from "./text.ts";
import { type TraceCode, trace } from "./traces.ts";

/** What walking one file may cost. */
export const WALK_LIMITS = {
  /** Metadata blocks. The fullest real file has below 50. CWE-770. */
  blocks: 2048,
  /** Facts about the structure. After so many damages the rest says nothing more. */
  findings: 256,
  /** Chunks, segments, boxes and directory entries stepped over. A PNG of 400 MB in 8 KiB chunks has 50,000. CWE-834. */
  steps: 200_000,
  /** Bytes that all compressed values may inflate to; the largest workflow seen is below 4 MiB. CWE-409. */
  inflated: 4 * 1024 * 1024,
  /** Depth of boxes in boxes. Real files stay below 10. CWE-674. */
  depth: 16,
} as const;

/** What walking takes from its host. */
export interface WalkOptions {
  /**
   * Decodes a Brotli stream of at most `limit` bytes; `undefined` where it is damaged or longer. Only JPEG XL and AVIF
   * files use it; without it their compressed blocks stay compressed, and a finding says so.
   */
  readonly brotli?: (bytes: Uint8Array, limit: number) => Uint8Array | undefined;
}

/** Where a block stands: the parts of a {@link Block} that its container decides. */
export interface Place {
  readonly where: string;
  readonly key: string;
  readonly offset: number;
  readonly length: number;
  readonly afterPixels?: true;
}

/** Gathers blocks and findings of one file within {@link WALK_LIMITS}. */
export class Survey {
  readonly blocks: Block[] = [];
  readonly findings: Finding[] = [];
  readonly source: ByteSource;
  private readonly options: WalkOptions;
  private steps = 0;
  private full = false;
  private inflatable: number = WALK_LIMITS.inflated;
  /** Values of an honest file do not overlap: a byte is read at most as part of a chunk and of a value inside it. */
  private readable: number;

  constructor(source: ByteSource, options: WalkOptions = {}) {
    this.source = source;
    this.options = options;
    this.readable = 2 * source.size;
  }

  /** Notes a fact of the file's structure. */
  note(code: TraceCode, byte: number, values?: TextValues): void {
    if (this.findings.length < WALK_LIMITS.findings) this.findings.push(trace(code, byte, values));
    else this.full = true;
  }

  /** Counts one step; false when the file has had its share, of steps, blocks or findings. */
  step(byte: number): boolean {
    if (this.full) return false;
    if (this.steps++ === WALK_LIMITS.steps) this.stop(byte, "chunks");
    return !this.full;
  }

  /** Lists a text block decoded as its bytes show. */
  text(place: Place, bytes: Uint8Array, decoded: Decoded = decodeText(bytes)): void {
    this.add({ ...place, encoding: decoded.encoding, text: decoded.text });
  }

  /** Lists a text block of a fixed encoding. */
  textAs(place: Place, encoding: Encoding, text: string): void {
    this.add({ ...place, encoding, text });
  }

  /** Lists a block that is no text; `text` is a preview where one helps. */
  binary(place: Place, bytes: Uint8Array, text?: string): void {
    const kept = new Uint8Array(bytes.subarray(0, MAX_BINARY_BLOCK));
    this.add({ ...place, encoding: "binary", bytes: kept, ...(text === undefined ? {} : { text }) });
  }

  /** The inflated bytes of a block's value, or `undefined` after noting why there are none. */
  inflate(place: Place, bytes: Uint8Array): Uint8Array | undefined {
    const inflated = inflate("zlib", bytes, this.inflatable);
    // What was inflated in vain was paid for all the same.
    this.inflatable -= inflated.length;
    if (inflated.bytes) return inflated.bytes;
    const what = `${place.where} ${place.key}`.trim();
    this.note(inflated.failure === "over-limit" ? "image.too-long" : "image.value-malformed", place.offset, { what });
    return undefined;
  }

  /** The bytes of a block's value in Brotli, or `undefined` after noting why there are none. */
  unbrotli(place: Place, bytes: Uint8Array): Uint8Array | undefined {
    const { brotli } = this.options;
    const out = this.inflatable > 0 ? brotli?.(bytes, this.inflatable) : undefined;
    // How much was decoded in vain is not known, so that half of what is left pays for it.
    this.inflatable -= out?.length ?? Math.ceil(this.inflatable / 2);
    if (!out) this.note(brotli ? "image.value-malformed" : "image.compressed", place.offset, { what: place.where });
    return out;
  }

  /**
   * Whether a value of `length` bytes may be read: none longer than {@link MAX_TEXT}, and together no more than a
   * file whose values do not overlap has. Where not, a finding says which.
   */
  spend(length: number, byte: number, what: string): boolean {
    this.readable -= length;
    if (this.readable >= 0 && length <= MAX_TEXT) return true;
    this.note(length <= MAX_TEXT ? "image.value-malformed" : "image.too-long", byte, { what });
    return false;
  }

  private add(block: Block): void {
    if (this.blocks.length < WALK_LIMITS.blocks) this.blocks.push(block);
    else this.stop(block.offset ?? 0, "blocks");
  }

  private stop(byte: number, what: string): void {
    if (!this.full) this.findings.push(trace("image.limit", byte, { what }));
    this.full = true;
  }
}
