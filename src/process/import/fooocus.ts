/**
 * The `log.html` that Fooocus keeps for each day. It has had three forms; none of them escapes what it writes, so it is
 * read by its own marks and never as a page: a prompt may hold tags.
 * @see Fooocus, modules/private_logger.py, 2023 to 2025
 */

import type { JsonObject } from "../../base/json.ts";
import { isObject } from "../../base/json.ts";
import { tryJson } from "../../base/json-text.ts";
import { emptyRecipe, recipeOfText } from "../capture.ts";
import { type ImportedRun, inOrder, MAX_RUNS, namedImage } from "./run.ts";

/** An item begins here, in every form. */
const ITEM = '<div id="';

/** Keys of the JSON that newer logs and image files hold, by the label that the older logs print. */
const KEYS: Readonly<Record<string, string>> = {
  Prompt: "prompt",
  "Negative Prompt": "negative_prompt",
  "Fooocus V2 Expansion": "prompt_expansion",
  Styles: "styles",
  Performance: "performance",
  Steps: "steps",
  Resolution: "resolution",
  "Guidance Scale": "guidance_scale",
  Sharpness: "sharpness",
  "ADM Guidance": "adm_guidance",
  "Base Model": "base_model",
  "Refiner Model": "refiner_model",
  "Refiner Switch": "refiner_switch",
  "CLIP Skip": "clip_skip",
  Sampler: "sampler",
  Scheduler: "scheduler",
  VAE: "vae",
  Seed: "seed",
  Version: "version",
};

/** The runs of a log, oldest first; `undefined` where the text is no log of Fooocus. */
export function fooocusLog(text: string): ImportedRun[] | undefined {
  const [head = "", ...items] = text.split(ITEM, MAX_RUNS + 1);
  if (!/Fooocus Log/.test(head)) return undefined;
  return inOrder(items.flatMap((item) => runOf(item) ?? []));
}

function runOf(item: string): ImportedRun | undefined {
  // The name stands in the picture's address, and the item's own id is the name with points as underscores.
  const id = item.slice(0, item.indexOf('"'));
  const name = /<img src=(?:"([^"]*)"|'([^']*)')/.exec(item);
  const image = namedImage(name?.[1] ?? name?.[2]);
  if (!image || image.name.replaceAll(".", "_") !== id) return undefined;
  const said = copied(item) ?? labelled(item);
  const claimedAt = timeOf(image.name);
  return {
    ...{ key: image.name, tool: "fooocus", status: "done", images: [image], raw: said },
    recipe: recipeOfText("parameters", JSON.stringify(asParameters(said))) ?? emptyRecipe("a1111"),
    ...(claimedAt && { claimedAt }),
  };
}

/** The JSON behind the button that copies it, percent-encoded. */
function copied(item: string): JsonObject | undefined {
  const coded = /to_clipboard\('([^']*)'\)/.exec(item)?.[1];
  if (coded === undefined) return undefined;
  try {
    const json = tryJson(decodeURIComponent(coded));
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

/** The older forms: rows of a table, or paragraphs of one or two labels with the value in bold. */
function labelled(item: string): JsonObject {
  const rows = between(item, /<td class='(?:label|key)'>/g, "</td><td class='value'>", /<\/td><\/tr>/g);
  const pairs =
    rows.length > 0 ? rows : between(item, /<p>(?=[^<>:\n]{1,80}: <b>)/g, ": <b>", /<\/b> ?<\/p>\n/g).flatMap(halves);
  return Object.fromEntries(pairs.map(([label, value]) => [keyOf(label), value.replaceAll(" </br> ", "\n")]));
}

/** A paragraph of two: `value</b>, Label: <b>value`. */
function halves([label, value]: [string, string]): [string, string][] {
  const second = /<\/b>, ([^<>:\n]{1,80}): <b>/.exec(value);
  if (!second) return [[label, value]];
  return [
    [label, value.slice(0, second.index)],
    [second[1]!, value.slice(second.index + second[0].length)],
  ];
}

/** Pairs of what stands between three marks, in one pass. */
function between(text: string, begin: RegExp, middle: string, end: RegExp): [string, string][] {
  const pairs: [string, string][] = [];
  for (let found = begin.exec(text); found; found = begin.exec(text)) {
    const from = found.index + found[0].length;
    const cut = text.indexOf(middle, from);
    if (cut < 0) break;
    end.lastIndex = cut + middle.length;
    const stop = end.exec(text);
    if (!stop) break;
    pairs.push([text.slice(from, cut), text.slice(cut + middle.length, stop.index)]);
    begin.lastIndex = stop.index;
  }
  return pairs;
}

/** `LoRA 1` has name and weight as its value, `LoRA [name] weight` the weight alone. */
function keyOf(label: string): string {
  const known = KEYS[label];
  if (known) return known;
  const [, lora, number] = /^LoRA (?:\[(.+)\] weight|(\d{1,2}))$/.exec(label) ?? [];
  if (number) return `lora_combined_${number}`;
  return lora ? `lora:${lora}` : label.toLowerCase().replace(/\s+/g, "_");
}

/** What was said, in the form in which an image of Fooocus says it. */
function asParameters(said: JsonObject): JsonObject {
  const old = Object.entries(said).filter(([key]) => key.startsWith("lora:"));
  const loras = old.map(([key, weight], i) => [`lora_combined_${i + 1}`, `${key.slice(5)} : ${String(weight)}`]);
  const rest = Object.entries(said).filter(([key]) => !key.startsWith("lora:"));
  return { metadata_scheme: "fooocus", ...Object.fromEntries(rest), ...Object.fromEntries(loras) };
}

/** `2024-02-02_14-33-05_1234.png`: local time of the machine, which no zone is known of. */
function timeOf(name: string): string | undefined {
  const [, date, hour, minute, second] = /^(\d{4}-\d{2}-\d{2})_(\d{2})-(\d{2})-(\d{2})_/.exec(name) ?? [];
  return date && Number.isFinite(Date.parse(`${date}T${hour}:${minute}:${second}`))
    ? `${date}T${hour}:${minute}:${second}`
    : undefined;
}
