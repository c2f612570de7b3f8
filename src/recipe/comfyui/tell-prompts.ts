/** From conditionings to the prompts of a recipe. */

import { textOf } from "../values.ts";
import type { PromptText } from "./conditioning.ts";
import type { Known } from "./known.ts";
import type { GraphPass } from "./passes.ts";
import { at, say, type Teller } from "./teller.ts";

/** The pass whose prompt is the image's: the first that has any. */
function promptPass(passes: readonly GraphPass[], side: "positive" | "negative"): GraphPass | undefined {
  return passes.find((pass) => pass[side].texts.length > 0) ?? passes[0];
}

/** The prompts of the first pass that has any. */
export function tellPrompts(teller: Teller, passes: readonly GraphPass[]): void {
  for (const side of ["positive", "negative"] as const) {
    const pass = promptPass(passes, side);
    if (pass === undefined) continue;
    const { texts, zeroed } = pass[side];
    const text = joined(texts);
    if (text === undefined) tellEmpty(teller, pass, side, zeroed?.pointer);
    else if (text.unrecorded) tellUnrecorded(teller, side, text, text.unrecorded.id);
    else say(teller, `/prompt/${side}`, text);
  }
  tellParts(teller, passes);
}

/** An emptied conditioning, or a sampler that takes no negative one, works like an empty prompt. */
function tellEmpty(teller: Teller, pass: GraphPass, side: "positive" | "negative", zeroed: string | undefined): void {
  if (zeroed !== undefined)
    teller.draft.say(`/prompt/${side}`, "", { block: teller.block, pointer: zeroed, status: "derived" });
  else if (side === "negative" && pass.sampling.negative === undefined) {
    teller.draft.say("/prompt/negative", "", {
      block: teller.block,
      pointer: pass.sampling.node.pointer,
      status: "defaulted",
    });
  }
}

function tellUnrecorded(
  { draft, ...teller }: Teller,
  side: "positive" | "negative",
  text: Known<string>,
  node: string,
): void {
  const template = side === "positive" ? "template" : "negativeTemplate";
  if (text.value !== "") draft.say(`/prompt/${template}`, text.value, at({ draft, ...teller }, text));
  draft.find({
    code: "recipe.prompt-not-recorded",
    level: "informs",
    text: {
      en: `The ${side} prompt was made while the graph ran (node ${node}); the file holds only what was typed.`,
      zh: `${side === "positive" ? "正向" : "反向"}提示词是在节点图运行时生成的（节点 ${node}）；文件中只有用户输入的文字。`,
    },
    where: { node, pointer: text.pointer },
  });
}

/** All texts in order, each once; one made at run time makes the whole so. */
function joined(texts: readonly PromptText[]): Known<string> | undefined {
  const clean = texts.map(({ text }) => ({ ...text, value: textOf(text.value) ?? "" }));
  const unique = clean.filter(({ value }, i) => clean.findIndex((other) => other.value === value) === i);
  const filled = unique.filter(({ value }) => value !== "");
  const [first] = filled.length > 0 ? filled : unique;
  if (first === undefined) return undefined;
  const unrecorded = unique.find((text) => text.unrecorded)?.unrecorded;
  const one = filled.length <= 1;
  return {
    value: one ? first.value : filled.map(({ value }) => value).join("\n"),
    pointer: first.pointer,
    ...((first.computed || !one) && { computed: true }),
    ...(unrecorded && { unrecorded }),
  };
}

/** The prompts of a later pass, where they differ from the image's. */
export function tellPassPrompt(teller: Teller, path: string, pass: GraphPass, passes: readonly GraphPass[]): void {
  for (const side of ["positive", "negative"] as const) {
    const text = joined(pass[side].texts);
    const main = promptPass(passes, side);
    if (text === undefined || text.unrecorded || text.value === joined(main?.[side].texts ?? [])?.value) continue;
    say(teller, `${path}/prompt/${side}`, text);
  }
}

/** Several texts, or texts for regions, are stated one by one beside the joined prompt. */
function tellParts(teller: Teller, passes: readonly GraphPass[]): void {
  let count = 0;
  for (const side of ["positive", "negative"] as const) {
    const pass = passes.find((other) => other[side].texts.length > 0);
    const texts = pass?.[side].texts ?? [];
    if (pass === undefined || (texts.length < 2 && texts[0]?.area === undefined)) continue;
    for (const part of texts) {
      if (part.text.unrecorded) continue;
      const region = regionOf(part, pass);
      const value = { text: textOf(part.text.value) ?? "", role: side, ...(region && { region }) };
      teller.draft.say(`/prompt/parts/${count++}`, value, at(teller, part.text));
    }
  }
}

function regionOf(
  { area }: PromptText,
  { size }: GraphPass,
): { x: number; y: number; width: number; height: number } | undefined {
  if (area === undefined || area.percent) return area?.region;
  if (size === undefined) return undefined;
  const [w, h] = [size.width.value, size.height.value];
  const { x, y, width, height } = area.region;
  return { x: x / w, y: y / h, width: width / w, height: height / h };
}
