/** Files as byte sources: positioned reads with a window that is small where reading jumps, and grows where it goes on. */

import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { SeedproofError } from "../base/errors.ts";
import type { Container } from "../image/container.ts";
import type { ByteSource } from "../image/source.ts";
import { walk } from "../image/walk.ts";
import { brotli } from "./brotli.ts";

/** A file that is open for reading by position. */
export interface OpenFile extends ByteSource {
  /** Bytes taken from the file so far. */
  readonly bytesRead: number;
  close(): void;
}

/** The first read: text chunks stand at the start, and a page costs the same as a byte. */
const HEAD = 4096;
/** Bytes read beyond what was asked after a jump: enough for the header of what comes next. */
const AFTER_JUMP = 32;
/** Largest read-ahead where reads follow one another. */
const MOST_AHEAD = 64 * 1024;

/**
 * Opens a file for reading by position. Close it when done.
 * @throws SeedproofError `file.not-found`, `file.not-readable`, `file.is-folder`
 */
export function openFile(path: string): OpenFile {
  const { descriptor, size } = open(path);
  let windowAt = 0;
  let window: Uint8Array = new Uint8Array(0);
  let ahead = AFTER_JUMP;
  let bytesRead = 0;
  const load = (offset: number, length: number): void => {
    const buffer = new Uint8Array(Math.min(length, size - offset));
    const got = readSync(descriptor, buffer, 0, buffer.length, offset);
    bytesRead += got;
    windowAt = offset;
    window = got === buffer.length ? buffer : buffer.subarray(0, got);
  };
  const read = (offset: number, length: number): Uint8Array => {
    if (offset < 0 || offset >= size || length <= 0) return new Uint8Array(0);
    const end = Math.min(offset + length, size);
    const windowEnd = windowAt + window.length;
    if (offset < windowAt || end > windowEnd) {
      const goesOn = offset >= windowAt && offset <= windowEnd + AFTER_JUMP;
      ahead = goesOn ? Math.min(2 * ahead, MOST_AHEAD) : AFTER_JUMP;
      load(offset, offset === 0 ? Math.max(length, HEAD) : end - offset + ahead);
    }
    return window.subarray(offset - windowAt, end - windowAt);
  };
  return {
    size,
    read,
    get bytesRead() {
      return bytesRead;
    },
    close: () => closeSync(descriptor),
  };
}

/**
 * Walks a file on disk, reading no more of it than its metadata.
 * @throws SeedproofError as {@link openFile} and `walk`
 */
export function walkFile(path: string): Container {
  const file = openFile(path);
  try {
    return walk(file, { brotli });
  } finally {
    file.close();
  }
}

function open(path: string): { descriptor: number; size: number } {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    throw new SeedproofError(
      missing ? "file.not-found" : "file.not-readable",
      missing ? `there is no file ${path}` : `the file ${path} cannot be opened`,
      { where: { file: path }, cause },
    );
  }
  const stats = fstatSync(descriptor);
  if (!stats.isDirectory()) return { descriptor, size: stats.size };
  closeSync(descriptor);
  throw new SeedproofError("file.is-folder", `${path} is a folder, not a file`, { where: { file: path } });
}
