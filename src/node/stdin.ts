/** Standard input as bytes. */

import { readSync } from "node:fs";
import { concatBytes } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";

/** A file given on standard input is held in memory whole; a longer one has to be named by its path. CWE-770. */
const MAX_STDIN = 1 << 30;

/**
 * All of standard input.
 * @throws SeedproofError `file.too-large` above 1 GiB
 */
export function readStdin(): Uint8Array {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const piece = nextPiece();
    if (piece.length === 0) return concatBytes(...pieces);
    pieces.push(piece);
    size += piece.length;
    if (size > MAX_STDIN)
      throw new SeedproofError("file.too-large", "standard input is longer than 1 GiB: name the file");
  }
}

function nextPiece(): Uint8Array {
  const buffer = new Uint8Array(1 << 16);
  for (;;) {
    try {
      return buffer.subarray(0, readSync(0, buffer));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EOF") return buffer.subarray(0, 0);
      if (code !== "EAGAIN") throw error;
      // A terminal or a non-blocking pipe that has nothing yet: wait without spinning.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
    }
  }
}
