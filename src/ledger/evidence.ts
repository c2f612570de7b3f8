/** Outside evidence of time: what each kind says, and how much it weighs. */

/** What the evidence is. */
export type EvidenceKind = "rfc3161" | "opentimestamps" | "witness" | "drand";

/**
 * Weight of the evidence. Not after: T2 a clock that its own side may run · T3 a witness that the reader names · T4 a
 * timestamp authority that the reader names · T5 confirmed in Bitcoin. Not before: N1 a public beacon.
 */
export type TimeGrade = "T2" | "T3" | "T4" | "T5" | "N1";

/** One checked piece of evidence. */
export interface Evidence {
  readonly kind: EvidenceKind;
  readonly grade: TimeGrade;
  /** Who says so. */
  readonly source: string;
  /** Milliseconds since 1970: not after this, accuracy added; or not before this. */
  readonly time: number;
  /** Entry of the log that holds or names the evidence. */
  readonly entry?: number;
}

/** Bounds all entries below `size`: they were there when the checkpoint was stamped. */
export interface NotAfter extends Evidence {
  readonly size: number;
}

/** Bounds entry `from` and all after it: they hold something that was not known earlier. */
export interface NotBefore extends Evidence {
  readonly from: number;
}
