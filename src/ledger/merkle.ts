/** Merkle trees over a log: hashes, roots, inclusion and consistency proofs. RFC 6962, section 2.1; RFC 9162, section 2.1. */

import { concatBytes, equalBytes } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import { sha256 } from "../base/hash.ts";

/** A SHA-256 function; hosts may pass a faster one than the portable default. */
export type Sha256 = (data: Uint8Array) => Uint8Array;

/** The two hashes of a tree: of a leaf (0x00 before the entry) and of an inner node (0x01 before its two children). */
export interface TreeHasher {
  leaf(entry: Uint8Array): Uint8Array;
  node(left: Uint8Array, right: Uint8Array): Uint8Array;
}

/** Entries [from, to) of a log; their subtree is a node of the tree, or of a smaller tree, that a proof names. */
export type Range = readonly [from: number, to: number];

/** A perfect subtree: the 2^level entries from index·2^level. */
export interface Subtree {
  readonly level: number;
  readonly index: number;
}

const LEAF = Uint8Array.of(0);

/** The tree's hashes over a given SHA-256. The node hash reuses one buffer, so `sha256` must not keep its argument. */
export function treeHasher(hash: Sha256): TreeHasher {
  const buffer = new Uint8Array(65);
  buffer[0] = 1;
  return {
    leaf: (entry) => hash(concatBytes(LEAF, entry)),
    node(left, right) {
      buffer.set(left, 1);
      buffer.set(right, 33);
      return hash(buffer);
    },
  };
}

/** Tree hashes over the portable SHA-256. */
export const HASHER: TreeHasher = treeHasher(sha256);

/** Hash of a leaf, 32 bytes. @see RFC 9162, section 2.1.1 */
export const leafHash = HASHER.leaf;

/** Hash of an inner node, 32 bytes. @see RFC 9162, section 2.1.1 */
export const nodeHash = HASHER.node;

/** Root of the tree without entries. */
export const EMPTY_ROOT: Uint8Array = sha256(new Uint8Array(0));

/** The right edge of a growing tree: enough to append and to give the root, no more than log2(size) hashes. */
export class Frontier {
  size: number;
  private readonly edge: Uint8Array[];
  private readonly hasher: TreeHasher;

  /** @param edge - hashes of {@link perfectSubtrees} of [0, size], to go on from there */
  constructor(hasher: TreeHasher = HASHER, size = 0, edge: readonly Uint8Array[] = []) {
    this.hasher = hasher;
    this.size = size;
    this.edge = [...edge];
  }

  /**
   * Adds one leaf hash at the end.
   * @param completed - told of each perfect subtree of two or more entries that this leaf completes, with its level
   */
  append(leaf: Uint8Array, completed?: (level: number, hash: Uint8Array) => void): void {
    let hash = leaf;
    for (let rest = this.size, level = 1; rest % 2 === 1; rest = (rest - 1) / 2, level++) {
      hash = this.hasher.node(this.edge.pop()!, hash);
      completed?.(level, hash);
    }
    this.edge.push(hash);
    this.size++;
  }

  /** Root of the tree as it is now. */
  root(): Uint8Array {
    return fold(this.edge, this.hasher) ?? EMPTY_ROOT;
  }
}

/** Root of the tree over these leaf hashes. */
export function treeRoot(leaves: Iterable<Uint8Array>, hasher: TreeHasher = HASHER): Uint8Array {
  const frontier = new Frontier(hasher);
  for (const leaf of leaves) frontier.append(leaf);
  return frontier.root();
}

/** Root over perfect subtrees of falling size, left to right; `undefined` for none. */
export function fold(subtrees: readonly Uint8Array[], hasher: TreeHasher = HASHER): Uint8Array | undefined {
  let hash = subtrees.at(-1);
  for (let i = subtrees.length - 2; i >= 0; i--) hash = hasher.node(subtrees[i]!, hash!);
  return hash;
}

/** The perfect subtrees that a range of a proof consists of, left to right. Their {@link fold} is the range's hash. */
export function perfectSubtrees([from, to]: Range): Subtree[] {
  const subtrees: Subtree[] = [];
  for (let at = from; at < to; ) {
    let level = 0;
    let width = 1;
    while (at % (width * 2) === 0 && at + width * 2 <= to) {
      width *= 2;
      level++;
    }
    subtrees.push({ level, index: at / width });
    at += width;
  }
  return subtrees;
}

