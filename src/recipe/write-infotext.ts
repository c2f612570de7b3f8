/**
 * Writing a recipe as A1111's infotext, to be pasted or put into a file: its key order, its quotes, its lists of hashes.
 * What the format cannot hold is said.
 * @see AUTOMATIC1111/stable-diffusion-webui, modules/processing.py, create_infotext
 */

import type { Finding } from "../base/findings.ts";
import { comparableJson, pointer } from "../base/json.ts";
import { layoutOf } from "./infotext/layout.ts";
import { isWritableKey, parameterLine, pythonJson } from "./infotext/write-line.ts";
import { writePasses } from "./infotext/write-passes.ts";
import { writeAdapters, writeModels } from "./infotext/write-resources.ts";
import { fileName, type Writing } from "./infotext/writing.ts";
import { networkTags } from "./prompt/networks.ts";
import { promptForA1111 } from "./prompt/write-a1111.ts";
import type { Recipe, Size } from "./recipe.ts";
import type { ToolId } from "./tools.ts";

/** An infotext and what of the recipe it does not hold. */
export interface WrittenInfotext {
  readonly text: string;
  readonly losses: readonly Finding[];
}

/** Tools that write infotexts with A1111's own names; Civitai's graphs are of the dialect all the same. */
const NATIVE: ReadonlySet<ToolId> = new Set<ToolId>(
  "a1111 forge forge-classic forge-neo reforge sd-next civitai".split(" ") as ToolId[],
);

/** Members of `extra` that stand in other blocks of the file, or say something about it. */
const BESIDE: ReadonlySet<string> = new Set(["outputUnknown", "postprocessing", "extras", "Software"]);

/**
 * The infotext of a recipe that `tool` recorded. A recipe of A1111's family is read back equal; one of another tool
 * gets A1111's names, prompt grammar and network tags.
 */
export function writeInfotext(recipe: Recipe, tool: ToolId = "a1111"): WrittenInfotext {
  const losses: Finding[] = [];
  const writing: Writing = {
    recipe,
    line: parameterLine(),
    native: NATIVE.has(tool) && (tool !== "civitai" || "Civitai resources" in recipe.extra),
    lose: (path, text) =>
      losses.push({ code: "recipe.infotext-loss", level: "informs", text, where: { pointer: path } }),
  };
  writeParameters(writing);
  const positive = withTags(writing, writtenPrompt(writing, "positive"));
  const negative = writtenPrompt(writing, "negative");
  const lines = [positive, ...(negative === "" ? [] : [`Negative prompt: ${negative}`]), writing.line.text()];
  const text = lines.join("\n").trim();
  checkReadable(writing, text);
  return { text, losses };
}

/** Says where a reader would not find the parameters at their place. */
function checkReadable({ line, lose }: Writing, text: string): void {
  if (line.size < 3) {
    lose("", {
      en: "A1111 takes no parameters from a line with fewer than three of them",
      zh: "参数少于三项时，A1111 不会读取该参数行",
    });
  } else if (layoutOf(text)?.parameters !== text.length - line.text().length) {
    lose("/prompt", {
      en: "a line of the prompt looks more like parameters than the parameters do",
      zh: "提示词中有一行比参数行更像参数",
    });
  }
}

/** The parameters in A1111's order. */
function writeParameters(writing: Writing): void {
  const { recipe, line, native, lose } = writing;
  const { hires, base } = writePasses(writing);
  base();
  line.add("Seed", recipe.seed);
  writeExtra(writing, /^Face restoration$/);
  line.add("Size", sizeText(recipe.size));
  writeModels(writing);
  line.add("Variation seed", recipe.variation?.seed);
  line.add("Variation seed strength", recipe.variation?.strength);
  line.add("Seed resize from", sizeText(recipe.variation?.resizeFrom));
  hires.denoise();
  line.add("Clip skip", recipe.clipSkip);
  line.add("ENSD", recipe.rng?.ensd);
  line.add("RNG", recipe.rng?.source?.toUpperCase());
  line.add("Eta", recipe.rng?.eta);
  line.add("Batch size", recipe.batch?.size);
  line.add("Batch pos", recipe.batch?.index);
  hires.rest();
  writeAdapters(writing);
  if (native) line.add("Version", recipe.toolVersion);
  // Readers take an unquoted template up to the next key they know, so that these are always quoted.
  for (const [key, template] of [
    ["Template", recipe.prompt.template],
    ["Negative Template", recipe.prompt.negativeTemplate],
  ] as const) {
    if (template !== undefined) line.addRaw(key, JSON.stringify(template));
  }
  line.add("Created Date", recipe.time);
  writeStyles(writing);
  if (native) writeExtra(writing);
  else loseForeign(writing);
  if (recipe.prompt.parts && recipe.prompt.parts.length > 0) {
    lose("/prompt/parts", { en: "prompts for parts of the image are not written", zh: "针对图像局部的提示词未写入" });
  }
}

