/** Section 6: one card for each method, with its test set and error rates, or the statement that it was not calibrated. */

import type { Text } from "../../base/texts.ts";
import type { Calibration } from "./calibrations.ts";
import type { DossierInput } from "./input.ts";
import { as, type Block, type Inline, p, type Section, section, t } from "./model.ts";

/** What a method is. */
export interface MethodCard {
  readonly id: string;
  readonly name: Text;
  readonly measures: Text;
  readonly procedure: Text;
  readonly limits: Text;
  readonly reference: Text;
  /** An exact method compares hashes: it has no threshold to calibrate. */
  readonly exact?: true;
}

/** All methods whose facts a case can hold. */
export const METHODS: readonly MethodCard[] = [
  {
    id: "read/1",
    name: t("Reading a file", "读取文件"),
    measures: t(
      "generation data, labels and signatures that a file carries, each value with its bytes",
      "文件所载的生成数据、标识与签名，各数值均对应其字节",
    ),
    procedure: t(
      "The container is walked into blocks; each generator's reader states values from its own blocks; contradictions are reported, not resolved.",
      "将容器解析为数据块；各生成工具的读取器分别陈述其数值；矛盾予以报告而不消解。",
    ),
    limits: t(
      "Text in a file can be written or changed by anyone, unless a signature covers it.",
      "除有签名覆盖外，文件中的文字任何人均可写入或更改。",
    ),
    reference: t("docs/reading.md; the formats' own specifications", "docs/reading.md；各格式规范"),
  },
  {
    id: "record/1",
    name: t("Record of the making", "创作过程记录"),
    measures: t(
      "the five acts, counts, revisions and selections that a ledger holds",
      "账本所载的五类行为、数量、调整与选择",
    ),
    procedure: t(
      "The ledger is verified whole (RFC 9162 trees, signed checkpoints). An event is R where it came in live and a time authority named in the case, or Bitcoin, covers it within 24 hours; S otherwise; X where it was simulated.",
      "对账本作完整核验（RFC 9162 树与签名检查点）。实时进入且于24小时内由案卷所列时间戳机构或比特币覆盖者为 R；否则为 S；模拟者为 X。",
    ),
    limits: t(
      "What was not recorded is not shown; who sat at the keyboard is not recorded.",
      "未记录者无从得知；不记录实际操作人。",
    ),
    reference: t(
      "docs/ledger.md, docs/recording.md, docs/threats.md",
      "docs/ledger.md、docs/recording.md、docs/threats.md",
    ),
    exact: true,
  },
  {
    id: "time/1",
    name: t("Time from outside", "外部时间"),
    measures: t("bounds of when an entry was made: not before, not after", "记录形成时间的界限：不早于、不晚于"),
    procedure: t(
      "RFC 3161 tokens, OpenTimestamps proofs and drand rounds are checked over the ledger's checkpoints; each bound counts for the entries that it covers.",
      "核验账本检查点上的 RFC 3161 时间戳、OpenTimestamps 证明与 drand 轮次；各界限适用于其覆盖的记录。",
    ),
    limits: t("A bound is as good as the party that gives it.", "界限的可靠性取决于出具方。"),
    reference: t("RFC 3161, RFC 5816, OpenTimestamps, drand", "RFC 3161、RFC 5816、OpenTimestamps、drand"),
    exact: true,
  },
  {
    id: "hash/1",
    name: t("Equality of files and pixels", "文件与像素相同性"),
    measures: t(
      "whether two files have the same bytes, or their pictures the same pixels",
      "两个文件字节是否相同，或其画面像素是否相同",
    ),
    procedure: t(
      "SHA-256 of the file; SHA-256 of the decoded samples with width and height.",
      "文件的 SHA-256；解码后像素连同宽高的 SHA-256。",
    ),
    limits: t("Different hashes say only that something differs.", "哈希不同仅说明存在差异。"),
    reference: t("FIPS 180-4", "FIPS 180-4"),
    exact: true,
  },
  {
    id: "protocol/1",
    name: t("Experiments on determinism", "确定性实验"),
    measures: t(
      "whether the same inputs give the same pixels whatever was done before, and whether changed inputs give others",
      "同一输入是否恒得相同像素，改变输入是否得到不同像素",
    ),
    procedure: t(
      "Images are drawn in the order printed; pixels are compared by hash; each experiment has a control that must differ.",
      "按所列顺序生成图像；以哈希比较像素；每项实验均有须不同的对照。",
    ),
    limits: t(
      "Holds for the engine, build and model that are named; says nothing of how an image was in fact made.",
      "仅适用于所列引擎、构建与模型；不说明图像当时如何形成。",
    ),
    reference: t("docs/engine.md", "docs/engine.md"),
    exact: true,
  },
  {
    id: "reproduction/1",
    name: t("Reproduction", "复现"),
    measures: t(
      "how near an image drawn from the recipe comes to the image in question, beside a control with another seed",
      "以配方生成的图像与涉案图像的接近程度，并附不同种子的对照",
    ),
    procedure: t(
      "The recipe is drawn twice and once with another seed; the pictures are compared and given a verdict on a five-step scale.",
      "以配方生成两次，并以另一种子生成一次；比较后给出五级结论。",
    ),
    limits: t(
      "A recipe that yields the image is not the history of the image.",
      "能得到该图像的配方并非该图像的形成经过。",
    ),
    reference: t("docs/reproducing.md", "docs/reproducing.md"),
  },
  {
    id: "comparison/1",
    name: t("Comparison of two images", "图像比对"),
    measures: t(
      "whether one image is a copy of the other, under crop, scale, rotation and small edits",
      "一图是否为另一图的复制件（考虑裁切、缩放、旋转与细微修改）",
    ),
    procedure: t(
      "Fingerprints, alignment, and measures over the overlap, held to calibrated thresholds.",
      "指纹、配准及重叠区域的度量，并与经校准的界限比较。",
    ),
    limits: t(
      "Similarity is a measurement; whether what is similar is protected is for the court.",
      "相似性为测量结果；相似部分是否受保护由法院认定。",
    ),
    reference: t("docs/comparing.md", "docs/comparing.md"),
  },
  {
    id: "contribution/1",
    name: t("Human contribution", "人工贡献"),
    measures: t(
      "what a person changed between the generated image and the final one, as maps, kinds and shares with ranges",
      "生成图像与最终图像之间的人工修改：分布图、类型及带区间的占比",
    ),
    procedure: t(
      "The two images are aligned and their difference measured by area, by perception and by structure.",
      "对两图配准，并按面积、感知与结构度量差异。",
    ),
    limits: t(
      "A share is no measure of creativity; at least two measures have to agree.",
      "占比并非创造性的度量；至少两项指标须一致。",
    ),
    reference: t("docs/assessing.md", "docs/assessing.md"),
  },
];

