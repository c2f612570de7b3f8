/**
 * Draw Things: JSON in the XMP property exif:UserComment, with a second, fuller form of the settings under `v2`.
 * @see https://github.com/drawthingsai/draw-things-community
 */

import { isObject, type Json, type JsonObject } from "../base/json.ts";
import { type Span, tryJson } from "../base/json-text.ts";
import { readXmp } from "../image/xmp.ts";
import { isXmp, XMP_NS } from "../image/xmp-names.ts";
import { type Account, type Draft, draftAccount } from "./account.ts";
import type { Entry, Generator } from "./generator.ts";
import { type JsonTeller, tellJson, tellSampler } from "./json-teller.ts";
import { adapterRef, modelRef } from "./model-statements.ts";
import { countOf, nameOf, numberOf, seedOf, sizeOf, sizeOfText, textOf } from "./values.ts";

/** Images of Draw Things. */
export const drawThings: Generator = {
  name: "draw-things",
  read({ entries }) {
    return entries.flatMap((entry) => {
      const found = settingsOf(entry);
      return found ? [account(entry, found.json, found.span)] : [];
    });
  },
};

/** The settings with their place in the packet, where they stand with XML's escapes. */
function settingsOf({ block }: Entry): { readonly json: JsonObject; readonly span: Span } | undefined {
  if (!isXmp(block) || !block.text!.includes("UserComment")) return undefined;
  const properties = readXmp(block.text!);
  const comment = properties.find(({ namespace, name }) => namespace === XMP_NS.exif && name === "UserComment");
  const json = tryJson(comment?.value ?? "");
  const tool = properties.some(({ name, value }) => name === "CreatorTool" && value.startsWith("Draw Things"));
  const isOurs = isObject(json) && typeof json.c === "string" && (tool || "seed_mode" in json || "uc" in json);
  return comment && isOurs ? { json, span: comment.span } : undefined;
}

function account({ index, block }: Entry, json: JsonObject, span: Span): Account {
  const draft = draftAccount("draw-things", index);
  const tell = tellJson(draft, json, "", { span });
  const v2: JsonObject = isObject(json.v2) ? json.v2 : {};
  const second = tellJson(draft, v2, "/v2", { span });
  const version = readXmp(block.text!).find(({ name }) => name === "CreatorTool")?.value;
  if (version !== "Draw Things") draft.say("/toolVersion", nameOf(version));
  draft.say("/dialect", "a1111", { status: "derived" });
  tell.say("/prompt/positive", "c", textOf);
  tell.say("/prompt/negative", "uc", textOf);
  tell.say("/seed", "seed", seedOf);
  if (!tell.say("/size", "size", sizeOfText)) draft.say("/size", sizeOf(v2.width, v2.height), second.at("width"));
  run(tell, second);
  const clipSkip = (skip: Json) => countOf(skip) || undefined;
  if (!tell.say("/clipSkip", "clip_skip", clipSkip)) second.say("/clipSkip", "clipSkip", clipSkip);
  tell.say("/models/0", "model", (name) => modelRef("checkpoint", name));
  const refiner = modelRef("refiner", v2.refinerModel);
  draft.say("/models/1", refiner, second.at("refinerModel"));
  adapters(draft, tell, v2, second);
  tell.rest();
  return draft.done("recipe");
}

function run(tell: JsonTeller, second: JsonTeller): void {
  tell.say("/passes/0/steps", "steps", countOf);
  if (!tell.say("/passes/0/cfg", "scale", numberOf)) second.say("/passes/0/cfg", "guidanceScale", numberOf);
  tell.say("/passes/0/denoise", "strength", numberOf);
  tellSampler(tell, "/passes/0", "sampler");
  tell.say("/mode", "strength", (strength) => (numberOf(strength) === 1 ? "txt2img" : "img2img"), {
    status: "derived",
  });
}

/** LoRAs and control nets stand in both forms; the first names them as the user sees them. */
function adapters(draft: Draft, tell: JsonTeller, v2: JsonObject, second: JsonTeller): void {
  let at = 0;
  for (const [type, key, key2] of [
    ["lora", "lora", "loras"],
    ["controlnet", "control", "controls"],
  ] as const) {
    const first = tell.take(key);
    const own = Array.isArray(first) && first.length > 0;
    const list = own ? first : v2[key2];
    const place = own ? tell : second;
    for (const [i, item] of (Array.isArray(list) ? list : []).entries()) {
      if (!isObject(item)) continue;
      const adapter = adapterRef(type, item.model ?? item.file, {
        weight: item.weight,
        start: item.guidance_start ?? item.guidanceStart,
        end: item.guidance_end ?? item.guidanceEnd,
      });
      if (adapter) draft.say(`/adapters/${at++}`, adapter, place.at(own ? key : key2, i));
    }
  }
}
