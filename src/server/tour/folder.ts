/** Where the tour's traces stand: a workspace of its own below the workspace, with a ledger of its own, so that all of it can be removed. */

import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { utf8 } from "../../base/bytes.ts";
import { isObject } from "../../base/json.ts";
import { tryJson } from "../../base/json-text.ts";
import { nodeFileSystem, writeDurable } from "../../node/durable-fs.ts";
import type { DrawnStep } from "./steps.ts";

/** An image of the tour. */
export interface TourImage {
  readonly step: DrawnStep;
  readonly words: string;
  readonly seed: string;
  readonly sha256: string;
  readonly pixelsSha256: string;
  readonly width: number;
  readonly height: number;
  readonly seconds: number;
  /** Path below the tour's folder. */
  readonly file: string;
}

/** What of the tour was done, as it stands in its file. */
export interface TourNotes {
  /** When it was begun, RFC 3339. */
  readonly started: string;
  readonly model: string;
  readonly images: readonly TourImage[];
  /** The image that was kept, by its step. */
  readonly kept?: DrawnStep;
}

/** Session of the example's ledger. */
export const TOUR_SESSION = "Example: Li v. Liu";

/** The folder below a workspace. Its name says what it is to whoever finds it. */
export function tourHome(home: string): string {
  return join(home, "example-li-v-liu");
}

const NOTES = "tour.json";

/** What was done; `undefined` where no tour was begun. */
export function readNotes(home: string): TourNotes | undefined {
  const path = join(tourHome(home), NOTES);
  const notes = existsSync(path) ? tryJson(readFileSync(path, "utf8")) : undefined;
  return isObject(notes) && Array.isArray(notes.images) ? (notes as unknown as TourNotes) : undefined;
}

/** Writes what was done. When it returns, it survives a crash. */
export function writeNotes(home: string, notes: TourNotes): void {
  writeDurable(nodeFileSystem, [join(tourHome(home), NOTES), utf8(JSON.stringify(notes))]);
}

/** Removes all traces: the folder, and nothing else. A folder without the tour's notes is none of ours. */
export function removeTour(home: string): void {
  if (existsSync(join(tourHome(home), NOTES))) rmSync(tourHome(home), { recursive: true, force: true });
}
