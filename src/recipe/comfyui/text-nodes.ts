/** Nodes that make texts of texts: joining, replacing, trimming; and those whose text is made at run time. */

import { type GraphNode, isLink } from "./graph.ts";
import { type Known, textOfInput } from "./known.ts";
import type { Walk } from "./walk.ts";

/** Classes whose output only exists while the graph runs: language models, captioners, taggers, interrogators. */
const RUNTIME =
  /TextGenerate|ollama|(^|[^a-z])llm|llama.?cpp|chat_?gpt|openai|gemini|claude|anthropic|deepseek|grok|groq|florence|joy.?(caption|tag)|wd ?14|tagger|caption|interrogat|(^|[^a-z])blip|llava|moondream|internvl|minicpm|qwen.{0,6}vl|image.?to.?(text|prompt)|img2txt|prompt.?(expan|enhanc|upsampl|generator|refin)|magic.?prompt|one.?button|dart|tipo|superprompt|load.*(text|prompt).*(file|url)|line.?from.?file|random.?(prompt|line|text)|file.*random/i;

/** Whether a class's text is made at run time. */
export function isRuntimeText(type: string): boolean {
  return RUNTIME.test(type) && !/CLIPTextEncode|TextEncode/i.test(type);
}

/** Whether a class replaces wildcards or styles in a text. */
export function isExpander(type: string): boolean {
  return /wildcard|dynamic.?prompt|^DP|RandomPrompts|CombinatorialPrompts|MagicPrompt|Jinja/i.test(type);
}

/** Longest text that is made here: joining a text with itself doubles it at every node. CWE-770. */
const MAX_MADE = 1024 * 1024;

interface Args {
  text(name: string): string;
  has(name: string): boolean;
  /** Texts of the inputs whose names match, in the order of the file. */
  all(names: RegExp): string[];
}

/** Makes the text of one class; `undefined` where it cannot. */
type Maker = (args: Args, slot: number) => string | undefined;

const MAKERS: Readonly<Record<string, Maker>> = {
  StringConcatenate: (a) => [a.text("string_a"), a.text("string_b")].join(a.text("delimiter")),
  JoinStrings: (a) => [a.text("string1"), a.text("string2")].join(a.text("delimiter")),
  JoinStringMulti: (a) => a.all(/^string_\d+$/).join(a.text("delimiter")),
  "StringFunction|pysssss": (a) => stringFunction(a),
  "Text Concatenate": (a) => wasJoin(a, /^text_?[a-z\d]$/),
  "Text Concatenate (JPS)": (a) => filled(a.all(/^text\d$/)).join(unescaped(a.text("delimiter"))),
  "CR Text Concatenate": (a) => a.all(/^text\d$/).join(a.text("separator")),
  "CR Combine Prompt": (a) => a.all(/^part\d$/).join(a.text("separator")),
  "easy promptConcat": (a) => [a.text("prompt1"), a.text("prompt2")].join(a.text("separator")),
  "ttN concat": (a) => filled(a.all(/^text\d$/)).join(unescaped(a.text("delimiter"))),
  "ttN text3BOX_3WAYconcat": (a, slot) => boxes(a, slot),
  "ttN text7BOX_concat": (a, slot) => boxes(a, slot),
  StringReplace: (a) => replaced(a.text("string"), a.text("find"), a.text("replace")),
  "Text Find and Replace": (a) => replaced(a.text("text"), a.text("find"), a.text("replace")),
  "CR Text Replace": (a) =>
    [1, 2, 3].reduce((text, n) => replaced(text, a.text(`find${n}`), a.text(`replace${n}`)), a.text("text")),
  "easy promptReplace": (a) =>
    [1, 2, 3].reduce((text, n) => replaced(text, a.text(`find${n}`), a.text(`replace${n}`)), a.text("prompt")),
  StringTrim: (a) => trimmed(a.text("string"), a.text("mode")),
  "Text String": (a, slot) => a.text(["text", "text_b", "text_c", "text_d"][slot] ?? "text"),
  CaseConverter: (a) => (/lower/i.test(a.text("mode")) ? a.text("string").toLowerCase() : undefined),
  StringLength: (a) => String(a.text("string").length),
};

/**
 * The text that a node makes of its inputs, or `undefined` for a node that makes none. A part that is made at run
 * time makes the whole text so.
 */
