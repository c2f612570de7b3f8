/** The texts of a comparison, in both languages. */

import type { Text } from "../../base/texts.ts";
import type { Change, PairVerdict } from "./comparison.ts";
import type { RegionKind } from "./differences.ts";
import type { MarkState } from "./mark.ts";
import type { ElementRow, RegionState } from "./named.ts";

/** Sentences and labels, by what they belong to. */
export const COMPARE_TEXTS = {
  verdicts: {
    "identical-bytes": { en: "The same file", zh: "同一文件" },
    "identical-pixels": { en: "The same pixels", zh: "像素完全相同" },
    "within-rounding": { en: "The same but for rounding", zh: "仅有舍入差异" },
    copy: { en: "A copy", zh: "副本" },
    "edited-copy": { en: "An edited copy", zh: "经改动的副本" },
    "same-recipe-other-seed": { en: "The same recipe, another seed", zh: "同一配方、不同种子" },
    similar: { en: "Similar, nothing in common found", zh: "相似，但未见共同画面" },
    unrelated: { en: "Nothing in common found", zh: "未见共同之处" },
    "cannot-tell": { en: "Cannot be told", zh: "无法判断" },
  } satisfies Record<PairVerdict, Text>,
  /** Headlines where one change tells the story. */
  headlines: {
    cropped: { en: "A cropped copy", zh: "经裁切的副本" },
    mirrored: { en: "A mirrored copy", zh: "镜像副本" },
    framed: { en: "A copy inside a larger picture", zh: "置于更大画面中的副本" },
    "parts-changed": { en: "A copy with parts changed", zh: "局部改动的副本" },
    turned: { en: "A turned copy", zh: "经旋转的副本" },
    stretched: { en: "A stretched copy", zh: "经拉伸的副本" },
  },
  /** What the verdict shows. */
  shows: {
    "identical-bytes": { en: "Both files have the same bytes.", zh: "两个文件的字节完全相同。" },
    "identical-pixels": {
      en: "Every displayed pixel is the same; the files differ in other things, such as metadata or compression.",
      zh: "显示的每个像素都相同；两个文件的差别在像素之外，例如元数据或压缩方式。",
    },
    "within-rounding": {
      en: "No sample differs by more than {most} of 255, and hardly any by more than 2.",
      zh: "任一取样值相差不超过 {most}/255，且几乎没有超过 2 的。",
    },
    copy: {
      en: "The whole picture is found again in place: {agree} of {blocks} blocks with structure agree.",
      zh: "整幅画面逐处对应：有结构的 {blocks} 个分块中 {agree} 个一致。",
    },
    "edited-copy": {
      en: "What is kept corresponds place by place: {agree} of {blocks} blocks with structure agree. Found besides: {changes}.",
      zh: "保留的部分逐处对应：有结构的 {blocks} 个分块中 {agree} 个一致。另见：{changes}。",
    },
    "same-recipe-other-seed": {
      en: "No common picture was found. Both files state the same recipe with different seeds ({seedA}, {seedB}).",
      zh: "未见共同画面。两个文件记载的配方相同而种子不同（{seedA}、{seedB}）。",
    },
    similar: {
      en: "No common picture was found. Layout and colours are as alike as in {rate} of unrelated pairs.",
      zh: "未见共同画面。布局与用色的相近程度，在无关图像对中仅 {rate} 达到。",
    },
    unrelated: {
      en: "No part of one was found in the other. A copy with half its area cut off would have been found in {power} of cases.",
      zh: "未在一图中找到另一图的任何部分。若是裁去一半面积的副本，应有 {power} 的机会被找到。",
    },
    "cannot-tell": {
      en: "The pictures have too little structure to be told by: {features} features, fingerprint quality {quality} of 100.",
      zh: "图像的结构太少，不足以判断：特征 {features} 个，指纹质量 {quality}/100。",
    },
  } satisfies Record<PairVerdict, Text>,
  /** What no comparison shows. */
  limit: {
    en: "It does not show which came first, who made either, or by what right. Whether a likeness is substantial in law is for the court.",
    zh: "比对不说明孰先孰后、由谁制作、有无权利。是否构成法律上的实质性相似，由法院认定。",
  },
  changes: {
    resaved: { en: "saved again", zh: "重新保存" },
    resized: { en: "resized", zh: "缩放" },
    cropped: { en: "cropped", zh: "裁切" },
    mirrored: { en: "mirrored", zh: "镜像" },
    turned: { en: "turned", zh: "旋转" },
    stretched: { en: "stretched", zh: "拉伸" },
    framed: { en: "set in a larger picture", zh: "置于更大的画面中" },
    "tones-changed": { en: "tones changed", zh: "色调改变" },
    "parts-changed": { en: "parts changed", zh: "局部改动" },
  } satisfies Record<Change, Text>,
  regionKinds: {
    tonal: { en: "tones", zh: "色调" },
    repainted: { en: "repainted", zh: "重绘" },
    added: { en: "added", zh: "添加" },
    removed: { en: "removed", zh: "去除" },
  } satisfies Record<RegionKind, Text>,
  marks: {
    present: { en: "the mark is there", zh: "标记仍在" },
    partly: { en: "part of the mark is there", zh: "标记部分仍在" },
    "absent-by-crop": { en: "the mark is gone: it lies in what was cut off", zh: "标记不在：位于被裁去的部分" },
    "absent-by-overwriting": {
      en: "the mark is gone: its place is kept but altered",
      zh: "标记不在：其位置保留但已被改动",
    },
    "cannot-tell": { en: "cannot tell what became of the mark", zh: "无法判断标记的去向" },
  } satisfies Record<MarkState, Text>,
  regionStates: {
    corresponds: { en: "corresponds", zh: "对应" },
    partly: { en: "corresponds in part", zh: "部分对应" },
    differs: { en: "differs", zh: "不同" },
    missing: { en: "missing", zh: "缺失" },
    "cannot-tell": { en: "cannot tell", zh: "无法判断" },
  } satisfies Record<RegionState, Text>,
  elementStates: {
    found: { en: "found", zh: "找到" },
    "not-found": { en: "not found", zh: "未找到" },
    "cannot-tell": { en: "cannot tell", zh: "无法判断" },
  } satisfies Record<ElementRow["state"], Text>,
  findings: {
    "first-frame": { en: "{file} has {frames} frames; the first is compared", zh: "{file} 有 {frames} 帧，比对第一帧" },
    "eight-bits": { en: "{file} has {bits} bits a sample; 8 are compared", zh: "{file} 每样本 {bits} 位，按 8 位比对" },
    "on-white": {
      en: "{file} is transparent in places; it is compared lying on white",
      zh: "{file} 有透明之处，按置于白底比对",
    },
    cmyk: { en: "{file} is in printing colours (CMYK), brought to sRGB", zh: "{file} 为印刷色（CMYK），已转为 sRGB" },
    redrawn: {
      en: "the composition is the same and details are not, as in two drawings of one recipe with different seeds; this is not called a copy",
      zh: "构图一致而细节不同，如同一配方以不同种子生成的两幅图像；不认定为副本",
    },
    "profile-applied": { en: "the colour profile of {file} was applied", zh: "已按 {file} 内的色彩配置文件换算" },
  },
} as const;
