/** What goes into a bundle: plain values that whoever builds a dossier fills. Nothing here reads a file or a clock. */

import type { Json, JsonObject } from "../base/json.ts";
import type { Text } from "../base/texts.ts";
import type { Assessment } from "../doctrine/assess.ts";
import type { Measured } from "../doctrine/case.ts";
import type { Fact } from "../doctrine/fact.ts";

/** A file as it is, under a name that is shown and becomes a part of its path. */
export interface BundleFile {
  /** File name without folders; what is no letter, digit, dot, hyphen or underscore becomes an underscore in the path. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Media type. */
  readonly mime?: string;
  readonly title?: Text;
}

/** An original: its bytes are never changed. */
export interface BundleExhibit extends BundleFile {
  /** `E1`, `E2` … as the case numbers them. */
  readonly id: string;
  /** What it is to the case: `image`, `copy`, `base`, `final`, … */
  readonly role?: string;
}

/** A document for people: the dossier in one language and form. */
export interface BundleDocument extends BundleFile {
  readonly lang?: "en" | "zh";
}

/** A case under one rule. */
export interface BundleAssessment {
  /** Id of the rule; a rule file of this id is among `rules`. */
  readonly rule: string;
  /** What `assess` gave under the case's own parameters, without more. */
  readonly result: Assessment;
}

/** What a ledger brings. @see bundle-ledger.ts */
export interface LedgerExtract {
  /** Files by their path under the ledger's folder. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** The disclosed history as PROV-JSON, where there is one. */
  readonly prov?: JsonObject;
}

/** A ledger with the name of its folder in the bundle: the exhibit's id, or `record`. */
export interface BundleLedger extends LedgerExtract {
  readonly id: string;
}

/** Everything that a bundle is made from. Absent parts are not in the bundle, and its guide says so. */
export interface BundleInput {
  readonly title: Text;
  /** The user's own reference of the case. */
  readonly reference?: string;
  /** The maker's clock, RFC 3339 in UTC: a claim. */
  readonly made: string;
  readonly tool: { readonly name: string; readonly version: string };
  /** `case.json` as it is, byte for byte. */
  readonly caseFile?: Uint8Array;
  /** All graded facts: those of `factsOf` for the case and what was measured. */
  readonly facts?: readonly Fact[];
  /** What was measured on each exhibit. */
  readonly measured?: Measured;
  readonly assessments?: readonly BundleAssessment[];
  /** The rule files that were used, named `ID.json`. */
  readonly rules?: readonly BundleFile[];
  readonly exhibits: readonly BundleExhibit[];
  readonly documents?: readonly BundleDocument[];
  readonly ledgers?: readonly BundleLedger[];
  /** Hardware, system, software and model hashes. */
  readonly environment?: Json;
  /** Certificates, policies and headers that the maker believes; a reader decides for himself. */
  readonly trust?: readonly BundleFile[];
  /** The verifier as one page. */
  readonly verifier?: Uint8Array;
}

/** Files of a bundle by their path, with forward slashes. */
export type BundleFiles = ReadonlyMap<string, Uint8Array>;
