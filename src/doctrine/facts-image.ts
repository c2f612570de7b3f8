/** Facts that one image file gives when it is read. Method `read/1`. */

import type { Pixels } from "../image/container.ts";
import type { Labels } from "../label/labels.ts";
import { phrasesOf } from "../process/difference.ts";
import type { Attestation } from "../recipe/proves.ts";
import type { Reading } from "../recipe/reading.ts";
import type { Missing } from "../recipe/reproducibility.ts";
import type { Fact } from "./fact.ts";

/** What of a reading the facts rest on. */
export interface ImageReading extends Pick<Reading, "status" | "tool" | "recipe" | "conflicts" | "reproducibility"> {
  readonly sha256?: string;
  readonly pixelsSha256?: string;
  readonly pixels: Pixels | null;
  readonly labels: Labels;
  readonly attestations: readonly Attestation[];
}

/** What a recipe itself must say; files and environments are no part of it. */
const NEEDED: readonly Missing[] = [
  ...(["prompt", "seed", "sampler", "scheduler", "steps", "cfg", "size", "model", "model-hash", "vae"] as const),
  ...(["adapter-hash", "init-image", "mask", "control-image", "rng-source", "tool-version"] as const),
];

/** The facts of the image in question. @param time - RFC 3339, when it was read */
export function imageFacts(reading: ImageReading, exhibit: string, time: string): Fact[] {
  const fact = (key: string, value: Fact["value"], detail?: Fact["detail"]): Fact => ({
    ...{ key, value, grade: "M", exhibit, method: "read/1", time },
    ...(detail && { detail }),
  });
  const { status, tool, recipe, sha256, pixelsSha256, pixels } = reading;
  return [
    fact("image.is_image", pixels !== null),
    ...(sha256 ? [fact("image.sha256", sha256)] : []),
    ...(pixelsSha256 ? [fact("image.pixels_sha256", pixelsSha256)] : []),
    fact("image.metadata_state", stateOf(reading)),
    fact("image.ai_label", labelKinds(reading.labels)),
    ...(tool === "none" ? [] : [fact("image.generator", tool)]),
    completeness(reading, fact),
    ...(status === "recipe" && recipe ? [fact("prompt.terms", phrasesOf(recipe.prompt.positive ?? "").length)] : []),
    ...labelFacts(reading, fact),
  ];
}

function stateOf({ status, conflicts }: ImageReading): string {
  if (conflicts.length > 0) return "contradictory";
  return status === "recipe" ? "full" : status === "partial" ? "partial" : "absent";
}

function labelKinds({ aigc, credentials, iptc }: Labels): string[] {
  return [
    ...(aigc.length > 0 ? ["implicit"] : []),
    ...(credentials.length > 0 ? ["c2pa"] : []),
    ...(iptc.some(({ field }) => field === "digitalSourceType") ? ["iptc"] : []),
  ];
}

type MakeFact = (key: string, value: Fact["value"], detail?: Fact["detail"]) => Fact;

function completeness({ recipe, reproducibility }: ImageReading, fact: MakeFact): Fact {
  const lacking = NEEDED.filter((code) => reproducibility.missing.includes(code));
  const share = recipe ? (NEEDED.length - lacking.length) / NEEDED.length : 0;
  const list = lacking.join(", ");
  const detail = lacking.length > 0 ? { en: `not stated: ${list}`, zh: `未载明：${list}` } : undefined;
  return fact("recipe.complete", Math.round(share * 1000) / 1000, detail);
}

function labelFacts({ labels, attestations }: ImageReading, fact: MakeFact): Fact[] {
  const complete = labels.aigc.some(({ fields }) =>
    ["Label", "ContentProducer", "ProduceID"].every((name) => (fields[name] ?? "") !== ""),
  );
  const credentials = attestations.filter(({ kind }) => kind === "c2pa");
  const signed = credentials.some(({ status }) => status === "valid");
  return [
    fact("label.implicit_present", labels.aigc.length > 0),
    ...(labels.aigc.length > 0 ? [fact("label.implicit_complete", complete)] : []),
    // A signature that could not be checked says neither.
    ...(signed || credentials.every(({ status }) => status === "invalid")
      ? [fact("label.signed_metadata", signed)]
      : []),
  ];
}
