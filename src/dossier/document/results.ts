/** Section 7: examination and results, one point after the other; a point on which nothing was measured says so. */

import { canonicalJson, isObject } from "../../base/json.ts";
import type { Text } from "../../base/texts.ts";
import type { Exhibit } from "../../doctrine/case.ts";
import type { Fact } from "../../doctrine/fact.ts";
import type { CertificateReport, ImageReport } from "../../doctrine/reports.ts";
import { missingText } from "../../recipe/missing-texts.ts";
import type { Pass, Recipe } from "../../recipe/recipe.ts";
import { rangeBars } from "../figures/scale.ts";
import { comparisonBlocks } from "./comparisons.ts";
import { changeCell, experimentName } from "./experiment-words.ts";
import { factsOfKeys, factTable } from "./fact-blocks.ts";
import type { DossierInput } from "./input.ts";
import { ROLE_TEXTS } from "./materials.ts";
import { as, type Block, type Inline, p, type Section, section, shortHash, t, table } from "./model.ts";
import { reproductionBlocks } from "./reproductions.ts";

/** Section 7. */
export function resultsSection(input: DossierInput): Section {
  const { facts } = input;
  const parts: readonly (readonly [Text, readonly Block[]])[] = [
    [t("Generation data", "生成数据"), generationData(input)],
    [t("Reproduction", "复现"), reproductionBlocks(input)],
    [t("Path, person, time and place", "路径与人、时、地"), determinism(input)],
    [
      t("Control study", "控制力研究"),
      factTable(facts, [
        "study.share_prompt",
        "study.share_params",
        "study.share_seed",
        "study.share_model",
        "study.words_with_effect",
        "study.result_foreseen",
        "study.same_recipe_spread",
        "study.collision_rate",
        "study.usable_seed_share",
      ]),
    ],
    [
      t("Origin of the prompt", "提示词来源"),
      factTable(facts, [
        "prompt.template_overlap",
        "prompt.words_without_effect",
        "prompt.earlier_public_use",
        "prompt.terms",
      ]),
    ],
    [t("Human contribution", "人工贡献"), contribution(input)],
    [t("Comparison with the alleged copy", "与被诉图像的比对"), comparison(input)],
    [
      t("Lineage and rights", "来源与权利"),
      factTable(facts, ["model.", "dataset.", "platform.terms_assign_output", "platform.account_link"]),
    ],
    [t("Labels", "标识"), labels(input)],
  ];
  return section(
    "7",
    t("Examination and results", "检验过程与结果"),
    [],
    parts.map(([title, blocks], i) => section(`7.${i + 1}`, title, blocks)),
  );
}

/** Pictures of the exhibits of these roles, with what was read of them. */
function pictures(
  { theCase, measured }: DossierInput,
  ...roles: readonly Exhibit["role"][]
): { exhibit: Exhibit; report: ImageReport }[] {
  return theCase.exhibits.flatMap((exhibit) => {
    const report = measured?.exhibits[exhibit.id];
    return roles.includes(exhibit.role) && report?.kind === "image" ? [{ exhibit, report }] : [];
  });
}

function certificates(
  { theCase, measured }: DossierInput,
  of: CertificateReport["of"],
): { exhibit: Exhibit; report: CertificateReport }[] {
  return theCase.exhibits.flatMap((exhibit) => {
    const report = measured?.exhibits[exhibit.id];
    return report?.kind === "certificate" && report.of === of ? [{ exhibit, report }] : [];
  });
}

/** The pictures themselves, beside each other, with their true size and the scale at which they are printed. */
export function pictureRow(input: DossierInput, found: readonly { exhibit: Exhibit; report: ImageReport }[]): Block[] {
  const items = found.flatMap(({ exhibit: { id, role } }) => {
    const picture = input.pictures.get(id);
    if (!picture) return [];
    const { width, height, scale } = picture;
    const size = `${width} × ${height}`;
    const shown =
      scale < 1
        ? t(`shown at ${Math.round(scale * 100)} %`, `按 ${Math.round(scale * 100)}% 显示`)
        : t("shown pixel by pixel", "按原像素显示");
    const caption: Inline = {
      lines: [
        { parts: [{ strong: as(id) }, ROLE_TEXTS[role]] },
        { small: { en: `${size} pixels, ${shown.en}`, zh: `${size} 像素，${shown.zh}` } },
      ],
    };
    return [
      {
        picture: { key: id },
        caption,
        alt: { en: `Exhibit ${id}: ${ROLE_TEXTS[role].en}`, zh: `检材 ${id}：${ROLE_TEXTS[role].zh}` },
      },
    ];
  });
  return items.length === 0 ? [] : [{ kind: "pictures", columns: Math.min(2, Math.max(items.length, 1)), items }];
}