/** Section 6: the cards of the methods that this case used. */
export function methodsSection({ facts, calibrations, measured }: DossierInput): Section {
  const used = new Set(facts.flatMap(({ method }) => (method ? [method.split(" ")[0]!] : [])));
  for (const report of Object.values(measured?.exhibits ?? {}))
    if (report.kind === "certificate") used.add(`${report.of}/1`);
  const cards = METHODS.filter(({ id }) => used.has(id));
  const intro = p(
    t(
      "Each value in this dossier names its method. Every method can be repeated from the exhibits with the tool and version of section 5.",
      "本报告各数值均注明所用方法；依第 5 节所列工具与版本，可由检材重复得到。",
    ),
  );
  return section(
    "6",
    t("Principles and methods", "原理与方法"),
    [intro],
    cards.map((card, i) => section(`6.${i + 1}`, card.name, [cardBlock(card, calibrations)])),
  );
}

function cardBlock(card: MethodCard, calibrations: readonly Calibration[]): Block {
  const calibration = calibrations.find(({ method }) => method === card.id);
  return {
    kind: "pairs",
    rows: [
      [t("Method", "方法编号"), { code: card.id }],
      [t("Measures", "测量内容"), card.measures],
      [t("Procedure", "步骤"), card.procedure],
      [t("Test set", "测试集"), calibration?.testSet ?? (card.exact ? EXACT : NOT_CALIBRATED)],
      [
        t("Error rates", "误差率"),
        calibration
          ? ratesOf(calibration)
          : card.exact
            ? t("none to state: equality is exact", "无：相等性为精确判断")
            : NOT_CALIBRATED,
      ],
      [t("Limits", "局限"), card.limits],
      [t("Reference", "依据"), card.reference],
    ],
  };
}

const EXACT = t("not applicable: hashes are compared, there is no threshold", "不适用：仅比较哈希，无界限值");
const NOT_CALIBRATED = t(
  "no calibration exists for this method: no error rate can be stated",
  "该方法尚无校准：不能给出误差率",
);

/** Each rate as a count with the interval that holds the true one with 95 % confidence (Clopper–Pearson). */
function ratesOf({ id, rates, note }: Calibration): Inline {
  const lines = rates.map(({ name, share: { hits, trials, low, high } }) => ({
    en: `${name.en}: ${hits} of ${trials}; 95 % interval ${percent(low)} – ${percent(high)}`,
    zh: `${name.zh}：${trials} 中 ${hits}；95% 区间 ${percent(low)} – ${percent(high)}`,
  }));
  return { lines: [...lines, ...(note ? [{ small: note }] : []), { small: as(id) }] };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share < 0.1 ? 2 : 1)} %`;
}
