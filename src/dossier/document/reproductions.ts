/** Section 7.2: the image made again from its recipe, twice, beside a control with another seed; part by part, and what may explain a difference. */

import { isObject, type Json, type JsonObject } from "../../base/json.ts";
import type { Text } from "../../base/texts.ts";
import type { Exhibit } from "../../doctrine/case.ts";
import { WORD_TEXTS } from "../../doctrine/vocabulary.ts";
import { missingText } from "../../recipe/missing-texts.ts";
import { verdictScale } from "../figures/scale.ts";
import { factsOfKeys, factTable } from "./fact-blocks.ts";
import type { DossierInput } from "./input.ts";
import { as, type Block, type Inline, p, shortHash, t, table } from "./model.ts";

/** The facts, the scale of verdicts, and every reproduction that is among the exhibits. */
export function reproductionBlocks(input: DossierInput): Block[] {
  const [verdict] = factsOfKeys(input.facts, ["reproduce.verdict"]);
  const done = reproductions(input);
  const control = done.map(({ found }) => verdictOf(found.control)).find((word) => word !== undefined);
  return [
    ...factTable(input.facts, ["reproduce.verdict", "reproduce.scope"]),
    ...(verdict && typeof verdict.value === "string" ? [scale(verdict.value, control ?? protocolControl(input))] : []),
    ...done.flatMap((one) => reproduction(input, one)),
    p(
      t(
        "A reproduction shows that a recipe can yield the image. It does not show how the image was in fact made.",
        "复现结果只说明给定配方能否得到该图像，不证明该图像当时的创作过程。",
      ),
    ),
  ];
}

interface Done {
  readonly exhibit: Exhibit;
  readonly found: JsonObject;
}

function reproductions({ theCase, measured }: DossierInput): Done[] {
  return theCase.exhibits.flatMap((exhibit) => {
    const report = measured?.exhibits[exhibit.id];
    return report?.kind === "certificate" && report.of === "reproduction"
      ? [{ exhibit, found: report.certificate }]
      : [];
  });
}

function verdictOf(side: Json | undefined): string | undefined {
  return isObject(side) && typeof side.verdict === "string" ? side.verdict : undefined;
}

/** A protocol's control is the next seed; it counts as the reproduction's where no other is at hand. */
function protocolControl(input: DossierInput): string | undefined {
  const differs = factsOfKeys(input.facts, ["study.other_inputs_give_other_images"])[0]?.value;
  return differs === true ? "different" : undefined;
}

function scale(verdict: string, control: string | undefined): Block {
  return {
    kind: "pictures",
    columns: 1,
    items: [
      {
        picture: { svg: verdictScale(verdict, control) },
        caption: t(
          "The reproduction (bar) and its control with another seed (ring) on the scale of verdicts",
          "复现结果（竖条）及不同种子的对照（圆圈）在结论标尺上的位置",
        ),
        alt: t("Scale from identical bytes to different", "由“字节完全相同”至“不同”的标尺"),
      },
    ],
  };
}

function reproduction(input: DossierInput, { exhibit, found }: Done): Block[] {
  const { id } = exhibit;
  if (found.verdict === "not-reproducible") {
    const missing = Array.isArray(found.missing) ? found.missing.filter((one) => typeof one === "string") : [];
    const lacks = missingText(missing);
    return [
      p(
        t(
          `Experiment ${id}: the image could not be drawn here; missing: ${lacks.en}.`,
          `实验 ${id}：该图像在此无法生成；缺少：${lacks.zh}。`,
        ),
      ),
    ];
  }
  return [...runs(id, found), ...sheet(input, id), ...regions(id, found), ...causes(found)];
}

/** The image drawn, drawn again, and drawn with another seed. */
function runs(id: string, found: JsonObject): Block[] {
  const control = isObject(found.control) ? found.control : {};
  const repeat = isObject(found.repeat) ? found.repeat : {};
  const row = (name: Text, against: Text, one: JsonObject): Inline[] => [
    name,
    against,
    typeof one.pixelsSha256 === "string" ? shortHash(one.pixelsSha256) : as("–"),
    { lines: [word(one.verdict), ...(one.certainty === "undetermined" ? [{ small: UNSURE } as const] : [])] },
    { lines: measures(one.measures) },
  ];
  return [
    table(
      [
        [t("Image drawn", "所生成的图像"), 25],
        [t("Compared with", "比较对象"), 17],
        [t("Pixels", "像素哈希"), 18],
        [t("Verdict", "结论"), 18],
        [t("Measures", "度量"), 22],
      ],
      [
        row(t("from the recipe", "依配方"), ORIGINAL, found),
        row(t("from the recipe, once more", "依配方再次"), t("the one before", "前一次"), repeat),
        row(
          t(`control: seed ${String(control.seed ?? "–")}`, `对照：种子 ${String(control.seed ?? "–")}`),
          ORIGINAL,
          control,
        ),
      ],
      t(`Experiment ${id}: three images`, `实验 ${id}：三次生成`),
    ),
  ];
}

