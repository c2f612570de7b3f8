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

type MakeFact = (key: string, value: Fact["value"]) => Fact;

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
      ? [fact("reproduce.verdict", "identical-pixels"), fact("reproduce.scope", "same-build")]
      : []),
  ];
}

function isWord(key: string, word: unknown): word is string {
  return typeof word === "string" && (factDefinition(key)?.values?.includes(word) ?? false);
}

/** A control with another seed that comes out alike would say that the verdict means nothing. */
function reproductionFacts(value: JsonObject, fact: MakeFact): Fact[] {
  const control = isObject(value.control) ? value.control.verdict : undefined;
  const other = control === "different" || control === "unrelated" || control === "similar";
  return [
    ...(isWord("reproduce.verdict", value.verdict) ? [fact("reproduce.verdict", value.verdict)] : []),
    ...(typeof control === "string" ? [fact("study.other_inputs_give_other_images", other)] : []),
  ];
}

function comparisonFacts(value: JsonObject, fact: MakeFact): Fact[] {
  const { verdict, watermark } = value;
  const transform = value.transform && isObject(value.transform) ? shortTransform(value.transform) : undefined;
  const removed = isObject(watermark) ? watermark.removed : undefined;
  return [
    ...(isWord("compare.copy_verdict", verdict) ? [fact("compare.copy_verdict", verdict)] : []),
    ...(transform ? [fact("compare.transform", transform)] : []),
    ...(typeof removed === "boolean" ? [fact("compare.watermark_removed", removed)] : []),
  ];
}

/** What of a transform a reader asks about; the matrix stays in the certificate. */
function shortTransform({ crop, scale, rotation, mirrored }: JsonObject): string {
  return JSON.stringify({ crop, scale, rotation, mirrored });
}
