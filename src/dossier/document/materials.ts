/** Sections 3 to 5: materials examined, chain of custody, environment. */

import { canonicalJson, isObject, type JsonObject } from "../../base/json.ts";
import type { Text } from "../../base/texts.ts";
import { bilingual, type Exhibit } from "../../doctrine/case.ts";
import type { DossierInput } from "./input.ts";
import {
  as,
  type Block,
  type Inline,
  instant,
  p,
  type Section,
  section,
  shortHash,
  t,
  table,
  wholeHash,
} from "./model.ts";

/** Roles in words. */
export const ROLE_TEXTS: Readonly<Record<Exhibit["role"], Text>> = {
  image: t("image in question", "涉案图像"),
  copy: t("alleged copy", "被诉图像"),
  base: t("image before changes", "修改前图像"),
  final: t("image after changes", "修改后图像"),
  ledger: t("record of the making", "创作过程记录"),
  certificate: t("experiment's certificate", "实验结果"),
  simulation: t("simulated afterwards", "事后模拟"),
  "third-party": t("third party's record", "第三方记录"),
  document: t("document", "书面材料"),
};

/** Section 3. */
export function materialsSection({ theCase, measured }: DossierInput): Section {
  const rows = theCase.exhibits.map(({ id, role, name, bytes, sha256, receivedFrom, receivedAt, note }) => {
    const report = measured?.exhibits[id];
    const pixels = report?.kind === "image" ? report.pixelsSha256 : undefined;
    return [
      { strong: as(id) },
      { lines: [ROLE_TEXTS[role], { code: name }, ...(note ? [{ small: bilingual(note) }] : [])] },
      as(String(bytes).replace(/\B(?=(\d{3})+$)/g, " ")),
      { lines: [wholeHash(sha256), ...(pixels ? [{ small: t("pixels", "像素") }, wholeHash(pixels)] : [])] },
      { lines: [bilingual(receivedFrom), { small: instant(receivedAt) }] },
    ];
  });
  return section("3", t("Materials examined", "检材清单"), [
    table(
      [
        [t("No.", "编号"), 6],
        [t("What it is", "名称与性质"), 30],
        [t("Bytes", "字节数"), 11],
        [t("SHA-256", "SHA-256"), 33],
        [t("Received from, when", "来源与接收时间"), 20],
      ],
      rows,
    ),
    p({
      small: t(
        "A folder's hash is the SHA-256 of the list of its files' hashes and names.",
        "文件夹的哈希为其各文件哈希与名称清单的 SHA-256。",
      ),
    }),
  ]);
}

/** Section 4. */
export function custodySection({ theCase }: DossierInput): Section {
  const rows = theCase.custody.map(({ exhibit, at, who, what, sha256 }) => [
    as(exhibit),
    { small: instant(at) },
    bilingual(who),
    bilingual(what),
    shortHash(sha256),
  ]);
  return section("4", t("Chain of custody", "保管链"), [
    table(
      [
        [t("Exhibit", "检材"), 9],
        [t("When", "时间"), 17],
        [t("Who", "何人"), 20],
        [t("What was done", "何事"), 36],
        [t("Hash after", "其后哈希"), 18],
      ],
      rows,
    ),
    p(
      t(
        "Examinations were made on the copies in the case; each was compared with its hash before.",
        "检验均在案卷副本上进行；检验前逐一核对哈希。",
      ),
    ),
  ]);
}

const ENVIRONMENT_TEXTS: Readonly<Record<string, Text>> = {
  runtime: t("Run-time system", "运行环境"),
  system: t("Operating system", "操作系统"),
  processor: t("Processor", "处理器"),
  crypto: t("Cryptographic library", "密码学库"),
  network: t("Network", "网络"),
};

/** Section 5. */
export function environmentSection({ measured, tool, theCase }: DossierInput): Section {
  const own = Object.entries(measured?.environment ?? {}).map(
    ([name, value]) =>
      [ENVIRONMENT_TEXTS[name] ?? as(name), value === "none used" ? t("none used", "未使用") : as(value)] as const,
  );
  const engines = new Map<string, { readonly engine: JsonObject; readonly ids: string[] }>();
  for (const { id } of theCase.exhibits) {
    const report = measured?.exhibits[id];
    const engine = report?.kind === "certificate" ? report.certificate.engine : undefined;
    if (!isObject(engine)) continue;
    const name = canonicalJson(engine);
    engines.set(name, { engine, ids: [...(engines.get(name)?.ids ?? []), id] });
  }
  return section("5", t("Environment", "检验环境"), [
    { kind: "pairs", rows: [[t("Examined with", "检验工具"), as(measured?.tool ?? tool)], ...own] },
    ...[...engines.values()].slice(0, 8).flatMap(({ engine, ids }) => engineBlocks(engine, ids)),
  ]);
}

const ENGINE_TEXTS: Readonly<Record<string, Text>> = {
  name: t("Engine", "引擎"),
  mode: t("Mode", "模式"),
  runtime: t("Run-time", "运行时"),
  version: t("Version", "版本"),
  binarySha256: t("Run-time, SHA-256", "运行时 SHA-256"),
  noise: t("Noise", "噪声来源"),
  dialect: t("Prompt dialect", "提示词方言"),
  fingerprint: t("Engine fingerprint", "引擎指纹"),
};

/** What fixed the bits of an experiment: build, settings, and every file of weights by its hash. */
function engineBlocks(engine: JsonObject, ids: readonly string[]): Block[] {
  const rows = Object.entries(ENGINE_TEXTS).flatMap(([key, name]): (readonly [Text, Inline])[] => {
    const value = engine[key];
    if (typeof value !== "string") return [];
    return [[name, /^[0-9a-f]{64}$/.test(value) ? wholeHash(value) : as(value.slice(0, 300))]];
  });
  const weights = isObject(engine.weights) ? Object.entries(engine.weights) : [];
  return [
    {
      kind: "heading",
      text: t(`Engine of experiments ${ids.join(", ")}`, `实验 ${ids.join("、")} 所用引擎`),
    },
    { kind: "pairs", rows },
    ...(weights.length > 0
      ? [
          table(
            [
              [t("File of weights", "权重文件"), 38],
              [t("SHA-256", "SHA-256"), 62],
            ],
            weights.slice(0, 40).map(([name, hash]) => [{ code: name.slice(0, 200) }, { code: String(hash) }]),
          ),
        ]
      : []),
  ];
}
