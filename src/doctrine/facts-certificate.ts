/** Facts that the experiments of Seedproof give, from what they print: protocols, reproductions, comparisons. */

import type { Grade } from "../base/grades.ts";
import { isObject, type JsonObject } from "../base/json.ts";
import type { Fact } from "./fact.ts";
import { factDefinition } from "./vocabulary.ts";

/** What an exhibit of the role `certificate` is. */
export type CertificateKind = "protocol" | "reproduction" | "comparison" | "contribution" | "other";

/** Which experiment printed this. */
export function certificateKind(value: JsonObject): CertificateKind {
  if (typeof value.protocol === "string" && Array.isArray(value.runs)) return "protocol";
  if (typeof value.verdict === "string" && "a" in value && "b" in value) return "comparison";
  if (typeof value.verdict === "string" && ("control" in value || "repeat" in value || "missing" in value)) {
    return "reproduction";
  }
  return "other";
}

/**
 * The facts of a certificate. @param grade - M where it was made here now, S where somebody brings it
 * @param pixelsSha256 - pixel hash of the image in question, which a protocol may have drawn
 */
export function certificateFacts(
  value: JsonObject,
  source: { readonly exhibit: string; readonly time: string; readonly grade: Grade },
  pixelsSha256: string | undefined,
): Fact[] {
  const kind = certificateKind(value);
  const version = typeof value.tool === "string" ? `${kind}/1 (${value.tool})` : `${kind}/1`;
  const fact = (key: string, of: Fact["value"]): Fact => ({ key, value: of, method: version, ...source });
  if (kind === "protocol") return protocolFacts(value, pixelsSha256, fact);
  if (kind === "reproduction") return reproductionFacts(value, fact);
  if (kind === "comparison") return comparisonFacts(value, fact);
  return [];
}

/** Makes a fact of one source. */
export type MakeFact = (key: string, value: Fact["value"]) => Fact;

/** Runs of a protocol by what they are: those that must be equal, and those that must differ. */
function protocolFacts(value: JsonObject, pixelsSha256: string | undefined, fact: MakeFact): Fact[] {
  const runs = (value.runs as readonly unknown[]).filter(isObject);
  const hashes = (...roles: readonly string[]): string[] =>
    runs.filter(({ role }) => roles.includes(String(role))).map((run) => String(run.pixelsSha256));
  const same = hashes("first", "again", "return");
  const changed = hashes("control", "detour");
  if (same.length < 2) return [];
  const equal = new Set(same).size === 1;
  const name = String(value.protocol);
  return [
    ...(name === "path" || name === "detour" ? [fact("study.path_independent", equal)] : []),
    ...(name === "invariance" ? [fact("study.invariant_person_time_place", equal)] : []),
    ...(changed.length > 0
      ? [
          fact(
            "study.other_inputs_give_other_images",
            changed.every((hash) => hash !== same[0]),
          ),
        ]
      : []),
    ...(equal && pixelsSha256 !== undefined && same[0] === pixelsSha256
      ? [
          fact("reproduce.verdict", "identical-pixels"),
          fact("reproduce.scope", "same-build"),
          ...untouchedFacts(value.recipe, fact),
        ]
      : []),
  ];
}

/**
 * The image is the output of its recipe as it left the generator (requirement M1), and so nobody changed it afterwards. With an image
 * or a mask put in, a person's part may lie before the last pass: then nothing is said of changes.
 */
export function untouchedFacts(recipe: unknown, fact: MakeFact): Fact[] {
  const fromText = isObject(recipe) && recipe.mode === "txt2img";
  return [{ ...fact("edit.direct_output", true), detail: DIRECT }, ...(fromText ? unchangedFacts(fact) : [])];
}

/** What the equality of all pixels says of changes made afterwards. */
export function unchangedFacts(fact: MakeFact): Fact[] {
  const values = [
    ["edit.any_human_change", false],
    ["edit.human_share_area", 0],
    ["edit.human_share_perceptual", 0],
    ["edit.human_share_structure", 0],
  ] as const;
  return values.map(([key, value]) => ({ ...fact(key, value), detail: UNCHANGED }));
}

const DIRECT = {
  en: "the same pixels as the generator gives; who made it, and how, is another question",
  zh: "与生成器输出的像素相同；由何人、如何形成属另一问题",
};
const UNCHANGED = {
  en: "follows from the equality of all pixels, before and after",
  zh: "由前后全部像素相同得出",
};

function isWord(key: string, word: unknown): word is string {
  return typeof word === "string" && (factDefinition(key)?.values?.includes(word) ?? false);
}

/** A control with another seed that comes out alike would say that the verdict means nothing. */
function reproductionFacts(value: JsonObject, fact: MakeFact): Fact[] {
  const control = isObject(value.control) ? value.control.verdict : undefined;
  const other = control === "different" || control === "unrelated" || control === "similar";
  return [
    ...(isWord("reproduce.verdict", value.verdict) ? [fact("reproduce.verdict", value.verdict)] : []),
    ...(value.verdict === "identical-bytes" || value.verdict === "identical-pixels"
      ? [fact("reproduce.scope", "same-build"), ...untouchedFacts(value.recipe, fact)]
      : []),
    ...(typeof control === "string" ? [fact("study.other_inputs_give_other_images", other)] : []),
  ];
}

function comparisonFacts(value: JsonObject, fact: MakeFact): Fact[] {
  const { verdict, watermark, elements } = value;
  const transform = value.transform && isObject(value.transform) ? shortTransform(value.transform) : undefined;
  const mark = isObject(watermark) ? MARK_GONE[String(watermark.state)] : undefined;
  const found = (Array.isArray(elements) ? elements : []).filter(isObject).filter(({ state }) => state === "found");
  const names = (generic: boolean): string[] =>
    found.filter((one) => (one.generic === true) === generic).map(({ name }) => String(name).slice(0, 500));
  const [taken, generic] = [names(false), names(true)];
  return [
    ...(isWord("compare.copy_verdict", verdict) ? [fact("compare.copy_verdict", verdict)] : []),
    ...(transform ? [fact("compare.transform", transform)] : []),
    ...(mark !== undefined ? [fact("compare.watermark_removed", mark)] : []),
    ...(taken.length > 0 ? [fact("compare.elements_taken", taken)] : []),
    ...(generic.length > 0 ? [fact("compare.elements_generic", generic)] : []),
  ];
}

/** What the states of a mark say of its removal; one that stands in part or cannot be told says neither. */
const MARK_GONE: Readonly<Record<string, boolean>> = {
  present: false,
  "absent-by-crop": true,
  "absent-by-overwriting": true,
};

/** What of a transform a reader asks about; the matrix stays in the certificate. */
function shortTransform({ crop, scale, rotation, mirrored }: JsonObject): string {
  return JSON.stringify({ crop, scale, rotation, mirrored });
}
