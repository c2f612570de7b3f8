/**
 * NovelAI: text chunks of PNG, EXIF of WebP, and the copy in the pixels; models V1 to V4.5.
 * The signature over pixels and recipe is checked in label/novelai-signature.ts.
 * @see https://github.com/NovelAI/novelai-image-metadata
 */

import { isObject, type Json, type JsonObject, pointer } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import { type Account, type Draft, draftAccount } from "./account.ts";
import { type Entry, type Evidence, entryOf, type Generator } from "./generator.ts";
import { type JsonTeller, tellJson, tellSampler } from "./json-teller.ts";
import { adapterRef, modelRef } from "./model-statements.ts";
import type { Mode } from "./recipe.ts";
import { countOf, numberOf, seedOf, sizeOf, textOf } from "./values.ts";

/** The PNG keywords and EXIF tags that NovelAI writes beside the recipe. */
const COMPANIONS = /^(?:Title|Description|Software|Source|Generation time|DocumentName|ImageDescription)$/;

const MODES: Readonly<Record<string, Mode>> = {
  PromptGenerateRequest: "txt2img",
  Img2ImgRequest: "img2img",
  NativeInfillingRequest: "inpaint",
};

/** A value with the block and pointer that it came from. */
interface Said {
  readonly value: string;
  readonly block: number;
  readonly pointer?: string;
}

/** One of the copies of the recipe that a file holds. */
interface Copy {
  readonly comment: JsonObject;
  readonly block: number;
  /** Pointer of the recipe in its block: it may stand as text inside another JSON object. */
  readonly base: string;
  readonly source: Said | undefined;
  readonly description: Said | undefined;
}

/** Images of the NovelAI service. */
export const novelai: Generator = {
  name: "novelai",
  read(evidence) {
    const chunks = chunkCopy(evidence);
    const accounts = evidence.entries.flatMap((entry) => wrappedCopy(entry) ?? []).map(account);
    const all = chunks ? [account(chunks), ...accounts] : accounts;
    return all.map((one) => withCompanions(one, evidence));
  },
};

/** The JSON text that NovelAI signs, taken from a block that holds it bare or wrapped; `undefined` where it does not. */
export function novelaiComment(text: string): string | undefined {
  const json = tryJson(text);
  if (!isObject(json)) return undefined;
  if (typeof json.Comment === "string") return json.Comment;
  return looksLikeComment(json) ? text : undefined;
}

/** Text chunks: the recipe in `Comment`, the model in `Source`, the prompt again (in old files only) in `Description`. */
function chunkCopy(evidence: Evidence): Copy | undefined {
  const said = (key: string): Said | undefined => {
    const entry = entryOf(evidence, key);
    return entry && { value: entry.block.text ?? "", block: entry.index };
  };
  const [software, source] = [said("Software"), said("Source")];
  if (software?.value.trim() !== "NovelAI" && !isSource(source?.value)) return undefined;
  const entry = entryOf(evidence, "Comment");
  const comment = tryJson(entry?.block.text ?? "");
  if (!entry || !isObject(comment) || !looksLikeComment(comment)) return undefined;
  return { comment, block: entry.index, base: "", source, description: said("Description") };
}

/** One JSON object with all of the chunks as members, as EXIF and the pixels hold it. */
function wrappedCopy({ index, block }: Entry): Copy | undefined {
  if (!block.text?.includes('"Comment"')) return undefined;
  const whole = tryJson(block.text);
  if (!isObject(whole) || typeof whole.Comment !== "string") return undefined;
  if (whole.Software !== "NovelAI" && !isSource(whole.Source)) return undefined;
  const comment = tryJson(whole.Comment);
  if (!isObject(comment)) return undefined;
  const said = (key: string): Said | undefined =>
    typeof whole[key] === "string" ? { value: whole[key], block: index, pointer: pointer(key) } : undefined;
  return { comment, block: index, base: "/Comment", source: said("Source"), description: said("Description") };
}

function looksLikeComment(json: JsonObject): boolean {
  return "seed" in json && "sampler" in json && "steps" in json && ("uc" in json || "scale" in json);
}