const ORIGINAL = t("image in question", "涉案图像");
const UNSURE = t("a measure lies within the interval of its threshold", "有度量落入界限的区间之内");

function word(verdict: Json | undefined): Text {
  return WORD_TEXTS[String(verdict)] ?? as(typeof verdict === "string" ? verdict : "–");
}

/** The measures that a reader knows by name; all of them stand in the certificate. */
const MEASURE_TEXTS: Readonly<Record<string, Text>> = {
  maxDifference: t("largest difference", "最大差值"),
  ssim: t("SSIM", "结构相似度 SSIM"),
  colour: t("colour difference, CIEDE2000", "色差 CIEDE2000"),
};

function measures(found: Json | undefined): Inline[] {
  if (!isObject(found)) return [as("–")];
  const known = Object.entries(MEASURE_TEXTS).flatMap(([name, text]) => {
    const value = found[name];
    return typeof value === "number" ? [{ name: text, value: shortNumber(value) }] : [];
  });
  return known.length === 0
    ? [as("–")]
    : known.map(({ name, value }) => ({ small: { en: `${name.en} ${value}`, zh: `${name.zh} ${value}` } }));
}

function shortNumber(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(3);
}

/** The sheet that was drawn with the certificate, which follows it among the exhibits. */
function sheet({ theCase, pictures }: DossierInput, id: string): Block[] {
  const at = theCase.exhibits.findIndex((exhibit) => exhibit.id === id);
  const next = theCase.exhibits[at + 1];
  if (next?.made !== true || next.role !== "document" || !pictures.has(next.id)) return [];
  return [
    {
      kind: "pictures",
      columns: 1,
      items: [
        {
          picture: { key: next.id },
          caption: t(
            `${next.id}, left to right: image in question; reproduction; control with another seed; where the first two differ (black: nowhere)`,
            `${next.id}，自左至右：涉案图像；复现图像；不同种子的对照；前两者的差异（黑色表示无差异）`,
          ),
          alt: t("Original, reproduction, control and difference", "原图、复现图、对照图与差异"),
        },
      ],
    },
  ];
}

/** Each part of the picture beside the same part of the control. */
function regions(id: string, { regions: parts, control }: JsonObject): Block[] {
  const list = (Array.isArray(parts) ? parts : []).filter(isObject).slice(0, 64);
  const others = isObject(control) && Array.isArray(control.regions) ? control.regions.filter(isObject) : [];
  if (list.length === 0) return [];
  const rows = list.map((part): Inline[] => {
    const other = others.find(({ name }) => name === part.name);
    return [as(String(part.name).slice(0, 100)), word(part.verdict), other ? word(other.verdict) : as("–")];
  });
  return [
    table(
      [
        [t("Part of the image: row.column, or its name", "图像部分：行.列，或其名称"), 40],
        [t("Reproduction", "复现"), 30],
        [t("Control", "对照"), 30],
      ],
      rows,
      t(`Experiment ${id}: part by part`, `实验 ${id}：按部分比较`),
    ),
  ];
}

/** What may explain a difference: the environment, what the file does not say, how it was saved. */
function causes({ causes: found }: JsonObject): Block[] {
  const texts = (Array.isArray(found) ? found : [])
    .filter(isObject)
    .flatMap(({ about }) => (about === undefined ? [] : [textOf(about)]));
  if (texts.length === 0) return [];
  return [
    { kind: "heading", text: t("What may explain the difference", "差异的可能原因") },
    { kind: "list", items: texts.slice(0, 12) },
  ];
}

function textOf(value: Json): Text {
  if (isObject(value) && typeof value.en === "string" && typeof value.zh === "string") {
    return { en: value.en, zh: value.zh };
  }
  return as(String(value));
}
