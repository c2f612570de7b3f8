/** A generator: one family of programs, and how to read what its files say. One file a generator. */

import type { Block } from "../image/block.ts";
import type { ContainerKind, Pixels } from "../image/container.ts";
import type { Account } from "./account.ts";

/** A block with its index in the file's list. */
export interface Entry {
  readonly index: number;
  readonly block: Block;
}

/** What a generator is shown of a file: the blocks that no generator before it has read. */
export interface Evidence {
  readonly container: ContainerKind;
  /** Measured size, before orientation. */
  readonly pixels: Pixels | undefined;
  readonly entries: readonly Entry[];
}

/**
 * One family of programs or services. `read` is pure and total: it returns no account where nothing is its own,
 * and it says in findings what it could not follow; it never throws for what a file contains.
 */
export interface Generator {
  readonly name: string;
  readonly read: (evidence: Evidence) => readonly Account[];
}

/** The first block with this key whose text the test accepts. */
export function entryOf(evidence: Evidence, key: string | RegExp, test?: (text: string) => boolean): Entry | undefined {
  return evidence.entries.find(({ block }) => {
    if (block.text === undefined) return false;
    return (typeof key === "string" ? block.key === key : key.test(block.key)) && (test?.(block.text) ?? true);
  });
}
