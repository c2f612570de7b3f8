/** Watching folders: an image or a layered file that a program saved becomes an event, once it is whole. */

import { createHash } from "node:crypto";
import { existsSync, readFileSync, realpathSync } from "node:fs";
import { basename, resolve } from "node:path";
import { watch } from "chokidar";
import type { EventData } from "../process/event.ts";
import type { LedgerStore } from "./ledger-store.ts";
import { type FileReading, readImageBytes } from "./read-image.ts";
import { isWithin } from "./watched-folder.ts";

/** Names of files that hold layers. */
export const LAYERED = /\.(?:psd|psb|ora|kra|xcf|clip|procreate|afphoto)$/i;
/** Names of files that hold an image. */
export const IMAGE = /\.(?:png|jpe?g|webp|avif|gif|tiff?|jxl|heic)$/i;

/** A file is whole when it has not grown for this long. Generators write a big PNG in less than a second. */
const STILL_MS = 400;

/** A larger file is named by its hash and not kept. A layered file of a poster has hundreds of megabytes. */
const MOST_KEPT = 256 * 1024 * 1024;

/** Makes the contents of the event, keeping the file in the store. */
export type SavedFile = (store: LedgerStore) => EventData["file.saved"];

/** A running watch. */
export interface FileWatch {
  /** From here on what is saved is an event; before, the folder is gone through once. */
  readonly ready: Promise<void>;
  close(): Promise<void>;
}

/**
 * Watches folders and single files; what is there already is not an event. Renaming over a file, as careful programs
 * save, counts as one save. `saved` is called for one file after the other. A link that leads out of what is watched is
 * not followed.
 */
export function watchFiles(
  paths: readonly string[],
  saved: (file: string, contents: SavedFile) => Promise<void>,
  report: (error: unknown) => void,
): FileWatch {
  const before = new Map<string, string>();
  let last: Promise<void> = Promise.resolve();
  const watcher = watch(
    paths.map((path) => resolve(path)),
    {
      ignoreInitial: true,
      followSymlinks: false,
      awaitWriteFinish: { stabilityThreshold: STILL_MS, pollInterval: 100 },
      ignored: (path, stats) => stats?.isFile() === true && !LAYERED.test(path) && !IMAGE.test(path),
    },
  );
  const roots = paths.filter((path) => existsSync(path)).map((path) => realpathSync(path));
  const leadsOut = (file: string): boolean => {
    const real = realpathSync(file);
    return !roots.some((root) => isWithin(real, root));
  };
  const take = (file: string): void => {
    if (existsSync(file) && leadsOut(file)) {
      report(new Error(`${file} is a link that leads out of the folder`));
      return;
    }
    last = last.then(async () => saved(file, await contentsOf(file, before))).catch(report);
  };
  watcher.on("add", take).on("change", take).on("error", report);
  let isReady = (): void => {};
  const ready = new Promise<void>((done) => {
    isReady = done;
  });
  watcher.on("ready", isReady);
  return {
    ready,
    async close() {
      await watcher.close();
      isReady();
      await last;
    },
  };
}

async function contentsOf(file: string, before: Map<string, string>): Promise<SavedFile> {
  const { sha256, contents } = await fileAsSaved(file);
  const previous = before.get(file);
  before.set(file, sha256);
  return (store) => ({
    ...contents(store),
    ...(previous !== undefined && previous !== sha256 && { previous }),
  });
}

/** A file as it stands now: its hash, what it says of itself, and the contents of the event that it was saved. */
export async function fileAsSaved(
  file: string,
): Promise<{ readonly sha256: string; readonly reading: FileReading | undefined; readonly contents: SavedFile }> {
  const bytes = new Uint8Array(readFileSync(file));
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const layered = LAYERED.test(file);
  const reading = layered ? undefined : await readImageBytes(file, bytes).catch(() => undefined);
  const recipe = reading?.recipe;
  const kept = bytes.length <= MOST_KEPT;
  const contents: SavedFile = (store) => ({
    file: {
      ...(kept ? store.putBlob(bytes, layered ? "layers" : "image") : { role: "image", sha256, size: bytes.length }),
      name: basename(file),
    },
    ...(layered && { layered }),
    ...(recipe && { recipe }),
  });
  return { sha256, reading, contents };
}
