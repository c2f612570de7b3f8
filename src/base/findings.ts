/** Facts about evidence, as values: a list of findings says everything that holds and everything that fails. */

import type { Where } from "./errors.ts";
import type { Text } from "./texts.ts";

/** `holds`: checked and right. `informs`: worth knowing, decides nothing. `fails`: checked and wrong. */
export type Level = "holds" | "informs" | "fails";

/** One fact about evidence. `code` is `<capability>.<what>`, is public, and keeps its meaning once released. */
export interface Finding {
  readonly code: string;
  readonly level: Level;
  readonly text: Text;
  readonly where?: Where;
}
