/** A prompt as its dialect understands it: subprompts, stages over the steps, chunks, texts with their weights. */

import type { Span } from "../../base/json-text.ts";
import { type EditedText, unedited } from "../edits.ts";
import type { Dialect } from "../recipe.ts";
import { parseEmphasis } from "./a1111-emphasis.ts";
import { parseComfyPrompt } from "./comfyui.ts";
import { parseInvokeaiPrompt } from "./invokeai.ts";
import { type NetworkTag, networkTags } from "./networks.ts";
import { parseNovelaiPrompt } from "./novelai.ts";
import { type StepRange, scheduleOf } from "./schedule.ts";
import type { WeightedText } from "./weighted.ts";

/** The prompt from the stage before up to and with the step `until`, counted from 1. */
export interface PromptStage {
  readonly until: number;
  /** What is left for this stage, weights and `BREAK` still in it. */
  readonly text: string;
  /** One list a chunk: `BREAK` starts a new one. */
  readonly chunks: readonly (readonly WeightedText[])[];
}

/** One of the prompts that `AND` combines, or the whole. */
export interface Subprompt {
  /** Its share in the combined direction. */
  readonly weight: number;
  readonly stages: readonly PromptStage[];
}

/** A parsed prompt; spans are ranges of the text that was given. */
export interface ParsedPrompt {
  readonly dialect: Dialect;
  readonly subprompts: readonly Subprompt[];
  readonly networks: readonly NetworkTag[];
}

/** Without sampler steps, shares of the steps are taken of this many: A1111's default. */
const DEFAULT_STEPS = 20;

/**
 * Parses a prompt. Deterministic and total; time is linear in the prompt for each of its stages. `range` is what shares
 * and alternations of the dialect `a1111` are counted in.
 */
export function parsePrompt(text: string, dialect: Dialect, range: StepRange = { steps: DEFAULT_STEPS }): ParsedPrompt {
  if (dialect === "a1111") return parseA1111(text, range);
  const parse = PARSERS[dialect];
  const stage: PromptStage = { until: range.steps, text, chunks: [parse(text)] };
  return { dialect, subprompts: [{ weight: 1, stages: [stage] }], networks: [] };
}

const PARSERS: Readonly<Record<Exclude<Dialect, "a1111">, (text: string) => WeightedText[]>> = {
  comfyui: parseComfyPrompt,
  novelai: parseNovelaiPrompt,
  invokeai: parseInvokeaiPrompt,
  plain,
};

function plain(text: string): WeightedText[] {
  return [{ text, weight: 1, span: [0, text.length] }];
}

function parseA1111(text: string, range: StepRange): ParsedPrompt {
  const networks = networkTags(text);
  const bare = unedited(text).edit(networks.map(({ span: [from, to] }) => ({ from, to, with: "" })));
  const subprompts = subpromptsOf(bare.text).map(({ weight, span }) => ({
    weight,
    stages: stagesOf(bare, span, range),
  }));
  return { dialect: "a1111", subprompts, networks };
}

/** `a AND b:0.5`: what stands between the `AND`s, without its weight. @see modules/prompt_parser.py, get_multicond_prompt_list */
function subpromptsOf(text: string): { weight: number; span: Span }[] {
  const marks = [...text.matchAll(/\bAND\b/g)];
  const starts = [0, ...marks.map((mark) => mark.index + mark[0].length)];
  return starts.map((from, i) => {
    const part = text.slice(from, marks[i]?.index ?? text.length).trimEnd();
    const colon = part.lastIndexOf(":");
    const number = colon < 0 ? "" : part.slice(colon + 1).trim();
    if (!/^[-+]?(?:\d+\.?|\d*\.\d+)$/.test(number)) return { weight: 1, span: [from, from + part.length] };
    return { weight: Number(number), span: [from, from + part.slice(0, colon).trimEnd().length] };
  });
}

function stagesOf(whole: EditedText, [from, to]: Span, range: StepRange): PromptStage[] {
  const part = whole.text.slice(from, to);
  return scheduleOf(part, range).map(({ until, edits }) => {
    const stage = unedited(part).edit(edits);
    const back = (span: Span): Span => {
      const [start, end] = stage.source(span);
      return whole.source([start + from, end + from]);
    };
    const chunks = parseEmphasis(stage.text).map((chunk) => chunk.map((one) => ({ ...one, span: back(one.span) })));
    return { until, text: stage.text, chunks };
  });
}
