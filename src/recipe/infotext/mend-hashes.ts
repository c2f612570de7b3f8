/** Hash lists that lost their quotes or their key on the way. */

import type { Edit } from "../edits.ts";
import { isHashList } from "./hash-list.ts";
import { isKnownKey } from "./keys.ts";
import type { InfotextView } from "./layout.ts";
import type { Pair, PairScan } from "./pairs.ts";

/** Civitai cuts a quoted hash list at its commas and sorts the pieces among the other parameters. */
export function findStrayQuotes({ scan }: InfotextView): Edit[] {
  const closing = scan.pairs
    .filter(({ key, raw }) => /^[0-9a-f]{8,64}"$/i.test(raw) && !isKnownKey(key))
    .map(({ span }) => ({ from: span[1] - 1, to: span[1], with: "" }));
  const opening = scan.loose
    .filter(({ quoted, text }) => !quoted && text.startsWith('"') && isHashList(text.slice(1)))
    .map(({ span }) => ({ from: span[0], to: span[0] + 1, with: "" }));
  return [...closing, ...opening].sort((a, b) => a.from - b.from);
}

/** `Lora hashes: a: 0123456789ab, b: …` without quotes: the scanner sees pairs of their own. */
export function findUnquotedHashes({ scan }: InfotextView): Edit[] {
  return runsOfHashes(scan, (pair) => /^(?:lora|lycoris|ti) hashes$/i.test(pair.key) && isHashList(pair.raw)).flatMap(
    ([first, last]) => [
      { from: first.span[0], to: first.span[0], with: '"' },
      { from: last.span[1], to: last.span[1], with: '"' },
    ],
  );
}

/** A hash list in quotes, or a run of unknown names with hashes, that has no key before it. */
export function findKeylessHashes({ scan }: InfotextView): Edit[] {
  const key = "Lora hashes: ";
  const quoted = scan.loose
    .filter((item) => item.quoted && isHashList(item.text.slice(1, -1)))
    .map(({ span }) => ({ from: span[0], to: span[0], with: key }));
  const bare = runsOfHashes(scan, isNamedHash).flatMap(([first, last]) => [
    { from: first.from, to: first.from, with: `${key}"` },
    { from: last.span[1], to: last.span[1], with: '"' },
  ]);
  return [...quoted, ...bare].sort((a, b) => a.from - b.from);
}

/** First and last pair of each run that a pair of this kind starts and that `name: hash` pairs go on with. */
function runsOfHashes({ pairs }: PairScan, starts: (pair: Pair) => boolean): [first: Pair, last: Pair][] {
  const runs: [Pair, Pair][] = [];
  let open = false;
  for (const pair of pairs) {
    if (open && isNamedHash(pair)) runs.at(-1)![1] = pair;
    else {
      open = starts(pair);
      if (open) runs.push([pair, pair]);
    }
  }
  return runs;
}

/** A LoRA's 12 digits under a name that is no key of the family. */
function isNamedHash(pair: Pair): boolean {
  return /^[0-9a-f]{12}$/i.test(pair.raw) && !isKnownKey(pair.key);
}
