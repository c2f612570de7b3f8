import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concatBytes, fromHex, toHex, utf8 } from "../../src/base/bytes.ts";
import { sha256 } from "../../src/base/hash.ts";
import type { Range } from "../../src/ledger/merkle.ts";
import {
  consistencyRanges,
  EMPTY_ROOT,
  Frontier,
  fold,
  inclusionRanges,
  inclusionRoot,
  leafHash,
  nodeHash,
  perfectSubtrees,
  treeRoot,
  verifyConsistency,
} from "../../src/ledger/merkle.ts";

// The eight entries of the Certificate Transparency test tree and the roots over the first n of them.
// google/certificate-transparency, cpp/merkletree/merkle_tree_test.cc; the same in transparency-dev/merkle.
const ENTRIES = [
  "",
  "00",
  "10",
  "2021",
  "3031",
  "40414243",
  "5051525354555657",
  "606162636465666768696a6b6c6d6e6f",
].map(fromHex);
const ROOTS = [
  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

/** RFC 6962, section 2.1, word for word: the second way. */
function mth(entries: readonly Uint8Array[]): Uint8Array {
  if (entries.length === 0) return sha256(new Uint8Array(0));
  if (entries.length === 1) return sha256(concatBytes(Uint8Array.of(0), entries[0]!));
  let k = 1;
  while (k * 2 < entries.length) k *= 2;
  return sha256(concatBytes(Uint8Array.of(1), mth(entries.slice(0, k)), mth(entries.slice(k))));
}

/** Hash of a range the way a tile reader gets it: from perfect subtrees. */
function rangeHash(entries: readonly Uint8Array[], range: Range): Uint8Array {
  const hashes = perfectSubtrees(range).map(({ level, index }) => {
    const width = 1 << level;
    return mth(entries.slice(index * width, (index + 1) * width));
  });
  return fold(hashes)!;
}

const entriesOf = (count: number): Uint8Array[] => Array.from({ length: count }, (_, i) => utf8(`entry ${i}`));
const head = (entries: readonly Uint8Array[]) => ({ size: entries.length, root: mth(entries) });

describe("the Certificate Transparency test tree", () => {
  test("has the published roots at every size", () => {
    expect(toHex(EMPTY_ROOT)).toBe(ROOTS[0]);
    const frontier = new Frontier();
    ENTRIES.forEach((entry, i) => {
      frontier.append(leafHash(entry));
      expect(toHex(frontier.root())).toBe(ROOTS[i + 1]);
    });
  });

  test("has the published path for its first entry", () => {
    const path = inclusionRanges(0, 8).map((range) => toHex(rangeHash(ENTRIES, range)));
    expect(path).toEqual([
      "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]);
  });

  test("has the published consistency proof from six to eight entries", () => {
    expect(consistencyRanges(6, 8).map((range) => toHex(rangeHash(ENTRIES, range)))).toEqual([
      "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]);
  });
});

test("every entry of every tree up to 70 proves its place, and only its place", () => {
  const all = entriesOf(70);
  for (let size = 1; size <= all.length; size++) {
    const entries = all.slice(0, size);
    const root = toHex(mth(entries));
    expect(toHex(treeRoot(entries.map(leafHash)))).toBe(root);
    for (let index = 0; index < size; index += size > 20 ? 7 : 1) {
      const path = inclusionRanges(index, size).map((range) => rangeHash(entries, range));
      expect(toHex(inclusionRoot(leafHash(entries[index]!), index, size, path))).toBe(root);
      expect(toHex(inclusionRoot(leafHash(utf8("another")), index, size, path))).not.toBe(root);
      expect(() => inclusionRoot(leafHash(entries[index]!), index, size, [...path, EMPTY_ROOT])).toThrow("hashes");
    }
  }
});

test("every tree up to 40 is shown to continue every smaller one, and no changed one", () => {
  const all = entriesOf(40);
  for (let size = 0; size <= all.length; size++) {
    for (let old = 0; old <= size; old++) {
      const [from, to] = [head(all.slice(0, old)), head(all.slice(0, size))];
      const proof = consistencyRanges(old, size).map((range) => rangeHash(all, range));
      expect(verifyConsistency(from, to, proof), `${old} to ${size}`).toBe(true);
      if (old === 0 || old === size) continue;
      const rewritten = [utf8("rewritten"), ...all.slice(1, old)];
      expect(verifyConsistency(head(rewritten), to, proof)).toBe(false);
      expect(verifyConsistency(from, to, proof.slice(1))).toBe(false);
      expect(verifyConsistency(from, to, [...proof, EMPTY_ROOT])).toBe(false);
    }
  }
});

test("a proof with any one bit changed is refused", () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 300 }), fc.nat(), fc.nat(), fc.nat(), (size, a, b, bit) => {
      const entries = entriesOf(size);
      const old = 1 + (a % (size - 1));
      const proof = consistencyRanges(old, size).map((range) => rangeHash(entries, range));
      const broken = proof.map((hash) => Uint8Array.from(hash));
      const hash = broken[b % broken.length]!;
      hash[bit % 32]! ^= 1 << (bit % 8);
      return !verifyConsistency(head(entries.slice(0, old)), head(entries), broken);
    }),
    { numRuns: 40 },
  );
});

test("sizes above 2^32 keep their exact paths", () => {
  const size = 2 ** 40 + 3;
  expect(inclusionRanges(size - 1, size)).toEqual([
    [2 ** 40, 2 ** 40 + 2],
    [0, 2 ** 40],
  ]);
  expect(perfectSubtrees([2 ** 40, 2 ** 40 + 3])).toEqual([
    { level: 1, index: 2 ** 39 },
    { level: 0, index: 2 ** 40 + 2 },
  ]);
});

test("places outside the tree are refused", () => {
  for (const [index, size] of [
    [0, 0],
    [5, 5],
    [-1, 5],
    [1.5, 5],
  ] as const) {
    expect(() => inclusionRanges(index, size)).toThrow("no entry");
  }
  expect(() => consistencyRanges(6, 5)).toThrow("continues no tree");
  expect(nodeHash(EMPTY_ROOT, EMPTY_ROOT)).toHaveLength(32);
});
