/** The error model of null edits: how far blocks of a picture move that was only re-saved, resized or filtered. */

/** Bounds by texture: the standard deviation of a block's brightness decides which. */
export interface NullModel {
  /** Lower ends of the classes of texture, ascending from 0. */
  readonly textures: readonly number[];
  /** 1 − correlation that 99.9 of 100 null blocks of the class stay below; above 1.5 it never decides. */
  readonly structure: readonly number[];
  /** The same for the distance of mean colours after the change of tone, in steps of 0 … 255. */
  readonly colour: readonly number[];
  /** Share of these bounds from which a block is uncertain. */
  readonly unsure: number;
}

/** Measured on null edits of the collection in bench/compare; docs/comparing.md says how. */
export const SHIPPED_NULL_MODEL: NullModel = {
  textures: [0, 3, 6, 10, 16, 26],
  structure: [9, 1.3, 1.0, 0.7, 0.5, 0.38],
  colour: [9, 9, 9, 10, 10, 11],
  unsure: 0.7,
};
