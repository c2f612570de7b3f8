/** What a dossier is made from: plain values that a host has read. Nothing here reads a file or a clock. */

import type { Case, Measured } from "../../doctrine/case.ts";
import type { Assessed } from "../../doctrine/comparison.ts";
import type { Fact } from "../../doctrine/fact.ts";
import type { Protection } from "../../doctrine/protection.ts";
import type { Rule } from "../../doctrine/rule.ts";
import type { Calibration } from "./calibrations.ts";

/** A picture that goes along, scaled for print. */
export interface PreparedPicture {
  readonly key: string;
  readonly mime: "image/png" | "image/jpeg";
  readonly bytes: Uint8Array;
  /** Pixels of the original. */
  readonly width: number;
  readonly height: number;
  /** Pixels shown by pixels of the original. */
  readonly scale: number;
}

/** A rule with the file that it was read from. */
export interface UsedRule {
  readonly rule: Rule;
  readonly sha256: string;
}

/** What a dossier is made from. */
export interface DossierInput {
  readonly theCase: Case;
  readonly measured: Measured | undefined;
  readonly facts: readonly Fact[];
  readonly rules: readonly UsedRule[];
  readonly assessed: readonly Assessed[];
  readonly protection: readonly Protection[];
  readonly calibrations: readonly Calibration[];
  /** By key: exhibit ids, and `E5:SHA256` for images of a record. */
  readonly pictures: ReadonlyMap<string, PreparedPicture>;
  /** Name, bytes and hash of the bundle that goes along; absent where none does. */
  readonly bundle?: { readonly name: string; readonly bytes: number; readonly sha256: string };
  readonly tool: string;
}