function sizeText(size: Size | undefined): string | undefined {
  return size && `${size.width}x${size.height}`;
}

function writeStyles({ recipe: { prompt }, line, lose }: Writing): void {
  if (!prompt.styles || prompt.styles.length === 0) return;
  line.add("Styles", prompt.styles.join(", "));
  if (prompt.styles.some((style) => /[,;]/.test(style))) {
    lose("/prompt/styles", { en: "a style's name holds a comma or a semicolon", zh: "某个风格名称含有逗号或分号" });
  }
}

/** What the recipe keeps verbatim. */
function writeExtra({ recipe, line, lose }: Writing, only = /./): void {
  for (const [key, value] of Object.entries(recipe.extra)) {
    if (!only.test(key) || BESIDE.has(key)) continue;
    if (!isWritableKey(key)) {
      lose(`/extra${pointer(key)}`, {
        en: `a parameter line cannot hold the key ${key}`,
        zh: `参数行无法包含键 ${key}`,
      });
    } else if (typeof value === "object" && value !== null) line.addRaw(key, pythonJson(value));
    else line.add(key, typeof value === "string" ? value : comparableJson(value));
  }
}

/** What another tool records beyond the recipe means nothing to A1111. */
function loseForeign({ recipe, lose }: Writing): void {
  const keys = Object.keys(recipe.extra);
  if (recipe.toolVersion !== undefined) {
    lose("/toolVersion", { en: "the version of another tool is not written", zh: "其他工具的版本号未写入" });
  }
  if (keys.length === 0) return;
  lose("/extra", {
    en: `values that only the recording tool understands are not written (${keys.length})`,
    zh: `仅记录工具可理解的值未写入（${keys.length} 个）`,
  });
}

/** A prompt as A1111 must be given it. */
function writtenPrompt({ recipe: { prompt, dialect }, native, lose }: Writing, role: "positive" | "negative"): string {
  const text = prompt[role] ?? "";
  const written = native ? text : promptForA1111(text, dialect);
  if (written !== text) {
    lose(`/prompt/${role}`, {
      en: "the prompt's weights are written in A1111's way: the texts and their weights stay, the spelling does not",
      zh: "提示词权重已改写为 A1111 写法：文字与权重不变，写法有变",
    });
  }
  if (/^\s*Negative [pP]rompt:/m.test(written)) {
    lose(`/prompt/${role}`, {
      en: "a line of the prompt begins with “Negative prompt:”, where A1111 cuts it",
      zh: "提示词中有以“Negative prompt:”开头的行，A1111 会在此处截断",
    });
  }
  return written;
}

/** Networks of tools that name them outside of the prompt, as tags at its end. */
function withTags({ recipe, native, lose }: Writing, positive: string): string {
  if (native) return positive;
  const there = new Set(networkTags(positive).map(({ name }) => name));
  const tags: string[] = [];
  for (const [i, { type, name, weight = 1, weightText = weight }] of recipe.adapters.entries()) {
    const word = TAG_WORDS[type];
    const file = fileName(name);
    if (word === undefined || there.has(file)) continue;
    if (/[<>:\n]/.test(file)) {
      lose(`/adapters/${i}`, { en: `a tag cannot hold the name ${file}`, zh: `标签无法包含名称 ${file}` });
    } else tags.push(`<${word}:${file}:${weightText === weight ? weight : `${weightText}:${weight}`}>`);
  }
  return tags.length === 0 ? positive : `${positive} ${tags.join(" ")}`.trim();
}

const TAG_WORDS: Readonly<Partial<Record<Recipe["adapters"][number]["type"], string>>> = {
  lora: "lora",
  lycoris: "lyco",
  hypernetwork: "hypernet",
};
