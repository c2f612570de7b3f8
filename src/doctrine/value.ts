/** Three values: shown, shown not to be so, and not shown either way. Strong Kleene logic over them. */

import type { Text } from "../base/texts.ts";

/** What a test comes to. "Not shown" is `undetermined`, which is not "not so". */
export type Value = "satisfied" | "undetermined" | "not satisfied";

/** The values as numbers, so that `all` is the least and `any` the greatest of them. */
export type Kleene = 1 | 0 | -1;

/** The value that a number stands for. */
export function toValue(kleene: Kleene): Value {
  return kleene === 1 ? "satisfied" : kleene === 0 ? "undetermined" : "not satisfied";
}

/** The number that a value stands for. */
export function kleeneOf(value: Value): Kleene {
  return value === "satisfied" ? 1 : value === "undetermined" ? 0 : -1;
}

/** All of them: the least; satisfied where there is none. */
export function all(values: readonly Kleene[]): Kleene {
  return Math.min(1, ...values) as Kleene;
}

/** Any of them: the greatest; not satisfied where there is none. */
export function any(values: readonly Kleene[]): Kleene {
  return Math.max(-1, ...values) as Kleene;
}

/** The opposite. What is undetermined stays so. */
export function not(value: Kleene): Kleene {
  return (0 - value) as Kleene;
}

/** At least `n` of them: satisfied when enough are, not satisfied when even the open ones would not be enough. */
export function atLeast(n: number, values: readonly Kleene[]): Kleene {
  const sure = values.filter((value) => value === 1).length;
  const possible = values.filter((value) => value >= 0).length;
  return sure >= n ? 1 : possible < n ? -1 : 0;
}

/** What all of them say alike; undetermined where they differ. For several measures of one notion. */
export function agree(values: readonly Kleene[]): Kleene {
  const [first = 0] = values;
  return values.every((value) => value === first) ? first : 0;
}

/** The values in words. */
export const VALUE_TEXTS: Readonly<Record<Value, Text>> = {
  satisfied: { en: "satisfied", zh: "满足" },
  undetermined: { en: "undetermined", zh: "未查明" },
  "not satisfied": { en: "not satisfied", zh: "不满足" },
};