function generationData(input: DossierInput): Block[] {
  const found = pictures(input, "image", "copy", "base", "final");
  if (found.length === 0) return factTable(input.facts, ["image."]);
  return [
    ...pictureRow(input, found.slice(0, 4)),
    ...found.flatMap(({ exhibit, report }): Block[] => [
      { kind: "heading", text: t(`Exhibit ${exhibit.id}`, `检材 ${exhibit.id}`) },
      { kind: "pairs", rows: readingRows(report) },
    ]),
    ...(found[0]
      ? [
          {
            kind: "heading",
            text: t("What the file alone can and cannot show", "仅凭文件可以说明与不能说明的事项"),
          } as const,
          ...proves(found[0].report),
        ]
      : []),
  ];
}

function readingRows(report: ImageReport): (readonly [Text, Inline])[] {
  const { recipe, tool, status, container, pixels, conflicts, reproducibility } = report;
  const size = pixels ? `${pixels.width} × ${pixels.height}` : "–";
  const none = t("no generation data", "无生成数据");
  return [
    [t("File", "文件"), as(`${container}, ${size}`)],
    [t("Program named", "所载生成工具"), tool === "none" ? none : as(tool)],
    ...(status === "recipe" && recipe ? recipeRows(recipe) : []),
    ...(conflicts.length > 0
      ? [
          [
            t("Contradictions", "自相矛盾之处"),
            {
              lines: conflicts.map(({ field, values }) => ({
                code: `${field}: ${values.map(({ value }) => canonicalJson(value)).join(" | ")}`.slice(0, 400),
              })),
            },
          ] as const,
        ]
      : []),
    ...(recipe && reproducibility.missing.length > 0
      ? [[t("Not stated", "未载明"), missingText(reproducibility.missing)] as const]
      : []),
  ];
}

function recipeRows(recipe: Recipe): (readonly [Text, Inline])[] {
  const rows: (readonly [Text, Inline | undefined])[] = [
    [t("Prompt", "正向提示词"), code(recipe.prompt.positive)],
    [t("Negative prompt", "反向提示词"), code(recipe.prompt.negative)],
    [t("Seed", "随机种子"), code(recipe.seed)],
    [t("Size", "尺寸"), recipe.size && as(`${recipe.size.width} × ${recipe.size.height}`)],
    [
      t("Passes", "采样过程"),
      recipe.passes.length === 0 ? undefined : { lines: recipe.passes.map((pass) => ({ code: passText(pass) })) },
    ],
    [t("Models", "模型"), named(recipe.models.map(({ name, hashes, role }) => `${role} ${name}${hashText(hashes)}`))],
    [
      t("Adapters", "附加模型"),
      named(
        recipe.adapters.map(
          ({ name, weight, hashes }) => `${name}${weight === undefined ? "" : `:${weight}`}${hashText(hashes)}`,
        ),
      ),
    ],
  ];
  return rows.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}

function code(text: string | undefined): Inline | undefined {
  return text === undefined || text === "" ? undefined : { code: text };
}

function named(lines: readonly string[]): Inline | undefined {
  return lines.length === 0 ? undefined : { lines: lines.map((text) => ({ code: text })) };
}

function passText({ sampler, scheduler, steps, cfg, denoise }: Pass): string {
  const parts = [
    sampler?.raw,
    scheduler && scheduler.raw !== sampler?.raw ? scheduler.raw : undefined,
    steps === undefined ? undefined : `steps ${steps}`,
    cfg === undefined ? undefined : `cfg ${cfg}`,
    denoise === undefined || denoise === 1 ? undefined : `denoise ${denoise}`,
  ];
  return parts.filter((part) => part !== undefined).join("  ") || "–";
}

function hashText(hashes: Recipe["models"][number]["hashes"]): string {
  return hashes.length === 0 ? "" : `  ${hashes.map(({ kind, value }) => `${kind} ${value}`).join(" ")}`;
}

function proves({ proves: { can, cannot } }: ImageReport): Block[] {
  return [
    {
      kind: "columns",
      columns: [
        [p({ strong: t("It can show", "可以说明") }), { kind: "list", items: can }],
        [p({ strong: t("It cannot show", "不能说明") }), { kind: "list", items: cannot }],
      ],
    },
  ];
}

