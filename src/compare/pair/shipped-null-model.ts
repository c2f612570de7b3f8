/**
 * The error model of null edits that is shipped: set by hand; docs/comparing.md says how it stands to what was measured.
 * bench/compare/null-model.ts writes a fitted one here.
 */

import type { NullModel } from "./null-model.ts";

/** Versioned data: the map of every comparison rests on it. */
export const SHIPPED_NULL_MODEL: NullModel = {
  id: "hand-2026-11-30",
  textures: [0, 3, 6, 10, 16, 26],
  structure: [9, 1.3, 1.0, 0.7, 0.5, 0.38],
  colour: [9, 9, 9, 10, 10, 11],
  unsure: 0.7,
  pictures: 1,
  edits: 7,
};
