/** The error model of null edits: how far blocks of a picture move that was only re-saved, resized or filtered. */

/** Bounds by texture: the standard deviation of a block's brightness decides which. */
export interface NullModel {
  readonly id: string;
  /** Lower ends of the classes of texture, ascending from 0. */
  readonly textures: readonly number[];
  /** 1 − correlation that one null block in a thousand of the class goes beyond; 9 never decides. */
  readonly structure: readonly number[];
  /** The same for the distance of mean colours after the change of tone, in steps of 0 … 255. */
  readonly colour: readonly number[];
  /** Share of these bounds from which a block is uncertain. */
  readonly unsure: number;
  /** Pictures and edits of them that the bounds were fitted to. */
  readonly pictures: number;
  readonly edits: number;
}
