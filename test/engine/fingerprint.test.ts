import { expect, test } from "vitest";
import { sha256Hex } from "../../src/base/hash.ts";
import { examinations, patternWeights } from "../../src/engine/examinations.ts";
import { engineFingerprint, fingerprintDifferences, GRAPH_REVISION } from "../../src/engine/fingerprint.ts";
import { fastRuntime, referenceRuntime } from "../../src/engine/runtimes.ts";

const parts = { weights: { "unet.safetensors": "ab" }, adapters: [], noise: "torch-cpu", dialect: "a1111" } as const;

/** Other graphs are another revision: write both anew, on purpose. */
test("the graphs of this revision are these bytes", () => {
  const hashes = examinations.map(({ name, build }) => [
    name,
    sha256Hex(build(patternWeights().source).model).slice(0, 16),
  ]);
  expect([GRAPH_REVISION, Object.fromEntries(hashes)]).toEqual([
    1,
    {
      "text encoder": "248e6038aefb2970",
      unet: "7f804e1ecc10ef5b",
      "vae decoder": "6bfe770bce4de7bc",
      "vae encoder": "1d8be3a1b1ffcd6b",
    },
  ]);
});

test("a fingerprint is the same for the same parts in any order of names", () => {
  const a = engineFingerprint(referenceRuntime, { ...parts, weights: { a: "1", b: "2" } });
  const b = engineFingerprint(referenceRuntime, { ...parts, weights: { b: "2", a: "1" } });
  expect(a.sha256).toBe(b.sha256);
  expect(fingerprintDifferences(a, b)).toEqual([]);
});

test("every part that fixes bits changes it, and is named as the difference", () => {
  const base = engineFingerprint(referenceRuntime, parts);
  const adapter = { name: "ink", sha256: "cd", weight: 0.7 };
  const others: [string[], typeof base][] = [
    [["weights"], engineFingerprint(referenceRuntime, { ...parts, weights: { "unet.safetensors": "ac" } })],
    [["adapters"], engineFingerprint(referenceRuntime, { ...parts, adapters: [adapter] })],
    [["noise"], engineFingerprint(referenceRuntime, { ...parts, noise: "nv" })],
    [["dialect"], engineFingerprint(referenceRuntime, { ...parts, dialect: "comfyui" })],
    [["optimization"], engineFingerprint({ ...referenceRuntime, optimization: "all" }, parts)],
    [["binarySha256", "cpu", "mode", "runtime"], engineFingerprint(fastRuntime("1.30.0", "ef", "avx2"), parts)],
  ];
  for (const [names, other] of others) {
    expect(fingerprintDifferences(base, other)).toEqual(names);
    expect(other.sha256).not.toBe(base.sha256);
  }
});
