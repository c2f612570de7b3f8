/** CLIP's tokenizer: words by a pattern, each word merged from bytes by rank (Sennrich et al. 2016; openai/CLIP). */

import { utf8 } from "../../base/bytes.ts";
import { SeedproofError } from "../../base/errors.ts";
import { type Cleaning, rules } from "./clean.ts";
import { byteAlphabet, type Vocabulary } from "./vocabulary.ts";

/** Text to token ids. */
export interface Tokenizer {
  readonly vocabulary: Vocabulary;
  /**
   * The ids of a text, without begin, end and padding. `<|startoftext|>` and `<|endoftext|>` in the text give their ids.
   * @throws SeedproofError `engine.text-too-long` when the text has more than 20,000 characters
   */
  encode(text: string): readonly number[];
}

/** Merging is quadratic in the length of a word; this keeps the worst word under a second. Prompts have hundreds. */
const MAX_TEXT = 20_000;

/** Begin and end marks count as written, in lower case, before anything else is looked at. */
const MARKS = /(<\|startoftext\|>|<\|endoftext\|>)/;

/** A tokenizer over a vocabulary. @see {@link Cleaning} for whose ids the texts outside ASCII get. */
export function tokenizer(vocabulary: Vocabulary, cleaning: Cleaning = "basic"): Tokenizer {
  const { clean, words } = rules[cleaning];
  const encode = (text: string): readonly number[] => {
    if (text.length > MAX_TEXT) {
      throw new SeedproofError(
        "engine.text-too-long",
        `a text of ${text.length} characters; at most ${MAX_TEXT} are read`,
      );
    }
    return text.split(MARKS).flatMap((part, i) => {
      if (i % 2 === 1) return vocabulary.ids.get(part) ?? vocabulary.end;
      return (
        clean(part)
          .match(words)
          ?.flatMap((word) => encodeWord(word, vocabulary, cleaning)) ?? []
      );
    });
  };
  return { vocabulary, encode };
}

function encodeWord(word: string, { ids, ranks, end }: Vocabulary, cleaning: Cleaning): number[] {
  // The slow tokenizer takes marks in capitals for marks, once they are lower-cased.
  if (cleaning === "basic" && MARKS.test(word)) return [ids.get(word) ?? end];
  const letters = Array.from(utf8(word), (byte) => byteAlphabet[byte]!);
  letters.push(`${letters.pop()}</w>`);
  return merge(letters, ranks).map((part) => ids.get(part) ?? end);
}

/** Merges neighbours until no rule fits: each time every place of the pair with the lowest rank, from left to right. */
function merge(letters: readonly string[], ranks: ReadonlyMap<string, number>): readonly string[] {
  let parts = letters;
  const rankOf = (left: string, right: string | undefined): number =>
    (right === undefined ? undefined : ranks.get(`${left} ${right}`)) ?? Number.POSITIVE_INFINITY;
  let pairs = parts.map((part, i) => rankOf(part, parts[i + 1]));
  for (;;) {
    const lowest = pairs.reduce((least, rank) => Math.min(least, rank), Number.POSITIVE_INFINITY);
    if (lowest === Number.POSITIVE_INFINITY) return parts;
    const merged: string[] = [];
    // Rank of each new pair where neither part is new, else undefined: only pairs beside a merge are looked up again.
    const known: (number | undefined)[] = [];
    for (let i = 0; i < parts.length; i++) {
      const joins = pairs[i] === lowest;
      if (joins) known[known.length - 1] = undefined;
      merged.push(joins ? parts[i]! + parts[i + 1] : parts[i]!);
      known.push(joins ? undefined : pairs[i]);
      if (joins) i++;
    }
    pairs = known.map((rank, i) => rank ?? rankOf(merged[i]!, merged[i + 1]));
    parts = merged;
  }
}
