/** The engine's fingerprint: everything that fixes the bits of an image beside its recipe, as one value and one hash. */

import { sha256Hex } from "../base/hash.ts";
import { canonicalJson } from "../base/json.ts";
import type { RuntimeIdentity } from "./backend.ts";
import type { NoiseSource } from "./noise/generator.ts";

/**
 * Number of the graphs' arithmetic. It grows with any change of the builder that gives another graph for the same
 * configuration; a test holds the graphs of this number by their hashes.
 */
export const GRAPH_REVISION = 1;

/** An adapter as it was merged, or a learnt word as the prompt named it. */
export interface AdapterIdentity {
  readonly name: string;
  readonly sha256: string;
  readonly weight: number;
  /** For the text encoders, where it is another one. */
  readonly weightText?: number;
}

/** What fixes the bits. Two images of one recipe may be compared bit for bit only when these are equal. */
export interface EngineFingerprint extends RuntimeIdentity {
  readonly engine: "embedded";
  readonly graphs: number;
  /** SHA-256 of each weight file by its name. */
  readonly weights: Readonly<Record<string, string>>;
  /** In the order of merging: another order may round otherwise. */
  readonly adapters: readonly AdapterIdentity[];
  readonly noise: NoiseSource;
  readonly dialect: string;
  /** SHA-256 over the canonical JSON (RFC 8785) of all the above, lower-case hex. */
  readonly sha256: string;
}

/** What a run adds to its runtime. */
export type FingerprintParts = Pick<EngineFingerprint, "weights" | "adapters" | "noise" | "dialect">;

/** The fingerprint of a runtime with a model, its adapters and its ways. */
export function engineFingerprint(runtime: RuntimeIdentity, parts: FingerprintParts): EngineFingerprint {
  const { weights, adapters, noise, dialect } = parts;
  const body = { ...runtime, engine: "embedded", graphs: GRAPH_REVISION, weights, adapters, noise, dialect } as const;
  return { ...body, sha256: sha256Hex(canonicalJson(body)) };
}

/** Names of the parts in which two fingerprints differ, the hash left out; none when bits may be compared. */
export function fingerprintDifferences(a: EngineFingerprint, b: EngineFingerprint): string[] {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof EngineFingerprint>;
  names.delete("sha256");
  const text = (value: unknown): string => (value === undefined ? "" : canonicalJson(value));
  return [...names].filter((name) => text(a[name]) !== text(b[name])).sort();
}