/** The ranges whose hashes prove that entry `index` is in a tree of `size`, from the leaf up. @see RFC 9162, 2.1.3.1 */
export function inclusionRanges(index: number, size: number): Range[] {
  checkPlace(index, size);
  const path: Range[] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    const middle = from + split(to - from);
    path.push(index < middle ? [middle, to] : [from, middle]);
    if (index < middle) to = middle;
    else from = middle;
  }
  return path.reverse();
}

/** The ranges whose hashes prove that a tree of `size` continues the tree of its first `old` entries. @see RFC 9162, 2.1.4.1 */
export function consistencyRanges(old: number, size: number): Range[] {
  if (old > size) throw new SeedproofError("ledger.proof-range", `a tree of ${size} continues no tree of ${old}`);
  if (old === 0 || old === size) return [];
  const path: Range[] = [];
  let [from, to] = [0, size];
  while (old !== to) {
    const middle = from + split(to - from);
    path.push(old <= middle ? [middle, to] : [from, middle]);
    if (old <= middle) to = middle;
    else from = middle;
  }
  if (from > 0) path.push([from, to]);
  return path.reverse();
}

/**
 * The tree root that an inclusion proof leads to. The entry is in the tree exactly when this equals the root of a
 * checkpoint you trust, of the same size.
 *
 * @param leaf - leaf hash of the entry, 32 bytes
 * @param index - place of the entry, counted from 0
 * @param path - sibling hashes from the leaf up, 32 bytes each
 * @throws SeedproofError `ledger.proof-malformed` when no path of this length fits this index and size
 * @see RFC 9162, section 2.1.3.2
 */
export function inclusionRoot(leaf: Uint8Array, index: number, size: number, path: readonly Uint8Array[]): Uint8Array {
  const ranges = inclusionRanges(index, size);
  if (ranges.length !== path.length) {
    throw new SeedproofError("ledger.proof-malformed", `a path has ${ranges.length} hashes here, not ${path.length}`);
  }
  return ranges.reduce((hash, [from], i) => (from > index ? nodeHash(hash, path[i]!) : nodeHash(path[i]!, hash)), leaf);
}

/** One state of a log: its size and its root. */
export interface TreeHead {
  readonly size: number;
  readonly root: Uint8Array;
}

/**
 * Whether a proof shows that the tree `to` begins with all of the tree `from`.
 * @param proof - hashes of {@link consistencyRanges}, 32 bytes each
 * @see RFC 9162, section 2.1.4.2
 */
export function verifyConsistency(from: TreeHead, to: TreeHead, proof: readonly Uint8Array[]): boolean {
  if (from.size > to.size) return false;
  if (from.size === to.size) return proof.length === 0 && equalBytes(from.root, to.root);
  if (from.size === 0) return proof.length === 0 && equalBytes(from.root, EMPTY_ROOT);
  const path = isPowerOfTwo(from.size) ? [from.root, ...proof] : proof;
  let fn = from.size - 1;
  let sn = to.size - 1;
  for (; fn % 2 === 1; fn = half(fn)) sn = half(sn);
  let [old, root] = [path[0], path[0]];
  if (old === undefined || root === undefined) return false;
  for (const hash of path.slice(1)) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      old = nodeHash(hash, old);
      root = nodeHash(hash, root);
      for (; fn % 2 === 0 && fn !== 0; fn = half(fn)) sn = half(sn);
    } else {
      root = nodeHash(root, hash);
    }
    fn = half(fn);
    sn = half(sn);
  }
  return sn === 0 && equalBytes(old, from.root) && equalBytes(root, to.root);
}

const half = (n: number): number => Math.floor(n / 2);

/** The largest power of two below `n`, for n > 1. Sizes pass 2^32, so no bit operations. */
function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

function isPowerOfTwo(n: number): boolean {
  return n === 1 || split(n) * 2 === n;
}

function checkPlace(index: number, size: number): void {
  if (!Number.isSafeInteger(size) || !Number.isSafeInteger(index) || index < 0 || index >= size) {
    throw new SeedproofError("ledger.proof-range", `a tree of ${size} entries has no entry ${index}`);
  }
}
