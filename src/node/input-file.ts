/** Files that a command line names, `-` being standard input. */

import { existsSync, readFileSync } from "node:fs";
import { SeedproofError } from "../base/errors.ts";
import type { FileReading, ReadOptions } from "../label/file-reading.ts";
import { readStdin } from "./stdin.ts";

/**
 * All bytes of a file.
 * @throws SeedproofError `file.not-found`, `file.too-large` for standard input
 */
export function readInput(file: string): Uint8Array {
  if (file === "-") return readStdin();
  if (!existsSync(file)) throw new SeedproofError("file.not-found", `there is no file ${file}`, { where: { file } });
  return new Uint8Array(readFileSync(file));
}

/** The reading of an image file. @throws SeedproofError as `readImage` */
export async function readImageInput(file: string, options: ReadOptions = {}): Promise<FileReading> {
  // Readers of every generator and label take longer to load than most commands that only want bytes take to run.
  const { readImage, readImageBytes } = await import("./read-image.ts");
  return file === "-" ? readImageBytes(file, readStdin(), options) : readImage(file, options);
}
