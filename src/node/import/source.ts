/** Histories of other programs: where they are, and what they hold. */

import type { ImportedRun, NamedImage } from "../../process/import/run.ts";

/** Kinds of history that can be taken over. */
export const IMPORT_KINDS = ["comfyui", "invokeai", "fooocus", "folder"] as const;

/** One kind. */
export type ImportKind = (typeof IMPORT_KINDS)[number];

/** A run with the way to its images. */
export interface FoundRun {
  readonly run: ImportedRun;
  /** The bytes of one of its images, or `undefined` where it is not there. */
  readonly bytesOf: (image: NamedImage) => Promise<Uint8Array | undefined>;
}

/** A history as it was found. */
export interface FoundHistory {
  /** Last part of its name, for the record. */
  readonly name: string;
  readonly runs: Iterable<FoundRun>;
}
