/** A comparison as lines of text. */

import type { Lang, Text } from "../base/texts.ts";
import type { Comparison, PairVerdict, PictureFacts } from "../compare/pair/comparison.ts";
import { saysOf } from "../compare/pair/comparison-json.ts";
import { COMPARE_TEXTS } from "../compare/pair/texts.ts";
import { findingLine, styled } from "./output.ts";

/** The shape of a verdict, always followed by its word. */
const GLYPHS: Readonly<Record<PairVerdict, string>> = {
  "identical-bytes": "●",
  "identical-pixels": "●",
  "within-rounding": "◉",
  copy: "◐",
  "edited-copy": "◐",
  "same-recipe-other-seed": "○",
  similar: "○",
  unrelated: "○",
  "cannot-tell": "◌",
};

const LABELS = {
  kept: { en: "kept", zh: "保留" },
  cut: { en: "cut off (left, top, right, bottom)", zh: "裁去（左、上、右、下）" },
  place: { en: "place in B", zh: "在 B 中的位置" },
  scale: { en: "scale", zh: "缩放" },
  rotation: { en: "rotation", zh: "旋转" },
  mirrored: { en: "mirrored", zh: "镜像" },
  yes: { en: "yes", zh: "是" },
  no: { en: "no", zh: "否" },
  changed: { en: "changed", zh: "改动" },
  undetermined: { en: "not determined: too little of the structure agrees", zh: "未定：结构一致的部分太少" },
  mark: { en: "mark", zh: "标记" },
  regions: { en: "regions", zh: "区域" },
  elements: { en: "elements", zh: "要素" },
  generic: { en: "generic", zh: "通用" },
  calibration: { en: "calibration", zh: "校准" },
  errors: {
    en: "false positives {share} (95 %: {low} – {high}, {trials} pairs)",
    zh: "误判率 {share}（95 %：{low} – {high}，{trials} 对）",
  },
} as const satisfies Record<string, Text>;

/** Lines for a terminal. */
export function comparisonLines(comparison: Comparison, lang: Lang): string[] {
  const { headline, shows, limit } = saysOf(comparison);
  const { verdict, a, b, watermark, regions, elements } = comparison;
  return [
    `${GLYPHS[verdict]} ${styled("bold", headline[lang])}`,
    `  ${shows[lang]}`,
    `  ${limit[lang]}`,
    `A ${pictureLine(a)}`,
    `B ${pictureLine(b)}`,
    ...transformLines(comparison, lang),
    ...changeLines(comparison, lang),
    ...(watermark
      ? [
          `${LABELS.mark[lang]}  ${COMPARE_TEXTS.marks[watermark.state][lang]}${watermark.pValue === null ? "" : ` (p = ${watermark.pValue})`}`,
        ]
      : []),
    ...(regions.length > 0 ? [LABELS.regions[lang]] : []),
    ...regions.map(
      (row) =>
        `  ${row.name}  ${COMPARE_TEXTS.regionStates[row.state][lang]}  ${rangeOf(row.structure)}  ${row.matches.agree}/${row.matches.all}`,
    ),
    ...(elements.length > 0 ? [LABELS.elements[lang]] : []),
    ...elements.map(
      (row) =>
        `  ${row.name}${row.generic ? ` (${LABELS.generic[lang]})` : ""}  ${COMPARE_TEXTS.elementStates[row.state][lang]}  ${rangeOf(row.structure)}`,
    ),
    ...calibrationLines(comparison, lang),
    ...comparison.findings.map((finding) => findingLine(finding, lang)),
  ];
}

function pictureLine({ file, width, height, container, sha256 }: PictureFacts): string {
  return `${file}  ${container} ${width} × ${height}  ${sha256.slice(0, 8)}…${sha256.slice(-4)}`;
}

function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}

function rangeOf(range: { readonly value: number; readonly low: number; readonly high: number } | null): string {
  return range ? `${range.value.toFixed(2)} (${range.low.toFixed(2)} – ${range.high.toFixed(2)})` : "–";
}

function transformLines({ transform, a }: Comparison, lang: Lang): string[] {
  if (!transform) return [];
  const { kept, crop, cut, placed, filled, scale, scaleError, rotation, rotationError, mirrored } = transform;
  const label = (name: keyof typeof LABELS): string => LABELS[name][lang];
  const whole = crop[2] === a.width && crop[3] === a.height;
  return [
    `${label("kept")}  ${percent(kept)}  [${crop.join(", ")}]`,
    ...(whole ? [] : [`${label("cut")}  ${cut.left}, ${cut.top}, ${cut.right}, ${cut.bottom}`]),
    ...(filled < 0.985 ? [`${label("place")}  ${percent(filled)}  [${placed.join(", ")}]`] : []),
    `${label("scale")}  ${scale}${scaleError === null ? "" : ` ± ${scaleError}`}`,
    `${label("rotation")}  ${rotation}°${rotationError === null ? "" : ` ± ${rotationError}°`}`,
    `${label("mirrored")}  ${mirrored ? label("yes") : label("no")}`,
  ];
}

function changeLines({ differences, b }: Comparison, lang: Lang): string[] {
  if (!differences) return [];
  if (!differences.determined) return [`${LABELS.changed[lang]}  ${LABELS.undetermined[lang]}`];
  const { value, low, high } = differences.changed;
  const [sx, sy] = [b.width / differences.width, b.height / differences.height];
  return [
    `${LABELS.changed[lang]}  ${percent(value)} (${percent(low)} – ${percent(high)})`,
    ...differences.regions
      .slice(0, 8)
      .map(
        (r) =>
          `  ${COMPARE_TEXTS.regionKinds[r.kind][lang]}  ${percent(r.share)}  [${[r.x * sx, r.y * sy, r.width * sx, r.height * sy].map(Math.round).join(", ")}]`,
      ),
  ];
}

function calibrationLines({ calibration, measures }: Comparison, lang: Lang): string[] {
  if (measures.score === undefined) return [];
  const { share, low, high, trials } = calibration.falsePositives;
  const errors = LABELS.errors[lang]
    .replace("{share}", percent(share))
    .replace("{low}", percent(low))
    .replace("{high}", percent(high))
    .replace("{trials}", String(trials));
  return [
    `${LABELS.calibration[lang]}  ${calibration.id} ${calibration.date}  ${measures.score} ≥ ${calibration.threshold}?  ${errors}`,
  ];
}
