/** The plain statement of what a file alone can and cannot prove. Shown with every reading. */

import type { Text } from "../base/texts.ts";
import type { Conflict } from "./merge.ts";
import type { Recipe } from "./recipe.ts";
import type { ToolId } from "./tools.ts";

/** What an attestation covers and whether it was found right. */
export interface Attestation {
  readonly kind: "novelai-signature" | "c2pa" | "aigc-label" | "stealth-copy" | "xai-signature";
  readonly status: "valid" | "invalid" | "unverifiable";
  readonly covers: readonly ("pixels" | "recipe" | "file" | "origin")[];
  /** Whether its signer leads to somebody whom the reader named; said where that can be asked. Says nothing of `status`. */
  readonly trust?: "trusted" | "untrusted" | "undecided";
  /** Index of the block that holds it. */
  readonly block?: number;
}

/** What this file alone can show, and what it cannot, in sentences for people. */
export interface Proves {
  readonly can: readonly Text[];
  readonly cannot: readonly Text[];
}

const HISTORY: Text = {
  en: "how the image was made step by step: a file carries a result and its parameters, never the process",
  zh: "图像逐步形成的过程：文件只带有结果及其参数，不带有过程",
};
const TIME: Text = {
  en: "when it was made: times in a file and of a file follow the clock of whoever wrote it",
  zh: "图像形成的时间：文件内外的时间均取决于写入者的时钟",
};
const PERSON: Text = {
  en: "who made it: the same recipe gives the same image to anyone who runs it",
  zh: "图像由谁形成：任何人以相同配方运行均可得到相同图像",
};
const UNSIGNED: Text = {
  en: "that its recipe is the one it was made with: text in a file can be written or changed by anyone",
  zh: "所载配方即实际使用的配方：文件中的文字任何人均可写入或更改",
};
const ABSENT: Text = {
  en: "whether generation data was never written or was removed: nothing here tells the two apart",
  zh: "生成数据是从未写入还是已被删除：文件本身无法区分这两种情形",
};

/** What a file with this content can and cannot prove (requirements B9, B10). */
export function provesOf(
  tool: ToolId,
  recipe: Recipe | undefined,
  conflicts: readonly Conflict[],
  attestations: readonly Attestation[],
): Proves {
  const can: Text[] = [
    { en: "that these exact bytes exist now, under this SHA-256", zh: "这些字节现在存在，且其 SHA-256 为所示之值" },
  ];
  const signed = attestations.find(({ kind, status }) => kind === "novelai-signature" && status === "valid");
  if (recipe) {
    can.push({
      en: "which recipe the file states, and from which of its bytes each value comes",
      zh: "文件所载的配方，以及每一数值出自哪些字节",
    });
  }
  if (signed) {
    can.push({
      en: "that NovelAI's key signed exactly these pixels together with exactly this recipe",
      zh: "NovelAI 的密钥对这些像素连同该配方作了签名",
    });
  }
  if (attestations.some(({ kind, status }) => kind === "stealth-copy" && status === "valid")) {
    can.push({
      en: "that the copy of the recipe hidden in the pixels says the same as the text",
      zh: "像素中隐藏的配方副本与文本一致",
    });
  }
  if (conflicts.length > 0) {
    can.push({
      en: "that its own statements contradict each other in the fields listed",
      zh: "其自身的陈述在所列字段上互相矛盾",
    });
  }
  if (tool !== "none" && !recipe) {
    can.push({ en: "that it carries a label or mark naming its origin", zh: "文件带有说明其来源的标识" });
  }
  const cannot = [HISTORY, TIME, PERSON];
  if (recipe && !signed) cannot.unshift(UNSIGNED);
  if (!recipe) cannot.unshift(ABSENT);
  return { can, cannot };
}
