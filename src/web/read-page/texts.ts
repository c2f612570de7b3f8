/** Texts of Read as one file. */

import type { Text } from "../../base/texts.ts";

/** Labels and sentences, by name. */
export const PAGE = {
  title: { en: "Seedproof · Read", zh: "Seedproof · 读图" },
  skip: { en: "To the content", zh: "跳到内容" },
  ask: { en: "Paste generation data, or drop an image", zh: "粘贴生成数据，或把图拖进来" },
  askLabel: { en: "Generation data as text", zh: "生成数据文本" },
  drop: { en: "Let go to read it", zh: "松开即可读取" },
  promise: { en: "Nothing leaves this page", zh: "内容不离开本页" },
  promiseText: {
    en: "The page's own policy forbids every connection; it works the same without a network.",
    zh: "本页自带的策略禁止一切连接；无网络时同样可用。",
  },
  examples: { en: "Or look at an example", zh: "或先看示例" },
  hidden: { en: "Generation data hidden in the pixels", zh: "隐藏于像素中的生成数据" },
  a1111: { en: "Text of A1111 in EXIF, each value with its bytes", zh: "EXIF 中的 A1111 文本，逐项对应字节" },
  both: { en: "Two accounts of one image that disagree", zh: "同一图像的两份说法互相矛盾" },
  more: {
    en: "This page reads and checks one file. Making images again, recording and dossiers need the program it came from, version {version}.",
    zh: "本页读取并检查单个文件。复现、记录与卷宗需使用其所属程序（版本 {version}）。",
  },
} as const satisfies Record<string, Text>;
