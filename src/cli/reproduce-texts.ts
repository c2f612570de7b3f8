/** What `seedproof reproduce` prints for people. */

import type { Share } from "../base/binomial.ts";
import { fill, type Lang, type Text } from "../base/texts.ts";
import type { Measures } from "../compare/metrics.ts";
import type { NeededModel } from "../node/needed-models.ts";
import type { ReproductionReport } from "../node/reproduce.ts";
import { MISSING_TEXTS } from "../recipe/missing-texts.ts";
import { findingLine, styled } from "./output.ts";

/** Causes that are shown; `--json` has all. */
const MOST_CAUSES = 6;

/** A share in percent with its bounds. */
export function shareText({ hits, trials, share, low, high }: Share): string {
  const percent = (value: number): string => (100 * value).toFixed(1);
  return `${percent(share)} % (${hits}/${trials}, ${percent(low)}–${percent(high)})`;
}

/** All lines of a report. */
export function reportLines(report: ReproductionReport, lang: Lang): string[] {
  const t = (text: Text): string => text[lang];
  const { verdict, certainty, measures, repeat, control, search } = report;
  const sure = certainty === "clear" ? "" : `  (${t(TEXTS.undetermined)})`;
  const row = (label: Text, value: string): string => `${styled("dim", pad(t(label)))}${value}`;
  const list = (items: readonly string[]): string => items.join(lang === "zh" ? "、" : ", ");
  return [
    `${report.file.file}  ${styled("bold", t(VERDICTS[verdict]))}${sure}`,
    ...(measures ? [row(TEXTS.measures, measuresText(measures, lang))] : []),
    ...(repeat ? [row(TEXTS.repeat, t(VERDICTS[repeat.verdict]))] : []),
    ...(control
      ? [
          row(
            TEXTS.control,
            `${t(TEXTS.seed)} ${control.seed}  ${t(VERDICTS[control.verdict])}${control.measures ? `  ${measuresText(control.measures, lang)}` : ""}`,
          ),
        ]
      : []),
    ...regionLines(report, lang),
    ...report.models.map((model) => row(TEXTS.model, modelText(model, lang))),
    ...(report.missing.length > 0
      ? [row(TEXTS.missing, list(report.missing.map((code) => MISSING_TEXTS[code]?.[lang] ?? code)))]
      : []),
    ...(report.assumed.length > 0
      ? [row(TEXTS.assumed, list(report.assumed.map(({ field, value }) => `${field} = ${JSON.stringify(value)}`)))]
      : []),
    ...(search
      ? [
          row(
            TEXTS.search,
            t(
              fill(TEXTS.searched, {
                runs: search.runs,
                early: search.stoppedEarly,
                seconds: search.seconds.toFixed(1),
                ended: t(ENDED[search.ended]),
              }),
            ),
          ),
        ]
      : []),
    ...report.causes
      .slice(0, MOST_CAUSES)
      .map(({ status, about, remedy }, i) =>
        row(i === 0 ? TEXTS.causes : EMPTY, `${t(STATUS[status])}: ${t(about)} → ${t(remedy)}`),
      ),
    ...(report.image ? [row(TEXTS.pictures, [report.image, report.pictures?.sheet].filter(Boolean).join("  "))] : []),
    ...report.findings.map((finding) => findingLine(finding, lang)),
  ];
}

function measuresText(
  { changedShare, maxDifference, meanDifference, psnr, msSsim, colour, edges }: Measures,
  lang: Lang,
): string {
  if (changedShare === 0) return TEXTS.equal[lang];
  const values = {
    changed: (100 * changedShare).toFixed(2),
    max: maxDifference,
    mean: meanDifference.toFixed(2),
    psnr: (psnr ?? 0).toFixed(1),
    structure: msSsim.toFixed(3),
    colour: colour.toFixed(1),
    edges: edges.toFixed(3),
  };
  return fill(TEXTS.values, values)[lang];
}

