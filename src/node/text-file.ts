/** Text files that people hand over: pasted generation data, recipes. */

import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { fromLatin1, fromUtf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import { readStdin } from "./stdin.ts";

/** Longer than any recipe or workflow by a hundred times. CWE-770. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * The text of a file, `-` being standard input: UTF-8 where it is, else every byte a character. A byte order mark is dropped.
 * @throws SeedproofError `file.not-found`, `file.not-readable`, `file.too-large`
 */
export function readTextFile(path: string): string {
  const bytes = path === "-" ? readStdin() : bytesOf(path);
  return (fromUtf8(bytes) ?? fromLatin1(bytes)).replace(/^\uFEFF/, "");
}

function bytesOf(path: string): Uint8Array {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    const code = missing ? "file.not-found" : "file.not-readable";
    throw new SeedproofError(code, `the file ${path} ${missing ? "is not there" : "cannot be opened"}`, {
      where: { file: path },
      cause,
    });
  }
  try {
    if (fstatSync(descriptor).size <= MAX_BYTES) return readFileSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  throw new SeedproofError("file.too-large", `the file ${path} is longer than a text of this kind`, {
    where: { file: path },
  });
}
