/**
 * A1111's prompt editing: `[from:to:when]`, `[to:when]`, `[from::when]` change at a step, `[a|b]` alternates on every
 * step. `when` with a point is a share of the steps, without one a step. Anything that is not exactly of these forms is
 * text, and one `|` out of place makes the whole prompt text.
 * @see AUTOMATIC1111/stable-diffusion-webui, modules/prompt_parser.py, schedule_parser
 */

import type { Edit } from "../edits.ts";
import { PROMPT_LIMITS } from "./weighted.ts";

/** How often a prompt changes: `steps` sampler steps; for hires fix also those of the base pass before it. */
export interface StepRange {
  readonly steps: number;
  /** Set for the hires pass: steps of the base pass. Whole numbers then count on from there, shares start at 1. */
  readonly baseSteps?: number;
}

/** The edits that turn a prompt into its text from the stage before up to and with `until`. */
export interface ScheduleStage {
  /** Last step, counted from 1, on which this text is used. */
  readonly until: number;
  readonly edits: readonly Edit[];
}

/** A bracket with its content; `marks` are the `:` and `|` that stand directly in it. */
interface Bracket {
  readonly open: number;
  close: number;
  readonly kind: "(" | "[";
  readonly children: Bracket[];
  readonly colons: number[];
  readonly bars: number[];
}

interface Scheduled {
  readonly node: Bracket;
  readonly before: readonly [from: number, to: number];
  readonly after: readonly [from: number, to: number];
  readonly when: number;
}

interface Alternated {
  readonly node: Bracket;
  readonly options: readonly (readonly [from: number, to: number])[];
}

type Form = Scheduled | Alternated | "emphasis";

/** The texts of a prompt over the steps, in order; one stage without edits where nothing changes. */
export function scheduleOf(prompt: string, range: StepRange): ScheduleStage[] {
  const steps = Math.min(Math.max(1, range.steps), PROMPT_LIMITS.steps);
  const forms = prompt.length > PROMPT_LIMITS.scheduled ? undefined : formsOf(prompt, { ...range, steps });
  if (!forms) return [{ until: steps, edits: [] }];
  const ends = new Set([steps]);
  for (const form of forms.values()) {
    if (form === "emphasis") continue;
    if ("options" in form) for (let step = 1; step <= steps; step++) ends.add(step);
    else if (form.when >= 1) ends.add(form.when);
  }
  return [...ends].sort((a, b) => a - b).map((until) => ({ until, edits: editsAt(prompt, forms, until) }));
}

/** What each bracket means, outermost first; `undefined` where the grammar refuses the whole prompt. */
function formsOf(prompt: string, range: StepRange): Map<Bracket, Form> | undefined {
  const tree = bracketsOf(prompt);
  if (!tree) return undefined;
  const forms = new Map<Bracket, Form>();
  let bars = tree.bars.length;
  const visit = (node: Bracket): boolean => {
    const areChildrenValid = node.children.map(visit).every(Boolean);
    const form = areChildrenValid ? formOf(prompt, node, range) : undefined;
    if (form) forms.set(node, form);
    if (form === undefined || form === "emphasis") bars += node.bars.length;
    return form !== undefined;
  };
  for (const node of tree.children) visit(node);
  return bars > 0 ? undefined : forms;
}

function formOf(prompt: string, node: Bracket, range: StepRange): Form | undefined {
  const { open, close, kind, colons, bars } = node;
  if (kind === "(") return colons.length <= 1 ? "emphasis" : undefined;
  if (bars.length > 0) return colons.length === 0 ? { node, options: between(open, close, bars) } : undefined;
  if (colons.length === 0) return "emphasis";
  if (colons.length > 2) return undefined;
  const parts = between(open, close, colons);
  const last = parts.at(-1)!;
  const when = stepOf(prompt.slice(...last), range);
  // The number is no prompt: a bracket in its place makes the whole thing text.
  if (when === undefined || node.children.some((child) => child.open >= last[0])) return undefined;
  return { node, before: parts.length === 3 ? parts[0]! : [open + 1, open + 1], after: parts.at(-2)!, when };
}

function between(open: number, close: number, marks: readonly number[]): [from: number, to: number][] {
  const starts = [open, ...marks].map((mark) => mark + 1);
  return starts.map((start, i) => [start, marks[i] ?? close]);
}

/** The step of a `when`. Step 0 and below: from the start. */
function stepOf(text: string, { steps, baseSteps }: StepRange): number | undefined {
  if (!/^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?\s*$/.test(text)) return undefined;
  const number = Number(text);
  const when = text.includes(".") ? (number - (baseSteps === undefined ? 0 : 1)) * steps : number - (baseSteps ?? 0);
  return Math.min(steps, Math.trunc(when));
}

/** Matches brackets; `undefined` where the text ends in a lone backslash, which the grammar does not take. */
function bracketsOf(prompt: string): Pick<Bracket, "children" | "bars"> | undefined {
  const root: Bracket = { open: -1, close: prompt.length, kind: "(", children: [], colons: [], bars: [] };
  let stack: Bracket[] = [root];
  /** What stands in brackets that turn out to be text stands in nothing. */
  const dissolve = (open: readonly Bracket[]): void => {
    for (const bracket of open) {
      root.children.push(...bracket.children);
      root.bars.push(...bracket.bars);
    }
  };
  for (let i = 0; i < prompt.length; i++) {
    const c = prompt[i]!;
    const top = stack.at(-1)!;
    if (c === "\\") {
      if (++i >= prompt.length) return undefined;
    } else if (c === "(" || c === "[") {
      stack.push({ open: i, close: -1, kind: c, children: [], colons: [], bars: [] });
    } else if (c === ")" || c === "]") {
      if (top !== root && (c === ")") === (top.kind === "(") && stack.length <= PROMPT_LIMITS.depth) {
        stack.pop();
        top.close = i;
        stack.at(-1)!.children.push(top);
      } else {
        dissolve(stack.slice(1));
        stack = [root];
      }
    } else if (c === ":") top.colons.push(i);
    else if (c === "|") top.bars.push(i);
  }
  dissolve(stack.slice(1));
  return root;
}

/** The edits at a step: marks and the parts that do not count are taken out. */
function editsAt(prompt: string, forms: ReadonlyMap<Bracket, Form>, step: number): Edit[] {
  const edits: Edit[] = [];
  const keep = (node: Bracket, [from, to]: readonly [number, number]): void => {
    edits.push({ from: node.open, to: from, with: "" });
    visit(node.children.filter((child) => child.open >= from && child.close < to));
    edits.push({ from: to, to: node.close + 1, with: "" });
  };
  const visit = (nodes: readonly Bracket[]): void => {
    for (const node of nodes) {
      const form = forms.get(node);
      if (form === undefined || form === "emphasis") visit(node.children);
      else if ("options" in form) keep(node, form.options[(step - 1) % form.options.length]!);
      else keep(node, step <= form.when ? form.before : form.after);
    }
  };
  visit(topOf(forms));
  return edits.filter(({ from, to }) => to > from && prompt.length > 0);
}

/** Brackets that no other bracket with a meaning holds, in their order. */
function topOf(forms: ReadonlyMap<Bracket, Form>): Bracket[] {
  const inner = new Set([...forms.keys()].flatMap((node) => node.children));
  return [...forms.keys()].filter((node) => !inner.has(node)).sort((a, b) => a.open - b.open);
}
