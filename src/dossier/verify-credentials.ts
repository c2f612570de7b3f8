/**
 * Content Credentials inside the exhibits: whether what was signed is what is here. They speak of the exhibit and never of the bundle:
 * a copy whose credentials do not hold is a copy whose credentials did not hold when it came.
 */

import { fromUtf8 } from "../base/bytes.ts";
import type { Finding } from "../base/findings.ts";
import { isObject, type Json } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import { isC2paBlock } from "../image/c2pa-store.ts";
import { bytesSource } from "../image/source.ts";
import { walk } from "../image/walk.ts";
import type { CredentialsReport } from "../label/credentials.ts";
import { found } from "./findings.ts";

/** Validates the credentials of a file; `undefined` where it has none. Never throws for what the file holds. */
export type CredentialsCheck = (
  bytes: Uint8Array,
) => Promise<Pick<CredentialsReport, "state" | "manifests" | "results"> | undefined>;

interface Exhibit {
  readonly id: string;
  readonly path: string;
}

interface Source {
  readonly paths: readonly string[];
  readonly read: (path: string) => Promise<Uint8Array>;
}

/** Larger files are told and not looked into: what is signed is pictures and short films. */
const MAX_BYTES = 1 << 28;

/** One finding an exhibit that has credentials; a second one where the case's own measurement said otherwise. */
export async function verifyCredentials(
  source: Source,
  exhibits: readonly Exhibit[],
  check: CredentialsCheck | undefined,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const measured = await measuredStates(source);
  for (const { id, path } of exhibits) {
    const bytes = await source.read(path);
    if (bytes.length > MAX_BYTES || !hasCredentials(bytes)) continue;
    const where = { file: path };
    const report = check && (await check(bytes));
    if (!report) {
      findings.push(found("dossier.credentials-untold", { exhibit: id }, where));
      continue;
    }
    const { state } = report;
    const signer = report.manifests.at(-1)?.signer?.name ?? "–";
    const why = report.results.find(({ outcome }) => outcome === "failure")?.code ?? "–";
    findings.push(found(`dossier.credentials-${STATES[state]}`, { exhibit: id, signer, why }, where));
    const before = measured.get(id) ?? [];
    const other = state === "valid" ? "invalid" : "valid";
    if (state !== "unverifiable" && before.includes(other) && !before.includes(state)) {
      findings.push(found("dossier.credentials-differ", { exhibit: id }, { file: "data/measured.json" }));
    }
  }
  return findings;
}

const STATES = { valid: "hold", invalid: "broken", unverifiable: "unverified" } as const;

function hasCredentials(bytes: Uint8Array): boolean {
  try {
    return walk(bytesSource(bytes)).blocks.some(isC2paBlock);
  } catch {
    // No picture, or one that cannot be read: its credentials could not be either.
    return false;
  }
}

/** What measuring said of each exhibit's credentials, by its id. */
async function measuredStates({ paths, read }: Source): Promise<ReadonlyMap<string, readonly string[]>> {
  if (!paths.includes("data/measured.json")) return new Map();
  const measured = tryJson(fromUtf8(await read("data/measured.json")) ?? "");
  const reports = isObject(measured) && isObject(measured.exhibits) ? Object.entries(measured.exhibits) : [];
  const states = (report: Json): string[] => {
    const said = isObject(report) && Array.isArray(report.attestations) ? report.attestations : [];
    return said.flatMap((one) => (isObject(one) && one.kind === "c2pa" ? [String(one.status)] : []));
  };
  return new Map(reports.map(([id, report]) => [id, states(report ?? null)]));
}
