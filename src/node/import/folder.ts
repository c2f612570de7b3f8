/** A folder of images as a history: what each file says of itself, in the order of their times. */

import { opendirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileAsSaved, IMAGE, LAYERED } from "../watch-files.ts";
import type { Piece } from "./write.ts";

/** A file with the time at which the file system says that it was written last. */
interface Dated {
  readonly path: string;
  readonly modifiedMs: number;
}

/** Files larger than this are left out: they would be read whole. A layered file of a poster has hundreds of megabytes. CWE-770. */
const MAX_FILE = 1024 * 1024 * 1024;

/** All images and layered files below a folder, oldest first; links are not followed. */
export function datedFiles(folder: string): Dated[] {
  return walk(folder).sort((a, b) => a.modifiedMs - b.modifiedMs || (a.path < b.path ? -1 : 1));
}

function walk(folder: string): Dated[] {
  const found: Dated[] = [];
  const open = opendirSync(folder);
  try {
    for (let entry = open.readSync(); entry; entry = open.readSync()) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) for (const one of walk(path)) found.push(one);
      else if (entry.isFile() && (IMAGE.test(entry.name) || LAYERED.test(entry.name))) {
        const { mtimeMs, size } = statSync(path);
        if (size <= MAX_FILE) found.push({ path, modifiedMs: mtimeMs });
      }
    }
  } finally {
    open.closeSync();
  }
  return found;
}

/** A file as a piece. One that names its recipe was made by a request; any other was only saved. */
export async function pieceOfFile({ path, modifiedMs }: Dated): Promise<{ key: string; tool: string; piece: Piece }> {
  const { sha256, reading, contents } = await fileAsSaved(path);
  const recipe = reading?.recipe;
  const tool = recipe ? reading.tool : "folder";
  const claimedAt = recipe?.time ?? new Date(modifiedMs).toISOString();
  const source = { tool, key: sha256, claimedAt };
  const frame = { capture: "imported", agent: { kind: "software", name: tool }, source } as const;
  const write: Piece["write"] = (event, store) => {
    const saved = contents(store);
    if (!recipe) {
      event("file.saved", saved, frame);
      return;
    }
    const request = event("generation.requested", { engine: tool, recipe }, frame);
    event("generation.completed", { request, images: [saved.file] }, { ...frame, follows: [request] });
  };
  return { key: sha256, tool, piece: { size: statSync(path).size, write } };
}
