/** What a right would be over: the adjusting, the final parameters without the seed, or the final image. Requirements N1 to N4. */

import type { Text } from "../base/texts.ts";
import type { Fact } from "./fact.ts";
import type { Rule } from "./rule.ts";

/** The three objects that a rule could protect. */
export const OBJECTS = ["process", "parameters", "result"] as const;

/** One of the objects. */
export type ProtectedObject = (typeof OBJECTS)[number];

/** One object under the same facts. */
export interface Protection {
  readonly object: ProtectedObject;
  readonly name: Text;
  /** How many images one right would cover, in decimal digits; `undefined` where the object is no set of images. */
  readonly images: string | undefined;
  readonly covers: Text;
  readonly avoidedBy: Text;
  /** The facts of this case that fix the object, and whether they are known. */
  readonly fixedBy: readonly { readonly fact: string; readonly known: boolean }[];
  /** Ids of the rules here that protect this object. */
  readonly rules: readonly string[];
}

/** Seeds that the field's common generators draw from: 2^32. The widest that a file states is 2^64. */
export const SEED_SPACE = 4_294_967_296n;

const NAMES: Readonly<Record<ProtectedObject, Text>> = {
  process: { en: "the adjusting", zh: "调整过程" },
  parameters: { en: "the final parameters, without the seed", zh: "最终参数（不含随机种子）" },
  result: { en: "the final image", zh: "最终图像" },
};

const COVERS: Readonly<Record<ProtectedObject, Text>> = {
  process: {
    en: "No image by itself: whoever takes another way to the same settings gets the same image.",
    zh: "本身不涵盖任何图像：他人经由不同过程得到同一参数，所得图像相同。",
  },
  parameters: {
    en: "Every image that these settings give, one for each seed.",
    zh: "该组参数在每一随机种子下所得的全部图像。",
  },
  result: { en: "This one image.", zh: "仅此一幅图像。" },
};

const AVOIDED: Readonly<Record<ProtectedObject, Text>> = {
  process: { en: "entering the final settings at once", zh: "直接输入最终参数" },
  parameters: { en: "changing any setting", zh: "改动任一参数" },
  result: { en: "drawing once more with another seed", zh: "更换随机种子再生成一次" },
};

const FIXED_BY: Readonly<Record<ProtectedObject, readonly string[]>> = {
  process: ["process.record_kind", "process.revisions_after_first"],
  parameters: ["recipe.complete"],
  result: ["image.sha256", "image.pixels_sha256"],
};

/** The three objects side by side. @param seeds - how many seeds the generator draws from */
export function protections(facts: readonly Fact[], rules: readonly Rule[], seeds: bigint = SEED_SPACE): Protection[] {
  const known = (key: string): boolean =>
    facts.some((fact) => fact.key === key && fact.grade !== "U" && fact.value !== "none");
  const images: Readonly<Record<ProtectedObject, string | undefined>> = {
    process: undefined,
    parameters: String(seeds),
    result: "1",
  };
  return OBJECTS.map((object) => ({
    object,
    name: NAMES[object],
    images: images[object],
    covers: COVERS[object],
    avoidedBy: AVOIDED[object],
    fixedBy: FIXED_BY[object].map((fact) => ({ fact, known: known(fact) })),
    rules: rules.filter(({ protects }) => protects === object).map(({ id }) => id),
  }));
}

/** The critique's conclusion on the choice, as a statement of its author. */
export const PROTECTION_SUMMARY: Text = {
  en: "The critique's summary: protecting the parameters easily protects too much; protecting the final image is easily got around.",
  zh: "评论文章的归纳：保护参数容易导致保护过度；保护最终图像则容易被规避。",
};
