/** The error model of null edits that is shipped; written by bench/compare/null-model.ts. */

import type { NullModel } from "./null-model.ts";

/** Versioned data: the map of every comparison rests on it. */
export const SHIPPED_NULL_MODEL: NullModel = {
  id: "debian-null-2026-11-30",
  textures: [0, 3, 6, 10, 16, 26],
  structure: [9, 1.01, 1.01, 0.26, 0.19, 0.14],
  colour: [10, 10, 10, 10, 10, 14.75],
  unsure: 0.7,
  pictures: 30,
  edits: 209,
};
