/** Models and adapters of a recipe in A1111's keys, with their hashes where A1111 puts them. */

import { isObject, type Json } from "../../base/json.ts";
import type { Adapter, ModelRef, TypedHash } from "../recipe.ts";
import { pythonJson } from "./write-line.ts";
import { fileName, type Writing } from "./writing.ts";

/** Kinds that A1111's keys hold; they are told apart by their length. */
const BARE: ReadonlySet<TypedHash["kind"]> = new Set(["sha256", "autov1", "autov2", "autov3"]);

/** `Model hash`, `Model`, `VAE hash`, `VAE`, Forge's modules. */
export function writeModels(writing: Writing): void {
  const { recipe, line, native, lose } = writing;
  const hires = recipe.passes.find(({ role }) => role === "hires")?.model;
  const main = recipe.models.find(({ role }) => role === "checkpoint" || (!native && role === "unet"));
  const hasModules = recipe.models.some(({ role }) => role === "textEncoder");
  let module = 1;
  for (const [i, model] of recipe.models.entries()) {
    if (isListedByCivitai(writing, model)) continue;
    const name = native ? model.name : fileName(model.name);
    if (model === main) writeModel(writing, "Model", model, name, `/models/${i}`);
    else if (model.role === "unet" && native) line.add("Unet", name);
    else if (model.role === "textEncoder" || (model.role === "vae" && hasModules && model.hashes.length === 0)) {
      line.add(`Module ${module++}`, name);
    } else if (model.role === "vae") writeModel(writing, "VAE", model, name, `/models/${i}`);
    else if (model.role !== "refiner" && model.name !== hires) {
      lose(`/models/${i}`, { en: `A1111 has no key for ${model.name}`, zh: `A1111 没有对应 ${model.name} 的键` });
    }
  }
}

function writeModel({ line, native, lose }: Writing, key: string, model: ModelRef, name: string, path: string): void {
  const hash = model.hashes.find(({ kind }) => BARE.has(kind));
  line.add(`${key} hash`, hash && shortened(hash, native));
  if (name !== "") line.add(key, name);
  if (model.hashes.length > 0 && !hash) {
    lose(`${path}/hashes`, {
      en: `the hash of ${name} is of a kind that A1111 does not know`,
      zh: `${name} 的哈希类型不被 A1111 支持`,
    });
  }
}

/** A1111 looks models up by the first ten digits of their SHA-256. */
function shortened({ kind, value }: TypedHash, native: boolean): string {
  return kind === "sha256" && !native ? value.slice(0, 10) : value;
}

/** `Civitai resources` stands in `extra`, and the model is read back from there. */
function isListedByCivitai({ recipe, native }: Writing, { name, hashes }: ModelRef): boolean {
  const list = recipe.extra["Civitai resources"];
  if (!native || hashes.length > 0 || !Array.isArray(list)) return false;
  return (list as readonly Json[]).some((item) => isObject(item) && item.modelName === name);
}

/** `Lora hashes`, `TI hashes`, `Hashes`, and `ControlNet n` for recipes that do not bring it in A1111's own words. */
export function writeAdapters(writing: Writing): void {
  const { recipe, line, native } = writing;
  const nameOf = ({ name }: Adapter): string => (native ? name : fileName(name));
  const list = (...types: readonly Adapter["type"][]): string =>
    [
      ...new Set(
        recipe.adapters
          .filter(({ type }) => types.includes(type))
          .flatMap((adapter) => hashesOf(adapter, "autov3").map((hash) => `${nameOf(adapter)}: ${hash}`)),
      ),
    ].join(", ");
  if (!native || !("ControlNet 0" in recipe.extra)) writeControlNets(writing);
  line.add("Lora hashes", list("lora", "lycoris") || undefined);
  line.add("TI hashes", list("embedding") || undefined);
  if (!("Hashes" in recipe.extra)) {
    const others = recipe.adapters.flatMap((adapter) =>
      hashesOf(adapter, "autov2", "autov1", "sha256").map((hash) => [
        `${JSON_PREFIX[adapter.type]}:${nameOf(adapter)}`,
        hash,
      ]),
    );
    if (others.length > 0) line.addRaw("Hashes", pythonJson(Object.fromEntries(others)));
  }
}

const JSON_PREFIX: Readonly<Partial<Record<Adapter["type"], string>>> = {
  lora: "lora",
  lycoris: "lyco",
  embedding: "embed",
  hypernetwork: "hypernet",
};

/** Digits of the adapter's hashes of these kinds; control nets carry theirs in their own key. */
function hashesOf({ type, hashes }: Adapter, ...kinds: readonly TypedHash["kind"][]): string[] {
  if (JSON_PREFIX[type] === undefined) return [];
  return hashes.filter(({ kind }) => kinds.includes(kind)).map(({ value }) => value);
}

function writeControlNets({ recipe, line }: Writing): void {
  const nets = recipe.adapters.filter(({ type }) => /^(?:controlnet|ipadapter|t2i)$/.test(type));
  for (const [i, { name, preprocessor = "None", weight = 1, start, end, hashes }] of nets.entries()) {
    const hash = hashes.find(({ kind }) => BARE.has(kind));
    const parts = [
      `Module: ${preprocessor}`,
      `Model: ${name}${hash ? ` [${hash.value}]` : ""}`,
      `Weight: ${weight}`,
      ...(start === undefined ? [] : [`Guidance Start: ${start}`]),
      ...(end === undefined ? [] : [`Guidance End: ${end}`]),
    ];
    line.add(`ControlNet ${i}`, parts.join(", "));
  }
}