export function computeText(walk: Walk, node: GraphNode, slot: number): Known | undefined {
  const maker = Object.hasOwn(MAKERS, node.type) ? MAKERS[node.type] : genericMaker(node);
  if (maker === undefined) return undefined;
  const parts: Known<string>[] = [];
  const text = maker(argsOf(walk, node, parts), slot);
  if (text === undefined || text.length > MAX_MADE) return undefined;
  const unrecorded = parts.find((part) => part.unrecorded)?.unrecorded;
  const pointer = (parts.find((part) => part.value !== "") ?? parts[0])?.pointer ?? node.pointer;
  return { value: text, pointer, computed: true, ...(unrecorded && { unrecorded }) };
}

function argsOf(walk: Walk, node: GraphNode, parts: Known<string>[]): Args {
  let length = 0;
  const text = (name: string): string => {
    const known = length > MAX_MADE ? undefined : textOfInput(walk, node.inputs.get(name), "text");
    length += known?.value.length ?? 0;
    if (known !== undefined && !/delimiter|separator|mode|action|find|clean|tidy/.test(name)) parts.push(known);
    return known?.value ?? "";
  };
  return {
    text,
    has: (name) => node.inputs.has(name),
    all: (names) => [...node.inputs.keys()].filter((name) => names.test(name)).map(text),
  };
}

const SETTINGS = /delimiter|separator|clean|mode|^(prefix_|suffix_)?linebreak|inputcount|tidy|action|enabled?$/i;

/** Joining nodes of packs that are not in the table: all texts in order, by the delimiter that stands there. */
function genericMaker(node: GraphNode): Maker | undefined {
  if (
    !/(text|string|prompt|str).{0,12}(concat|join|combin|append|merge)|(concat|join|combine|append|merge).{0,12}(text|string|prompt|str)/i.test(
      node.type,
    )
  ) {
    return undefined;
  }
  const names = [...node.inputs.keys()].filter((name) => !SETTINGS.test(name));
  if (names.length < 2) return undefined;
  const separator = ["delimiter", "separator", "delim", "sep"].find((name) => node.inputs.has(name));
  return (a) =>
    filled(names.map((name) => a.text(name))).join(separator === undefined ? " " : unescaped(a.text(separator)));
}

/** pysssss: append joins the three texts, replace puts `text_c` for each `text_b`; tidying mends commas and spaces. */
function stringFunction(a: Args): string | undefined {
  const tidy = a.text("tidy_tags") === "yes";
  const texts = a.all(/^text_[abc]$/);
  const made =
    a.text("action") === "replace"
      ? replaced(texts[0] ?? "", texts[1] ?? "", texts[2] ?? "")
      : filled(texts).join(tidy ? ", " : "");
  if (!tidy) return made;
  return made
    .replace(/\s{2,}/g, " ")
    .replaceAll(" ,", ",")
    .replace(/,{2,}/g, ",")
    .trim();
}

/** WAS: texts that are empty are left out; cleaning strips each. */
function wasJoin(a: Args, names: RegExp): string {
  const clean = /true|yes/i.test(a.text("clean_whitespace"));
  const texts = a.all(names).map((text) => (clean ? text.trim() : text));
  return filled(texts).join(unescaped(a.text("delimiter")));
}

/** tinyterra's boxes: each text, then the joined ones. */
function boxes(a: Args, slot: number): string | undefined {
  const texts = a.all(/^text\d$/);
  const delimiter = unescaped(a.text("delimiter"));
  const three = [[0], [1], [2], [0, 1], [0, 2], [1, 2], [0, 1, 2]];
  if (texts.length === 3) return filled((three[slot] ?? [0, 1, 2]).map((i) => texts[i] ?? "")).join(delimiter);
  return texts[slot] ?? filled(texts).join(delimiter);
}

function filled(texts: readonly string[]): string[] {
  return texts.filter((text) => text !== "");
}

function unescaped(delimiter: string): string {
  return delimiter.replaceAll("\\n", "\n").replaceAll("\\t", "\t");
}

function replaced(text: string, find: string, by: string): string {
  if (find === "" || text.length > MAX_MADE) return text;
  const pieces = text.split(find);
  return text.length + pieces.length * by.length > MAX_MADE ? text : pieces.join(by);
}

function trimmed(text: string, mode: string): string {
  if (/left/i.test(mode)) return text.trimStart();
  return /right/i.test(mode) ? text.trimEnd() : text.trim();
}

/** Whether a class frames texts with the templates of a style, which are files of the node pack. */
export function isStyleNode(type: string): boolean {
  return /styler|style.{0,3}selector|styles.?(loader|csv)|load.?styles/i.test(type);
}

/** Whether a style node has a style chosen. */
export function hasStyle(node: GraphNode): boolean {
  return [...node.inputs].some(
    ([name, input]) =>
      /style/i.test(name) &&
      !isLink(input) &&
      typeof input.value === "string" &&
      !/^(none|no style|base)?$/i.test(input.value),
  );
}