function determinism(input: DossierInput): Block[] {
  const tables = certificates(input, "protocol").map(({ exhibit, report }): Block => {
    const runs = Array.isArray(report.certificate.runs) ? report.certificate.runs.filter(isObject) : [];
    const first = runs[0]?.pixelsSha256;
    const rows = runs
      .slice(0, 40)
      .map(({ role, change, pixelsSha256 }, i) => [
        as(i + 1),
        RUN_TEXTS[String(role)] ?? as(String(role)),
        changeCell(change),
        shortHash(String(pixelsSha256)),
        pixelsSha256 === first ? t("same", "相同") : t("other", "不同"),
      ]);
    const name = experimentName(String(report.certificate.protocol));
    return table(
      [
        [t("No.", "序号"), 7],
        [t("Image", "图像"), 17],
        [t("Changed input", "改变的输入"), 38],
        [t("Pixels", "像素哈希"), 24],
        [t("As the first", "与首图"), 14],
      ],
      rows,
      { en: `Experiment ${exhibit.id}: ${name.en}`, zh: `实验 ${exhibit.id}：${name.zh}` },
    );
  });
  return [
    ...factTable(input.facts, [
      "study.path_independent",
      "study.invariant_person_time_place",
      "study.other_inputs_give_other_images",
    ]),
    ...tables,
  ];
}

const RUN_TEXTS: Readonly<Record<string, Text>> = {
  first: t("first", "首图"),
  again: t("again", "再次"),
  control: t("control", "对照"),
  detour: t("detour", "绕行"),
  return: t("return", "返回"),
};

function contribution(input: DossierInput): Block[] {
  const shares = ["edit.human_share_area", "edit.human_share_perceptual", "edit.human_share_structure"];
  const rows = distinct(factsOfKeys(input.facts, shares)).flatMap(({ key, value, range }) =>
    typeof value === "number" ? [{ name: SHARE_TEXTS[key]!, value, range: range ?? ([value, value] as const) }] : [],
  );
  const figure: Block[] =
    rows.length === 0
      ? []
      : [
          {
            kind: "pictures",
            columns: 1,
            items: [
              {
                picture: { svg: rangeBars(rows, 0.5) },
                caption: t(
                  "Shares changed by hand with their ranges; the dashed line is one half",
                  "人工修改占比及其区间；虚线为二分之一",
                ),
                alt: t("Bars with whiskers from 0 to 1", "由 0 至 1 的区间图"),
              },
            ],
          },
        ];
  return [...factTable(input.facts, ["edit."]), ...figure, ...pictureRow(input, pictures(input, "base", "final"))];
}

/** Facts of one key, value and range as one, whatever their grade. */
function distinct(facts: readonly Fact[]): Fact[] {
  const names = facts.map(({ key, value, range }) => JSON.stringify([key, value, range ?? null]));
  return facts.filter((_, i) => names.indexOf(names[i]!) === i);
}

const SHARE_TEXTS: Readonly<Record<string, Text>> = {
  "edit.human_share_area": t("by area", "按面积"),
  "edit.human_share_perceptual": t("by perception", "按感知"),
  "edit.human_share_structure": t("by structure", "按结构"),
};

/** The two pictures stand in the figure of their comparison, where there is one. */
function comparison(input: DossierInput): Block[] {
  const blocks = comparisonBlocks(input);
  const shown = blocks.some(({ kind }) => kind === "pictures");
  return [...(shown ? [] : pictureRow(input, pictures(input, "image", "copy").slice(0, 2))), ...blocks];
}

function labels(input: DossierInput): Block[] {
  const rows = pictures(input, "image", "copy", "final").flatMap(({ exhibit, report }) => [
    ...report.labels.aigc.map(({ fields }) => [
      as(exhibit.id),
      as("AIGC (GB 45438-2025)"),
      {
        code: Object.entries(fields)
          .map(([k, v]) => `${k}=${v}`)
          .join(" ")
          .slice(0, 300),
      },
    ]),
    ...report.labels.credentials.flatMap(({ manifests }) =>
      manifests.map(({ claimGenerator, label }) => [as(exhibit.id), as("C2PA"), { code: claimGenerator ?? label }]),
    ),
    ...report.labels.iptc.map(({ field, value }) => [as(exhibit.id), as(`IPTC ${field}`), { code: value }]),
  ]);
  return [
    ...factTable(input.facts, ["image.ai_label", "label.", "disclosure.ai_use"]),
    ...(rows.length > 0
      ? [
          table(
            [
              [t("Exhibit", "检材"), 10],
              [t("Label", "标识"), 26],
              [t("What it says", "内容"), 64],
            ],
            rows,
          ),
        ]
      : []),
  ];
}
