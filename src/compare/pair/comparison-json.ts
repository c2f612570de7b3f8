/** A comparison as its public JSON: the map as counts and regions, matched places as numbers, sentences in words. */

import { fill, type Text } from "../../base/texts.ts";
import type { Change, Comparison } from "./comparison.ts";
import type { Box } from "./geometry.ts";
import { COMPARE_TEXTS } from "./texts.ts";

/** What the verdict shows, filled in, with what it does not show. */
export function saysOf(comparison: Comparison): {
  readonly headline: Text;
  readonly shows: Text;
  readonly limit: Text;
} {
  const { verdict, measures, changes, calibration, a, b } = comparison;
  const percent = (value: number): string => `${Math.round(value * 1000) / 10} %`;
  const listed = (lang: "en" | "zh"): string =>
    changes.map((change) => COMPARE_TEXTS.changes[change][lang]).join(lang === "en" ? ", " : "、");
  const blocks = measures.blocks ?? 0;
  const half = calibration.found.crop50;
  const values = {
    most: measures.maxDifference ?? 0,
    blocks,
    agree: Math.round(blocks * (measures.share ?? 0)),
    rate: percent(calibration.similar.rate.share),
    power: half ? percent(half.share) : "–",
    features: measures.features ?? 0,
    quality: measures.quality ?? 0,
    seedA: a.seed ?? "?",
    seedB: b.seed ?? "?",
  };
  const template = COMPARE_TEXTS.shows[verdict];
  const shows = fill(
    fill(
      { en: template.en.replace("{changes}", listed("en")), zh: template.zh.replace("{changes}", listed("zh")) },
      values,
    ),
  );
  return { headline: headlineOf(comparison), shows, limit: COMPARE_TEXTS.limit };
}

/** Where one change tells the whole story, the headline says it. */
function headlineOf({ verdict, changes }: Comparison): Text {
  const telling: readonly Change[] = ["cropped", "mirrored", "framed", "parts-changed", "turned", "stretched"];
  const found = changes.filter((change) => telling.includes(change));
  if (verdict !== "edited-copy" || found.length !== 1) return COMPARE_TEXTS.verdicts[verdict];
  return COMPARE_TEXTS.headlines[found[0] as keyof typeof COMPARE_TEXTS.headlines];
}

/** The public form; texts are still in both languages. */
export type ComparisonJson = ReturnType<typeof comparisonJson>;

/** A comparison in its public form. */
export function comparisonJson(comparison: Comparison) {
  const {
    verdict,
    a,
    b,
    transform,
    watermark,
    measures,
    changes,
    differences,
    regions,
    elements,
    calibration,
    findings,
  } = comparison;
  return {
    verdict,
    ...saysOf(comparison),
    a,
    b,
    transform,
    changes,
    watermark: watermark && { ...watermark, says: COMPARE_TEXTS.marks[watermark.state] },
    measures,
    differences: differences && {
      changed: differences.changed,
      uncertain: differences.uncertain,
      determined: differences.determined,
      regions: differences.regions.map(({ kind, share, ...at }) => ({
        kind,
        says: COMPARE_TEXTS.regionKinds[kind],
        share,
        box: onPicture(at, differences, b),
      })),
      tone: differences.tone,
    },
    regions: regions.map((row) => ({ ...row, says: COMPARE_TEXTS.regionStates[row.state] })),
    elements: elements.map((row) => ({ ...row, says: COMPARE_TEXTS.elementStates[row.state] })),
    calibration,
    findings,
  };
}

/** A box of the map in pixels of the second picture. */
export function onPicture(
  at: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
  map: { readonly width: number; readonly height: number },
  picture: { readonly width: number; readonly height: number },
): Box {
  const [sx, sy] = [picture.width / map.width, picture.height / map.height];
  const [x, y] = [Math.round(at.x * sx), Math.round(at.y * sy)];
  return [
    x,
    y,
    Math.min(picture.width - x, Math.round(at.width * sx)),
    Math.min(picture.height - y, Math.round(at.height * sy)),
  ];
}
