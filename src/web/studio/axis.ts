/** Axes of an X/Y/Z grid, with the names and the value syntax of A1111's script. */

import type { Form } from "./form-recipe.ts";

/** What can be varied. `replace`: the first value is searched in the prompt and replaced by each. */
export const AXES = [
  "nothing",
  "seed",
  "steps",
  "cfg",
  "sampler",
  "schedule",
  "denoise",
  "clipSkip",
  "replace",
] as const;

/** The name of an axis. */
export type AxisName = (typeof AXES)[number];

/** One axis: what varies, and its values as text. */
export interface Axis {
  readonly name: AxisName;
  readonly values: string;
}

/** Cells of one grid; more is a mistake of typing. */
export const MAX_CELLS = 400;

/**
 * The values of a text: `1, 2, 5`, `1-5`, `1-10 (+3)`, `1-10 [4]` for numbers; words by commas, `"a, b"` for one with a comma.
 * What is none is left out.
 */
export function valuesOf({ name, values }: Axis): string[] {
  if (name === "nothing") return [""];
  const parts = [...values.matchAll(/\s*("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)]
    .map(([, part = ""]) => part.trim())
    .map((part) => (part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part))
    .filter((part) => part !== "");
  return isNumeric(name)
    ? parts.flatMap((part) => rangeOf(part, name !== "cfg" && name !== "denoise")).slice(0, MAX_CELLS)
    : parts;
}

function isNumeric(name: AxisName): boolean {
  return name === "seed" || name === "steps" || name === "cfg" || name === "denoise" || name === "clipSkip";
}

function rangeOf(part: string, whole: boolean): string[] {
  const number = "(-?\\d+(?:\\.\\d+)?)";
  const [, from, to, step, count] =
    new RegExp(`^${number}\\s*-\\s*${number}(?:\\s*\\(\\s*\\+?${number}\\s*\\)|\\s*\\[\\s*(\\d+)\\s*\\])?$`).exec(
      part,
    ) ?? [];
  if (from === undefined || to === undefined) return new RegExp(`^${number}$`).test(part) ? [part] : [];
  const [first, last] = [Number(from), Number(to)];
  const each = Number(step ?? 1);
  const points = count === undefined ? Math.floor((last - first) / each) + 1 : Number(count);
  if (!(points > 0) || !(each > 0)) return [];
  const gap = count === undefined ? each : points === 1 ? 0 : (last - first) / (points - 1);
  return Array.from({ length: Math.min(points, MAX_CELLS) }, (_, i) => {
    const value = first + gap * i;
    return String(whole ? Math.round(value) : Number(value.toFixed(4)));
  });
}

/** The form with a value of an axis in it. */
export function withValue(form: Form, { name, values }: Axis, value: string): Form {
  switch (name) {
    case "nothing":
      return form;
    case "seed":
    case "sampler":
    case "schedule":
      return { ...form, [name]: value };
    case "replace": {
      const [searched = ""] = valuesOf({ name, values });
      return {
        ...form,
        prompt: form.prompt.replaceAll(searched, value),
        negative: form.negative.replaceAll(searched, value),
      };
    }
    default:
      return { ...form, [name]: Number(value) };
  }
}
