/** What an infotext says, as an account: every parameter of the A1111 family in its place in the recipe. */

import { type Account, type Draft, draftAccount } from "../account.ts";
import type { Evidence } from "../generator.ts";
import type { Dialect, Mode, Named } from "../recipe.ts";
import type { ToolId } from "../tools.ts";
import { countOf, nameOf, numberOf, seedOf, sizeOfText, textOf } from "../values.ts";
import { fieldsOf, type InfotextFields } from "./fields.ts";
import type { Infotext } from "./infotext.ts";
import { type PassesTold, tellPasses } from "./passes.ts";
import { tellAdapters, tellModels } from "./resources.ts";

/** A program of the family, as far as its infotexts differ from A1111's. */
export interface Family {
  /** Which tool wrote this, or `undefined` where it was another program. */
  readonly tool: (info: Infotext, evidence: Evidence) => ToolId | undefined;
  readonly dialect?: Dialect;
  /** The schedule that ran where the infotext names none. */
  readonly schedule?: (fields: InfotextFields) => Named | undefined;
  /** States what only this program writes, before the rest goes under `/extra`. */
  readonly tell?: (draft: Draft, fields: InfotextFields) => void;
  /** States what stands in other blocks beside the infotext. */
  readonly beside?: (draft: Draft, evidence: Evidence) => void;
}

/** The account of an infotext that stands in the block with this index. */
export function infotextAccount(tool: ToolId, block: number, info: Infotext, family?: Family): Account {
  return draftInfotext(tool, block, info, family).done("recipe");
}

/** {@link infotextAccount} before it is closed, for programs that put further blocks beside it. */
export function draftInfotext(tool: ToolId, block: number, info: Infotext, family?: Family): Draft {
  const draft = draftAccount(tool, block);
  const fields = fieldsOf(draft, info);
  draft.say("/dialect", family?.dialect ?? "a1111", { status: "derived" });
  tellPrompts(draft, fields, info);
  family?.tell?.(draft, fields);
  tellImage(draft, fields);
  const passes = tellPasses(draft, fields, family?.schedule?.(fields));
  // What A1111's keys say of the mode, ComfyUI's savers do not: they write the same for any graph.
  if (family?.dialect !== "comfyui") tellMode(draft, fields, passes);
  tellModels(draft, fields);
  tellAdapters(draft, fields, info);
  fields.rest();
  tellDamage(draft, info, block);
  return draft;
}

function tellPrompts(draft: Draft, fields: InfotextFields, { positive, negative }: Infotext): void {
  draft.say("/prompt/positive", positive.text, { span: positive.span, status: positive.status });
  // The line is left out when the negative prompt is empty.
  if (negative) draft.say("/prompt/negative", negative.text, { span: negative.span, status: negative.status });
  else draft.say("/prompt/negative", "", { status: "defaulted" });
  fields.say("/prompt/template", ["Template", "Wildcard prompt"], textOf);
  fields.say("/prompt/negativeTemplate", ["Negative Template", "Wildcard negative prompt"], textOf);
  fields.say("/prompt/styles", "Styles", (value) => {
    const styles = value.split(/[,;]/).flatMap((style) => nameOf(style) ?? []);
    return styles.length > 0 ? styles : undefined;
  });
}

/** What is said of the image as a whole. */
function tellImage(draft: Draft, fields: InfotextFields): void {
  fields.say("/toolVersion", "Version", nameOf);
  fields.say("/seed", "Seed", seedOf);
  fields.say("/size", "Size", sizeOfText);
  fields.say("/clipSkip", "Clip skip", countOf);
  fields.say("/variation/seed", "Variation seed", seedOf);
  fields.say("/variation/strength", ["Variation seed strength", "Variation strength"], numberOf);
  fields.say("/variation/resizeFrom", "Seed resize from", sizeOfText);
  fields.say("/rng/source", "RNG", (value) => RNG[value.toLowerCase()]);
  fields.say("/rng/ensd", "ENSD", numberOf);
  fields.say("/rng/eta", ["Eta", "Eta DDIM"], numberOf);
  fields.say("/batch/size", "Batch size", countOf);
  fields.say("/batch/index", "Batch pos", countOf);
  fields.say("/time", "Created Date", (value) => (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? value : undefined));
  const [after] = fields.matching(AFTERWARDS).filter(({ key, value }) => key !== "Script" || MANY.test(value));
  if (after) draft.say("/extra/outputUnknown", true, fields.at(after, "derived"));
}

/** Keys of what changes the size after the last run, or puts several images into one. */
const AFTERWARDS = /^(?:Postprocess(?:ing)? (?:upscale|crop|resize)|(?:Ultimate )?SD upscale |Script$)/i;
const MANY = /plot|matrix|grid|upscale|poor man|outpaint/i;

/** A1111's settings for the source of noise. */
const RNG: Readonly<Record<string, string>> = { cpu: "cpu", gpu: "gpu", nv: "nv" };

/**
 * A denoising strength without hires fix is img2img: txt2img writes none. With a mask it is inpainting: only then are the
 * mask's settings written. @see A1111 modules/processing.py, StableDiffusionProcessingImg2Img.init
 */
function tellMode(draft: Draft, fields: InfotextFields, { hires, redrawn }: PassesTold): void {
  const denoise = fields.find("Denoising strength");
  const mask = fields.matching(/^(?:Mask blur|Masked content|Inpaint area|Masked area padding)$/i)[0];
  const operations = fields.find("Operations");
  const source = (!hires && (mask ?? denoise)) || operations;
  // The second run is img2img to SD.Next, whatever the first was; hires fix is offered for txt2img only.
  const told = redrawn ? "txt2img" : modeOf(operations?.value);
  const mode = told ?? (hires || !denoise ? "txt2img" : mask ? "inpaint" : "img2img");
  draft.say("/mode", mode, source ? fields.at(source, "derived") : { status: "derived" });
  if (mode === "txt2img") return;
  draft.say("/inputs/0", { role: "init" }, source ? fields.at(source, "derived") : { status: "derived" });
  if (mode === "inpaint" && mask) draft.say("/inputs/1", { role: "mask" }, fields.at(mask, "derived"));
}

/** SD.Next names what it did: `img2img; inpaint; upscale`. */
function modeOf(operations: string | undefined): Mode | undefined {
  const done = operations?.toLowerCase().split(/\s*;\s*/) ?? [];
  return (["inpaint", "outpaint", "img2img", "txt2img"] as const).find((mode) => done.includes(mode));
}

function tellDamage(draft: Draft, { repairs, loose }: Infotext, block: number): void {
  for (const { code, text, span } of repairs) draft.repair(code, text, span);
  for (const { text, span } of loose.slice(0, 16)) {
    const short = text.length > 60 ? `${text.slice(0, 59)}…` : text;
    draft.find({
      code: "recipe.text-without-key",
      level: "informs",
      text: { en: `the parameter line holds text without a key: ${short}`, zh: `参数行中有缺少键名的文字：${short}` },
      where: { block, char: span[0] },
    });
  }
}
