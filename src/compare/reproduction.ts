/**
 * The verdict of a reproduction: an image beside what an engine draws from its recipe, beside the same drawn again, and beside
 * a negative control. It shows that a recipe can give an image, never how the image was made.
 */

import type { Finding } from "../base/findings.ts";
import { fill, type Text } from "../base/texts.ts";
import { pixelHash } from "../image/pixel-hash.ts";
import type { Raster } from "../image/raster.ts";
import { type Judgement, judge, type ReproductionCalibration } from "./calibration.ts";
import { fitted, sameShape } from "./fit.ts";
import { type Measures, measurePair, type Pair } from "./metrics.ts";
import { assertRegions, gridRegions, measureRegions, type Region } from "./regions.ts";

/** Outcomes, best first. */
export type ReproductionVerdict = "identical-bytes" | Judgement["verdict"] | "not-reproducible";

/** The image that is to be made again. */
export interface Original {
  /** SHA-256 of the file. */
  readonly sha256: string;
  /** As displayed. */
  readonly raster: Raster;
  /** Whether its container changed pixels when it was saved. */
  readonly lossy: boolean;
}

/** What an engine drew. */
export interface Drawn {
  readonly raster: Raster;
  /** SHA-256 of the file as the engine's tool writes it, where it writes files. */
  readonly sha256?: string;
}

/** Draws the image of the recipe with another seed: `shift` is added to the recipe's, 0 for the reproduction itself. */
export type DrawShifted = (shift: bigint) => Promise<Drawn>;

/** A pair's outcome. */
export interface Outcome {
  readonly verdict: Exclude<ReproductionVerdict, "not-reproducible">;
  /** False where a deciding measure is inside the interval of its threshold. */
  readonly certain: boolean;
  /** Absent where the two have shapes that no resizing brings together. */
  readonly measures?: Measures;
}

/** A part of the image with its outcome. */
export interface RegionOutcome extends Region, Judgement {
  readonly measures: Measures;
}

/** All that a reproduction came to. */
export interface Reproduction extends Outcome {
  readonly pixelsSha256: string;
  /** The same recipe a second time, against the first. */
  readonly repeat: Pick<Outcome, "verdict"> & { readonly pixelsSha256: string };
  /** The next seed, against the original. */
  readonly control: Outcome & { readonly pixelsSha256: string; readonly regions: readonly RegionOutcome[] };
  readonly regions: readonly RegionOutcome[];
  readonly findings: readonly Finding[];
  /** What was drawn, and the same at the original's size. */
  readonly drawn: Drawn;
  readonly laid?: Raster;
}

/** What is looked at beside the whole image. */
export interface ReproductionOptions {
  readonly calibration: ReproductionCalibration;
  /** Cells a side of the grid of regions; 3 by default, 0 for none. */
  readonly grid?: number;
  readonly boxes?: readonly Region[];
}

/**
 * Draws three images and judges them.
 * @throws SeedproofError `compare.region-outside`, `compare.region-many`, before anything is drawn; what drawing throws
 */
export async function reproduce(
  original: Original,
  draw: DrawShifted,
  options: ReproductionOptions,
): Promise<Reproduction> {
  const { raster } = original;
  const regions = [...gridOf(raster, options), ...(options.boxes ?? [])];
  // Regions that are not in the image are refused before minutes are spent.
  assertRegions(options.boxes ?? [], raster);
  const drawn = await draw(0n);
  const again = await draw(0n);
  const control = await draw(1n);
  const first = lay(original, drawn, options.calibration);
  const repeat = lay({ raster: drawn.raster, sha256: drawn.sha256 ?? "", lossy: false }, again, options.calibration);
  const other = lay(original, control, options.calibration);
  const outcome: Omit<Reproduction, "findings"> = {
    ...first.outcome,
    pixelsSha256: pixelHash(drawn.raster),
    repeat: { verdict: repeat.outcome.verdict, pixelsSha256: pixelHash(again.raster) },
    control: {
      ...other.outcome,
      pixelsSha256: pixelHash(control.raster),
      regions: other.pair ? judgedRegions(other.pair, regions, options.calibration) : [],
    },
    regions: first.pair ? judgedRegions(first.pair, regions, options.calibration) : [],
    drawn,
    ...(first.pair && { laid: first.pair.b }),
  };
  return { ...outcome, findings: findingsOf(original, drawn, outcome) };
}

function gridOf(raster: Raster, { grid = 3 }: ReproductionOptions): Region[] {
  return grid === 0 ? [] : gridRegions(raster, grid);
}

