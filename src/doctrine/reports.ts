/** What measuring finds on each kind of exhibit: the facts' raw material, and what the tables of a dossier are made of. */

import type { Finding } from "../base/findings.ts";
import type { Grade } from "../base/grades.ts";
import type { JsonObject } from "../base/json.ts";
import type { EvidenceKind } from "../ledger/evidence.ts";
import type { SupportedDimension } from "../process/dimension-measures.ts";
import type { ProcessEvent } from "../process/event.ts";
import type { Counts, Step } from "../process/tables.ts";
import type { Proves } from "../recipe/proves.ts";
import type { CertificateKind } from "./facts-certificate.ts";
import type { ImageReading } from "./facts-image.ts";
import type { recordKind } from "./facts-process.ts";

/** A picture as it was read. */
export interface ImageReport extends ImageReading {
  readonly kind: "image";
  readonly file: string;
  readonly bytes: number;
  readonly container: string;
  readonly findings: readonly Finding[];
  readonly proves: Proves;
}

/** An outside time and who gives it. */
export interface ReportedBound {
  readonly time: string;
  readonly source: string;
  readonly kind: EvidenceKind;
}

/** One event as a table shows it. */
export interface ReportedEvent {
  readonly index: number;
  readonly id: string;
  readonly type: ProcessEvent["type"];
  readonly session: string;
  /** By the recorder's own clock: a claim. */
  readonly at: string;
  readonly capture: ProcessEvent["capture"];
  readonly agent: string;
  readonly grade: Grade;
  /** Both grades of its bounds, such as `N1·T4`. */
  readonly bounds: string;
  readonly notBefore?: ReportedBound;
  readonly notAfter?: ReportedBound;
  /** What a person gave as text or reason. */
  readonly text?: string;
  /** Hashes of the files that it names. */
  readonly files: readonly string[];
}

/** A ledger as it was verified. */
export interface LedgerReport {
  readonly kind: "ledger";
  readonly ok: boolean;
  readonly origin?: string;
  readonly size: number;
  readonly root?: string;
  readonly record: ReturnType<typeof recordKind>;
  readonly findings: readonly Finding[];
  readonly events: readonly ReportedEvent[];
  readonly steps: readonly Step[];
  readonly counts: Counts;
  readonly dimensions: readonly SupportedDimension[];
  readonly branches: number;
  readonly gaps: readonly { readonly from: string; readonly to: string }[];
  readonly signs: readonly Finding[];
  /** Numbers of events that are in the record and not shown; absent where all are. */
  readonly withheld?: readonly number[];
}

/**
 * A record as far as it is disclosed. What a step changed says what stood before it: after a step that is not shown, no changes are
 * shown either. Counts and facts stay: they say how many, and not what.
 */
export function disclosedReport(report: LedgerReport, isShown: (index: number) => boolean): LedgerReport {
  const shown = new Set(report.events.flatMap(({ index, id }) => (isShown(index) ? [id] : [])));
  const withheld = report.events.flatMap(({ index }) => (isShown(index) ? [] : [index]));
  if (withheld.length === 0) return report;
  return {
    ...report,
    events: report.events.filter(({ id }) => shown.has(id)),
    steps: report.steps.flatMap((step, i) => {
      if (!shown.has(step.event)) return [];
      const follows = report.steps.slice(0, i).some(({ event }) => !shown.has(event));
      return [follows ? { ...step, differences: [] } : step];
    }),
    dimensions: report.dimensions.map((row) => ({ ...row, said: row.said.filter(({ event }) => shown.has(event)) })),
    withheld,
  };
}

/** What an experiment printed. */
export interface CertificateReport {
  readonly kind: "certificate";
  readonly of: CertificateKind;
  readonly certificate: JsonObject;
}

/** Two exhibits compared while the case was measured. */
export interface ComparisonReport {
  /** Ids of the exhibits. */
  readonly a: string;
  readonly b: string;
  /** As `seedproof compare --json` prints it, with texts in both languages. */
  readonly comparison: JsonObject;
}

/** Histories made up afterwards. */
export interface SimulationReport {
  readonly kind: "simulation";
  readonly stories: readonly { readonly story: string; readonly steps: readonly Step[] }[];
}

/** An exhibit of a kind that nothing is measured on, or that could not be read. */
export interface OtherReport {
  readonly kind: "document" | "unreadable";
  readonly code?: string;
  readonly why?: string;
}

/** What was found on one exhibit. */
export type Report = ImageReport | LedgerReport | CertificateReport | SimulationReport | OtherReport;
