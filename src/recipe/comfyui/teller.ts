/** Stating values that were found in a graph. */

import type { Json } from "../../base/json.ts";
import type { Draft, SourceHint } from "../account.ts";
import type { Known } from "./known.ts";

/** States values at their places in the recipe; `block` holds them, `derived` where none was in force for this image. */
export interface Teller {
  readonly draft: Draft;
  readonly block: number;
  readonly derived: boolean;
}

/** The source of a value: where it stands, and whether it stands there as it is. */
export function at({ block, derived }: Teller, { pointer, computed }: Pick<Known, "pointer" | "computed">): SourceHint {
  return { block, pointer, status: derived || computed ? "derived" : "recorded" };
}

/** States a known value, or another made of it. */
export function say(
  teller: Teller,
  path: string,
  known: Known | undefined,
  value: Json | undefined = known?.value,
): void {
  if (known !== undefined) teller.draft.say(path, value, at(teller, known));
}
