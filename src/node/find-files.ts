/** Which files a command line means: files, folders and globs, as a stream. */

import { type Dirent, opendirSync, statSync } from "node:fs";
import { join } from "node:path";
import { glob, isDynamicPattern } from "tinyglobby";
import { SeedproofError } from "../base/errors.ts";

/** Endings of files that can hold an image or its side-car text; the kind itself is told by content. */
const IMAGE = /\.(?:png|apng|jpe?g|jfif|webp|avif|heic|heif|jxl|gif|tiff?|mp4|m4v|mov|webm|mkv)$/i;

/**
 * The files that these arguments name, in order. A folder gives the images in it, with its subfolders where
 * `recursive`; names are yielded as they are found, so that a large folder is never held in memory.
 * @throws SeedproofError `file.not-found`, `file.is-folder`, `file.unreadable`
 */
export async function* findFiles(args: readonly string[], recursive: boolean): AsyncGenerator<string> {
  for (const arg of args) {
    if (arg === "-") yield arg;
    else if (exists(arg)) yield* fromPath(arg, recursive);
    else if (isDynamicPattern(arg)) yield* (await glob(arg, { expandDirectories: false, absolute: false })).sort();
    else throw new SeedproofError("file.not-found", `there is no file ${arg}`, { where: { file: arg } });
  }
}

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function* fromPath(path: string, recursive: boolean): Generator<string> {
  if (!statSync(path).isDirectory()) yield path;
  else yield* inFolder(path, recursive);
}

/** Names are sorted within one folder only: order stays the same from run to run, memory stays flat. */
function* inFolder(folder: string, recursive: boolean): Generator<string> {
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && recursive) yield* inFolder(path, recursive);
    else if (entry.isFile() && IMAGE.test(entry.name)) yield path;
  }
}

function entriesOf(folder: string): Dirent[] {
  const entries: Dirent[] = [];
  const dir = opendirSync(folder);
  try {
    for (let entry = dir.readSync(); entry; entry = dir.readSync()) entries.push(entry);
  } finally {
    dir.closeSync();
  }
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}