/** Model names as NovelAI writes them: `NovelAI Diffusion V4.5 4BDE2A90`, in 2022 `Stable Diffusion 1D44365E`. */
function isSource(source: Json | undefined): boolean {
  return typeof source === "string" && /^(?:NovelAI|Stable) Diffusion\b.* [0-9A-F]{8}$/.test(source.trim());
}

function account({ comment, block, base, source, description }: Copy): Account {
  const draft = draftAccount("novelai", block);
  const tell = tellJson(draft, comment, base);
  draft.say("/dialect", "novelai", { status: "derived" });
  const prompted = tell.say("/prompt/positive", "prompt", textOf);
  if (!prompted && description) {
    draft.say("/prompt/positive", textOf(description.value.replace(/^\0+/, "")), place(description));
  }
  tell.say("/prompt/negative", "uc", textOf);
  characters(draft, tell);
  tell.say("/seed", "seed", seedOf);
  draft.say("/size", sizeOf(tell.take("width"), tell.take("height")), tell.at("width"));
  tell.say("/batch/size", "n_samples", countOf);
  run(tell);
  if (source) draft.say("/models/0", modelRef("checkpoint", source.value), place(source));
  references(draft, tell);
  tell.take("signed_hash");
  tell.rest();
  return draft.done("recipe");
}

function place({ block, pointer: at }: Said): { block: number; pointer?: string } {
  return at === undefined ? { block } : { block, pointer: at };
}

function run(tell: JsonTeller): void {
  tell.say("/passes/0/steps", "steps", countOf);
  tell.say("/passes/0/cfg", "scale", numberOf);
  tellSampler(tell, "/passes/0", "sampler", "noise_schedule");
  const type = tell.take("request_type");
  const mode = typeof type === "string" ? MODES[type] : undefined;
  tell.say("/mode", "request_type", () => mode, { status: "derived" });
  // Made from noise alone, the strength that older clients sent along had no effect.
  if (mode !== "txt2img") tell.say("/passes/0/denoise", "strength", numberOf);
}

/** V4 prompts: each character has its own text and, where the user placed it, its own centre. */
function characters(draft: Draft, tell: JsonTeller): void {
  let at = 0;
  for (const [key, role] of [
    ["v4_prompt", "positive"],
    ["v4_negative_prompt", "negative"],
  ] as const) {
    const captions = captionsOf(tell.take(key));
    for (const [i, caption] of captions.entries()) {
      const text = textOf(caption.char_caption);
      if (!text) continue;
      const center = centerOf(caption.centers);
      const part = { text, role, ...(center && { center }) };
      draft.say(`/prompt/parts/${at++}`, part, tell.at(key, "caption", "char_captions", i));
    }
  }
}

function captionsOf(prompt: Json | undefined): readonly JsonObject[] {
  const caption = isObject(prompt) ? prompt.caption : undefined;
  const list = isObject(caption) ? caption.char_captions : undefined;
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function centerOf(centers: Json | undefined): { x: number; y: number } | undefined {
  const first = Array.isArray(centers) ? centers[0] : undefined;
  const [x, y] = isObject(first) ? [numberOf(first.x), numberOf(first.y)] : [];
  return x === undefined || y === undefined ? undefined : { x, y };
}

/** Images that the recipe needs besides the prompt: vibes, director references, control maps, the image to start from. */
function references(draft: Draft, tell: JsonTeller): void {
  let at = 0;
  const input = (role: string, key: string): void => draft.say(`/inputs/${at++}`, { role }, tell.at(key));
  for (const key of ["reference_strength_multiple", "director_reference_strengths"]) {
    const list = tell.take(key);
    if (Array.isArray(list)) for (const _ of list) input("reference", key);
  }
  const type = tell.take("request_type");
  if (type === "Img2ImgRequest" || type === "NativeInfillingRequest") input("init", "request_type");
  if (type === "NativeInfillingRequest") input("mask", "request_type");
  tell.say("/adapters/0", "controlnet_model", (name) => adapterRef("controlnet", name));
}

/** Chunks and tags of the same container that say nothing more belong to the account, so that no other takes them. */
function withCompanions(one: Account, { entries }: Evidence): Account {
  const companions = entries.filter(({ block }) => COMPANIONS.test(block.key)).map(({ index }) => index);
  return { ...one, blocks: [...new Set([...one.blocks, ...companions])] };
}
