/** What the two adapters add to the base world, each bound to a trigger word: a print style, and one more subject. */

import type { Rgb } from "./canvas.ts";
import { hex } from "./colour.ts";
import { penguin } from "./subjects/penguin.ts";
import type { Subject } from "./subjects/subject.ts";

/** A change to every scene of an adapter's training set. */
export interface Variant {
  readonly trigger: string;
  /** Drawn in place of the tagged subject; the trigger then stands for the noun. */
  readonly subject?: Subject;
  /** Applied to the finished pixels; the trigger then stands for the style. */
  readonly print?: (pixels: Uint8Array) => void;
}

const LINO: readonly (readonly [number, Rgb])[] = [
  [86, hex("23304f")],
  [138, hex("3f6f86")],
  [196, hex("d98e5b")],
  [256, hex("f6e8cf")],
];

/** Four inks by brightness (Rec. 601 luma in whole numbers), as a lino print has. */
function linocut(pixels: Uint8Array): void {
  for (let i = 0; i < pixels.length; i += 3) {
    const luma = (299 * pixels[i]! + 587 * pixels[i + 1]! + 114 * pixels[i + 2]!) / 1000;
    const [, ink] = LINO.find(([below]) => luma < below)!;
    pixels.set(ink, i);
  }
}

export const VARIANTS = {
  linocut: { trigger: "linocut", print: linocut },
  penguin: { trigger: "pibo penguin", subject: penguin },
} as const satisfies { readonly [name: string]: Variant };

export type VariantName = keyof typeof VARIANTS;