/** Lays an image over the original, at the original's size. */
function lay(
  original: Original,
  { raster, sha256 }: Drawn,
  { thresholds }: ReproductionCalibration,
): { readonly outcome: Outcome; readonly pair?: Pair } {
  const { width, height } = original.raster;
  if (!sameShape(raster, original.raster)) return { outcome: { verdict: "different", certain: true } };
  const resized = raster.width !== width || raster.height !== height;
  const pair = measurePair(original.raster, resized ? fitted(raster, width, height) : raster);
  const { measures } = pair;
  if (sha256 !== undefined && sha256 === original.sha256) {
    return { pair, outcome: { verdict: "identical-bytes", certain: true, measures } };
  }
  const judged = judge(measures, thresholds);
  // Equality after resizing is equality of the resized image, not of what was drawn.
  const verdict = resized && judged.verdict === "identical-pixels" ? "within-rounding" : judged.verdict;
  return { pair, outcome: { ...judged, verdict, measures } };
}

function judgedRegions(
  pair: Pair,
  regions: readonly Region[],
  { thresholds }: ReproductionCalibration,
): RegionOutcome[] {
  // By the whole image's thresholds: a patch of sky is alike under every seed, and thresholds set on patches would call it
  // different after a JPEG. What its likeness is worth, the same region of the control tells.
  return measureRegions(pair, regions).map((region) => ({ ...region, ...judge(region.measures, thresholds) }));
}

function findingsOf(original: Original, drawn: Drawn, outcome: Omit<Reproduction, "findings">): Finding[] {
  const { verdict, certain, repeat, control } = outcome;
  const repeats = repeat.pixelsSha256 === outcome.pixelsSha256;
  const resized = drawn.raster.width !== original.raster.width || drawn.raster.height !== original.raster.height;
  const controlled = control.verdict === "different" && control.certain;
  return [
    finding("reproduction-repeats", repeats ? "holds" : "fails", repeats ? TEXTS.repeats : TEXTS.wavers),
    finding(
      "reproduction-control",
      controlled ? "holds" : "informs",
      controlled ? TEXTS.controlled : TEXTS.uncontrolled,
    ),
    ...(certain ? [] : [finding("reproduction-undetermined", "informs", TEXTS.undetermined)]),
    ...(resized ? [finding("reproduction-resized", "informs", sizesText(original.raster, drawn.raster))] : []),
    ...(original.lossy && verdict !== "identical-bytes" ? [finding("reproduction-lossy", "informs", TEXTS.lossy)] : []),
    finding("reproduction-no-history", "informs", TEXTS.noHistory),
  ];
}

function finding(what: string, level: Finding["level"], text: Text): Finding {
  return { code: `compare.${what}`, level, text };
}

function sizesText(original: Raster, drawn: Raster): Text {
  const size = ({ width, height }: Raster): string => `${width}×${height}`;
  const template = sameShape(original, drawn) ? TEXTS.resized : TEXTS.otherShape;
  return fill(template, { original: size(original), drawn: size(drawn) });
}

const TEXTS = {
  repeats: {
    en: "The engine drew the same pixels twice from this recipe.",
    zh: "引擎依此配方两次绘制，像素相同。",
  },
  wavers: {
    en: "The engine drew other pixels the second time: what it draws is not fixed by the recipe alone.",
    zh: "引擎第二次绘制的像素不同：结果并非仅由配方决定。",
  },
  controlled: {
    en: "Negative control: the next seed gives a different image, so the likeness is not that of any image of this prompt.",
    zh: "阴性对照：下一个种子得到不同的图像，故该相似并非此提示词下任意图像所共有。",
  },
  uncontrolled: {
    en: "Negative control: the next seed gives an image that is not clearly different either; likeness here says little about the seed.",
    zh: "阴性对照：下一个种子所得图像也未见明显不同；此处的相似难以说明种子是否一致。",
  },
  undetermined: {
    en: "A deciding measure lies inside the interval of its threshold: similar or different is undetermined.",
    zh: "有决定性指标落在阈值的置信区间之内：是否相似，无法确定。",
  },
  resized: {
    en: "The image is {original} pixels, the recipe draws {drawn}; the drawing was resized to be compared.",
    zh: "图像为 {original} 像素，配方绘制为 {drawn}；比较前已将绘制结果缩放。",
  },
  otherShape: {
    en: "The image is {original} pixels, the recipe draws {drawn}: cropped, or of another recipe.",
    zh: "图像为 {original} 像素，配方绘制为 {drawn}：图像经过裁剪，或出自其他配方。",
  },
  lossy: {
    en: "The file was saved lossily, which changes pixels: identical pixels cannot be expected of a lossless drawing.",
    zh: "文件经有损保存，像素已改变：无损绘制的结果不可能与之逐像素相同。",
  },
  noHistory: {
    en: "A reproduction shows that this recipe can give this image. It does not show how, when or by whom the image was made.",
    zh: "重现只说明该配方能够得到该图像，并不说明图像如何、何时、由何人制作。",
  },
} as const satisfies Record<string, Text>;