function regionLines({ regions = [], control }: ReproductionReport, lang: Lang): string[] {
  if (regions.length === 0 || regions.every(({ verdict }) => verdict === "identical-pixels")) return [];
  return regions.map(({ name, verdict, certain, measures }, i) => {
    const sure = certain ? "" : ` (${TEXTS.undetermined[lang]})`;
    const other = control?.regions[i];
    const beside = other ? `[${TEXTS.control[lang]} ${VERDICTS[other.verdict][lang]}]  ` : "";
    return `${styled("dim", pad(i === 0 ? TEXTS.regions[lang] : ""))}${name.padEnd(8)} ${VERDICTS[verdict][lang]}${sure}  ${beside}${measuresText(measures, lang)}`;
  });
}

function modelText({ role, name, wanted, here, path }: NeededModel, lang: Lang): string {
  const hashes = wanted.map(({ kind, value }) => `${kind} ${value}`).join(" ");
  return [`${role} ${name}`.trim(), hashes, `${HERE[here][lang]}${path && here !== "none" ? ` ${path}` : ""}`]
    .filter(Boolean)
    .join("  ");
}

/** Chinese characters are two columns wide. */
function pad(label: string): string {
  const width = [...label].reduce((sum, c) => sum + (c > "\u2e80" ? 2 : 1), 0);
  return label + " ".repeat(Math.max(1, 14 - width));
}

const EMPTY: Text = { en: "", zh: "" };

const VERDICTS: Readonly<Record<ReproductionReport["verdict"], Text>> = {
  "identical-bytes": { en: "identical file, byte for byte", zh: "文件逐字节相同" },
  "identical-pixels": { en: "identical pixels", zh: "像素完全相同" },
  "within-rounding": { en: "the same within rounding", zh: "在舍入误差内相同" },
  "substantially-similar": { en: "substantially similar", zh: "实质性相似" },
  different: { en: "different", zh: "不同" },
  "not-reproducible": { en: "not reproducible with what is here", zh: "以现有材料无法重现" },
};

const HERE: Readonly<Record<NeededModel["here"], Text>> = {
  hash: { en: "here, by its hash:", zh: "已有（哈希一致）：" },
  name: {
    en: "a file of this name is here, nothing tells whether it is the one:",
    zh: "有同名文件，无法确认是否为同一文件：",
  },
  other: { en: "the file here is another one, by its hash:", zh: "现有文件哈希不同，并非该文件：" },
  given: {
    en: "drawn with the named one, nothing tells whether it is the one:",
    zh: "以指定模型绘制，无法确认是否为同一文件：",
  },
  none: { en: "not here", zh: "没有" },
};

const STATUS = { stated: { en: "stated", zh: "已载明" }, possible: { en: "possible", zh: "可能" } } as const;

const ENDED = {
  identical: { en: "identical pixels were found", zh: "已得到相同像素" },
  "tried-all": { en: "every combination was tried", zh: "已试遍全部组合" },
  runs: { en: "the budget of runs ended", zh: "次数预算用尽" },
  seconds: { en: "the budget of time ended", zh: "时间预算用尽" },
} as const;

const TEXTS = {
  undetermined: { en: "undetermined", zh: "无法确定" },
  measures: { en: "measures", zh: "指标" },
  repeat: { en: "drawn again", zh: "再次绘制" },
  control: { en: "control", zh: "阴性对照" },
  seed: { en: "seed", zh: "种子" },
  regions: { en: "regions", zh: "分区" },
  model: { en: "needs", zh: "所需" },
  missing: { en: "missing", zh: "缺少" },
  assumed: { en: "assumed", zh: "推定" },
  search: { en: "search", zh: "搜索" },
  searched: {
    en: "{runs} attempts, {early} given up early, {seconds} s; {ended}",
    zh: "尝试 {runs} 次，提前放弃 {early} 次，{seconds} 秒；{ended}",
  },
  causes: { en: "causes", zh: "原因" },
  pictures: { en: "pictures", zh: "图片" },
  equal: { en: "no sample differs", zh: "无任何差异" },
  values: {
    en: "{changed} % of pixels differ, by {max} at most, {mean} on average; PSNR {psnr} dB; structure {structure}, colour ΔE {colour}, edges {edges}",
    zh: "{changed}% 的像素不同，最多差 {max}，平均 {mean}；PSNR {psnr} dB；结构 {structure}，色差 ΔE {colour}，边缘 {edges}",
  },
} as const satisfies Record<string, Text>;
