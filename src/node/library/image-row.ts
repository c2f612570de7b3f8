/** A reading as a row of the index: what is shown, searched and chosen by. All of it is a stranger's text. */

import type { Grade } from "../../base/grades.ts";
import type { FileReading } from "../../label/file-reading.ts";
import { plainModelName } from "../../model/find.ts";
import { familyOf } from "../../recipe/family.ts";
import type { Recipe } from "../../recipe/recipe.ts";
import type { ImageTable } from "./schema.ts";

/** What follows from the bytes alone. */
export type OwnRow = Omit<
  ImageTable,
  | ("name" | "grade" | "capture" | "seen" | "decision" | "rating" | "rejected" | "haystack" | "derived")
  | ("pixels" | "pdq" | "pdq_quality" | "near")
>;

/** An image with the facets of its own bytes. */
export interface ReadRow {
  readonly row: OwnRow;
  readonly facets: readonly (readonly [name: OwnFacet, value: string])[];
}

/** Facets of the bytes. */
export type OwnFacet = "tool" | "model" | "lora" | "sampler" | "seed" | "size" | "label";

/** Limits of a row. Prompts of thousands of words are real; a megabyte in one is not. CWE-770. */
export const ROW_LIMITS = {
  /** UTF-16 units of one text. */
  text: 20_000,
  /** Of the JSON of a recipe; beyond it the image is read again when its recipe is asked for. */
  recipe: 200_000,
  /** Of a value that is chosen by, and values of one image. */
  value: 160,
  values: 64,
} as const;

/** The row of an image. */
export function imageRow(sha256: string, reading: FileReading): ReadRow {
  const { recipe, attestations, pixels } = reading;
  const pass = recipe?.passes[0];
  const model = recipe?.models.find(({ role }) => role === "checkpoint" || role === "unet");
  const modelName = model?.name ?? pass?.model;
  const json = recipe ? JSON.stringify(recipe) : undefined;
  const row: OwnRow = {
    ...{ sha256, container: reading.container, size_bytes: reading.bytes, status: reading.status, tool: reading.tool },
    ...{ width: whole(pixels?.width), height: whole(pixels?.height) },
    tool_version: text(recipe?.toolVersion, ROW_LIMITS.value),
    mode: text(recipe?.mode, ROW_LIMITS.value),
    model: text(modelName && plainModelName(modelName), ROW_LIMITS.value),
    model_hash: text(model?.hashes[0]?.value, ROW_LIMITS.value),
    sampler: text(pass?.sampler?.raw, ROW_LIMITS.value),
    scheduler: text(pass?.scheduler?.raw, ROW_LIMITS.value),
    steps: number(pass?.steps),
    cfg: number(pass?.cfg ?? pass?.guidance),
    seed: text(recipe?.seed, ROW_LIMITS.value),
    prompt: text(recipe?.prompt.positive, ROW_LIMITS.text),
    negative: text(recipe?.prompt.negative, ROW_LIMITS.text),
    recipe: json !== undefined && json.length <= ROW_LIMITS.recipe ? storable(json) : null,
    family: (recipe && familyOf(recipe)) ?? null,
    own_grade: ownGrade(reading),
    sealed: attestations.some(({ kind, status }) => SEALS.has(kind) && status === "valid"),
    words: wordsOf(reading),
  };
  return { row, facets: facetsOf(reading, row) };
}

/** Attestations that seal: a copy hidden in pixels and a label vouch for nothing. */
const SEALS: ReadonlySet<string> = new Set(["novelai-signature", "xai-signature", "c2pa"]);

/**
 * What the bytes alone prove of how the image was made: a signature of the generator over pixels and recipe is measured now, a
 * credential is a third party's word, any other text is a claim.
 */
function ownGrade({ attestations, status }: FileReading): Grade {
  const valid = attestations.filter((one) => one.status === "valid");
  const covers = (what: "pixels" | "recipe") => (one: (typeof valid)[number]) => one.covers.includes(what);
  const signed = valid.filter(({ kind }) => kind === "novelai-signature" || kind === "xai-signature");
  if (signed.some((one) => covers("pixels")(one) && covers("recipe")(one))) return "M";
  if (signed.length > 0 || valid.some(({ kind }) => kind === "c2pa")) return "T";
  return status === "none" ? "U" : "C";
}

function facetsOf({ recipe, labels, attestations }: FileReading, row: OwnRow): ReadRow["facets"] {
  const found: [OwnFacet, string | null | undefined][] = [
    ["tool", row.tool],
    ["model", row.model],
    ...loras(recipe).map((name): [OwnFacet, string] => ["lora", name]),
    ["sampler", row.sampler],
    ["seed", row.seed],
    ["size", row.width > 0 ? `${row.width} × ${row.height}` : undefined],
    ...(labels.credentials.length > 0 ? [["label", "c2pa"] as [OwnFacet, string]] : []),
    ...(labels.aigc.length > 0 ? [["label", "aigc"] as [OwnFacet, string]] : []),
    ...(labels.iptc.length > 0 ? [["label", "iptc"] as [OwnFacet, string]] : []),
    ...attestations
      .filter(({ kind, status }) => SEALS.has(kind) && kind !== "c2pa" && status === "valid")
      .map(({ kind }): [OwnFacet, string] => ["label", kind]),
  ];
  const values = new Map<string, readonly [OwnFacet, string]>();
  for (const [name, value] of found) {
    const said = text(value ?? undefined, ROW_LIMITS.value);
    if (said !== null && said !== "" && values.size < ROW_LIMITS.values) values.set(`${name}\0${said}`, [name, said]);
  }
  return [...values.values()];
}

function wordsOf({ recipe, tool }: FileReading): string {
  if (!recipe) return tool;
  const { prompt, models, seed } = recipe;
  const names = models.map(({ name }) => name);
  const all = [prompt.positive ?? "", tool, seed ?? "", ...names, ...loras(recipe)];
  return storable(all.join("\n").toLowerCase().slice(0, ROW_LIMITS.text));
}

function loras(recipe: Recipe | undefined): string[] {
  return (recipe?.adapters ?? [])
    .filter(({ type }) => type === "lora" || type === "lycoris")
    .map(({ name }) => plainModelName(name));
}

/** A text as the database takes it: PostgreSQL knows no NUL, and half a surrogate pair is no character. */
export function storable(value: string): string {
  return value.replaceAll("\0", "\ufffd").toWellFormed();
}

function text(value: string | undefined, most: number): string | null {
  return value === undefined ? null : storable(value.slice(0, most));
}

function number(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}

/** As a 32-bit column holds it. */
function whole(value: number | undefined): number {
  return value !== undefined && Number.isInteger(value) && value > 0 && value <= 0x7fffffff ? value : 0;
}
