/** Values of facets and images in words. */

import type { Grade } from "../../base/grades.ts";
import type { FacetName, GridImage } from "../../node/library/search.ts";
import { t } from "../language.ts";
import { TOOL_NAMES } from "../read/texts.ts";
import { LIBRARY, VALUE_NAMES } from "./texts.ts";

/** A facet's value as people read it. */
export function valueWords(name: FacetName, value: string): string {
  const own = VALUE_NAMES[`${name}:${value}`];
  if (own) return t(own);
  if (name === "tool") return TOOL_NAMES[value] ?? value;
  if (name === "mark" && /^[1-5]$/.test(value)) return "●".repeat(Number(value));
  return value;
}

/** The same, said aloud. */
export function spokenValue(name: FacetName, value: string): string {
  return name === "mark" && /^[1-5]$/.test(value) ? t(LIBRARY.rateAs, { n: value }) : valueWords(name, value);
}

/** How an image stands to the first of its group of duplicates. */
export function likeness({ sha256, near, same_pixels: same, bits, files }: GridImage): string {
  const several = files > 1 ? t(LIBRARY.severalFiles, { n: files }) : undefined;
  if (near === null) return "";
  if (near === sha256) return [t(LIBRARY.firstOfGroup), several].filter((one) => one).join(", ");
  const like = same ? t(LIBRARY.samePixels) : bits === null ? t(LIBRARY.nearOther) : t(LIBRARY.bitsAway, { n: bits });
  return [like, several].filter((one) => one).join(", ");
}

/** An image in one line, for those who do not see it. */
export function spokenImage(image: GridImage, isPicked: boolean): string {
  const { name, tool, grade, rating, rejected, kin, prompt } = image;
  const parts = [
    name,
    valueWords("tool", tool),
    valueWords("grade", grade as Grade),
    ...(rating > 0 ? [t(LIBRARY.ratedWord, { n: rating })] : []),
    ...(rejected ? [t(LIBRARY.rejectedWord)] : []),
    ...(kin > 1 ? [t(LIBRARY.familyWord, { n: kin })] : []),
    ...(image.near === null ? [] : [likeness(image)]),
    ...(isPicked ? [t(LIBRARY.pickedWord)] : []),
    ...(prompt ? [prompt] : []),
  ];
  return parts.join(", ");
}
