/** Bytes that are read by position: a file, a buffer, a part of either. */

/**
 * Random access to bytes. Reads are synchronous: a file is read in a few small pieces, and the caller who must
 * not wait runs in a worker.
 */
export interface ByteSource {
  /** Length in bytes. */
  readonly size: number;
  /** Up to `length` bytes from `offset`; fewer at the end, none past it. The result must not be changed. */
  read(offset: number, length: number): Uint8Array;
}

/** A source over bytes in memory. */
export function bytesSource(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.length,
    read: (offset, length) => bytes.subarray(Math.max(0, offset), Math.max(0, Math.min(bytes.length, offset + length))),
  };
}

/** The part of a source from `offset` on, `length` bytes or as many as there are; positions in it count from its start. */
export function partOf(source: ByteSource, offset: number, length: number): ByteSource {
  const size = Math.max(0, Math.min(length, source.size - offset));
  return {
    size,
    read: (at, count) => (at < 0 ? EMPTY : source.read(offset + at, Math.max(0, Math.min(count, size - at)))),
  };
}

const EMPTY = new Uint8Array(0);
