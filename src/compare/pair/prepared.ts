/** A picture made ready to be compared: working size, fingerprints, features. What an index over many pictures keeps. */

import type { Raster } from "../../image/raster.ts";
import { type Dihedral, pdqDihedral } from "../pdq.ts";
import { type FeatureDetector, type Features, workingSize } from "./features.ts";
import { type Layout, layoutOf } from "./layout.ts";
import { lumaOf, type Plane, pdqInput, resized } from "./plane.ts";

/** The picture's own size, its working copy and what was computed from it. */
export interface Prepared {
  readonly width: number;
  readonly height: number;
  /** Brightness at the working size. */
  readonly work: Plane;
  readonly pdq: { readonly hashes: Readonly<Record<Dihedral, string>>; readonly quality: number };
  readonly layout: Layout;
  readonly features: Features;
  /** Features of the mirror image, and those of the slow method; computed when first asked for. */
  readonly mirrorFeatures: () => Features;
  readonly slowFeatures: () => Features;
  readonly slowMirrorFeatures: () => Features;
}

/** Makes a displayed picture ready. */
export function prepare(displayed: Raster, detector: FeatureDetector): Prepared {
  const { width, height } = displayed;
  const size = workingSize(width, height);
  const luma = lumaOf(displayed);
  const work = resized(luma, size.width, size.height);
  const { plain, mirror, slow } = detector.detect(work);
  return {
    width,
    height,
    work,
    pdq: pdqDihedral(pdqInput(luma)),
    layout: layoutOf(displayed),
    features: plain,
    mirrorFeatures: once(mirror),
    slowFeatures: once(() => slow(false)),
    slowMirrorFeatures: once(() => slow(true)),
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
