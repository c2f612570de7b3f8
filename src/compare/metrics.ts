/** How far two images of one size are apart: levels, structure, colour, edges, composition, each by its own measure. */

import { SeedproofError } from "../base/errors.ts";
import { log10 } from "../base/math-log.ts";
import { type Raster, toRgb } from "../image/raster.ts";
import { colourDifference, labOf } from "./colour.ts";
import { cellMeans, correlation, lumaOf, type Plane, plane, reducedRgb, slopes } from "./planes.ts";
import { innerMean, multiScale, similarity } from "./ssim.ts";

/** Levels of 255 up to which a difference is taken for rounding: two programs that cut off and round differ by 1 to 2. */
export const ROUNDING_LEVELS = 2;

/** Colours are compared at viewing distance: averaged to this many cells a side. */
const COLOUR_SIDE = 192;
/** Composition: mean brightness on a grid of this many cells a side. */
const COMPOSITION_SIDE = 16;

/** Measures of a pair. All but `psnr` are numbers for every pair, rounded to six digits behind the point. */
export interface Measures {
  /** Largest difference of a sample, 0 … 255. */
  readonly maxDifference: number;
  /** Mean over all samples of red, green and blue. */
  readonly meanDifference: number;
  /** Share of pixels of which a sample differs at all, 0 … 1. */
  readonly changedShare: number;
  /** Share of pixels of which a sample differs by more than {@link ROUNDING_LEVELS}. */
  readonly beyondRoundingShare: number;
  /** Peak signal-to-noise ratio in dB; null where nothing differs. */
  readonly psnr: number | null;
  /** Mean structural similarity of brightness, −1 … 1. */
  readonly ssim: number;
  /** Structural similarity over up to five scales, 0 … 1. */
  readonly msSsim: number;
  /** Mean CIEDE2000 at viewing distance; about 1 is just noticeable. */
  readonly colour: number;
  /** Correlation of edge strength (Sobel), −1 … 1. */
  readonly edges: number;
  /** Correlation of mean brightness on a 16 × 16 grid, −1 … 1: where light and dark masses are. */
  readonly composition: number;
}

/** Two images measured, with what is needed to measure parts of them. */
export interface Pair {
  readonly a: Raster;
  readonly b: Raster;
  readonly measures: Measures;
  /** Structural similarity at each pixel. */
  readonly ssim: Plane;
  /** Colour difference at viewing distance. @see colourMap */
  readonly colours: Plane;
}

/**
 * Measures two images.
 * @param given - their colour differences, where they are known already
 * @throws SeedproofError `compare.size-differs`
 */
export function measurePair(a: Raster, b: Raster, given?: Plane): Pair {
  assertOneSize(a, b);
  const levels = levelDifferences(a, b);
  if (levels.changedShare === 0) {
    const ssim = plane(a.width, a.height);
    ssim.data.fill(1);
    const same = { ...levels, ssim: 1, msSsim: 1, colour: 0, edges: 1, composition: 1 };
    return { a, b, measures: same, ssim, colours: plane(1, 1) };
  }
  const colours = given ?? colourMap(a, b);
  const [lumaA, lumaB] = [lumaOf(a), lumaOf(b)];
  const { ssim } = similarity(lumaA, lumaB);
  const grid = (luma: Plane): Plane =>
    cellMeans(luma, Math.min(COMPOSITION_SIDE, a.width), Math.min(COMPOSITION_SIDE, a.height));
  const measures: Measures = {
    ...levels,
    ssim: rounded(innerMean(ssim)),
    msSsim: rounded(multiScale(lumaA, lumaB)),
    colour: rounded(meanOf(colours)),
    edges: rounded(correlation(slopes(lumaA), slopes(lumaB))),
    composition: rounded(correlation(grid(lumaA), grid(lumaB))),
  };
  return { a, b, measures, ssim, colours };
}

/** The measures of two images. @throws as {@link measurePair} */
export function measuresOf(a: Raster, b: Raster): Measures {
  return measurePair(a, b).measures;
}

/** CIEDE2000 of two images averaged to at most 192 cells a side. */
export function colourMap(a: Raster, b: Raster): Plane {
  const [one, two] = [reducedRgb(a, COLOUR_SIDE), reducedRgb(b, COLOUR_SIDE)];
  const map = plane(one[0].width, one[0].height);
  const lab = labs();
  for (let i = 0; i < map.data.length; i++) {
    const [r, g, bl] = [one[0].data[i]!, one[1].data[i]!, one[2].data[i]!];
    const [r2, g2, b2] = [two[0].data[i]!, two[1].data[i]!, two[2].data[i]!];
    if (r !== r2 || g !== g2 || bl !== b2) map.data[i] = colourDifference(lab(r, g, bl), lab(r2, g2, b2));
  }
  return map;
}

/** Colours of one image, each worked out once: pictures have fewer of them than pixels. */
function labs(): typeof labOf {
  const known = new Map<number, ReturnType<typeof labOf>>();
  return (r, g, b) => {
    // Averages of cells are no whole levels and rarely come twice.
    const [x, y, z] = [r * 255, g * 255, b * 255];
    if (!(Number.isInteger(x) && Number.isInteger(y) && Number.isInteger(z))) return labOf(r, g, b);
    const key = x * 65_536 + y * 256 + z;
    const found = known.get(key) ?? labOf(r, g, b);
    known.set(key, found);
    return found;
  };
}

type Levels = Pick<Measures, "maxDifference" | "meanDifference" | "changedShare" | "beyondRoundingShare" | "psnr">;

/** Differences of 8-bit samples; alpha is left out. */
export function levelDifferences(a: Raster, b: Raster): Levels {
  const [one, two] = [toRgb(a), toRgb(b)];
  const pixels = a.width * a.height;
  let [most, sum, squares, changed, beyond] = [0, 0, 0, 0, 0];
  for (let i = 0; i < pixels; i++) {
    let worst = 0;
    for (let c = 0; c < 3; c++) {
      const d = Math.abs(one[3 * i + c]! - two[3 * i + c]!);
      sum += d;
      squares += d * d;
      worst = Math.max(worst, d);
    }
    most = Math.max(most, worst);
    if (worst > 0) changed++;
    if (worst > ROUNDING_LEVELS) beyond++;
  }
  return {
    maxDifference: most,
    meanDifference: rounded(sum / (3 * pixels)),
    changedShare: rounded(changed / pixels),
    beyondRoundingShare: rounded(beyond / pixels),
    psnr: squares === 0 ? null : rounded(10 * log10((255 * 255 * 3 * pixels) / squares)),
  };
}

function assertOneSize(a: Raster, b: Raster): void {
  if (a.width === b.width && a.height === b.height) return;
  const message = `images of ${a.width}x${a.height} and ${b.width}x${b.height} pixels cannot be laid over each other`;
  throw new SeedproofError("compare.size-differs", message);
}

function meanOf({ data }: Plane): number {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i]!;
  return sum / data.length;
}

/** Six digits: more would only show the order of summing. */
export function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
