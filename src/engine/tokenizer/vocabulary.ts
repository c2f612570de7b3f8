/** The vocabulary and merge ranks of CLIP's byte-level BPE, in OpenAI's file and in Hugging Face's pair of files. */

import { SeedproofError } from "../../base/errors.ts";

/** What a byte-level BPE knows. Tokens are written in the byte alphabet of {@link byteAlphabet}. */
export interface Vocabulary {
  /** Token → id. A token at the end of a word ends in `</w>`. */
  readonly ids: ReadonlyMap<string, number>;
  /** The two parts of a merge with a blank between → rank; a lower rank merges first. */
  readonly ranks: ReadonlyMap<string, number>;
  /** Id of `<|startoftext|>`, 49406 in CLIP. */
  readonly begin: number;
  /** Id of `<|endoftext|>`, 49407 in CLIP; stands for unknown tokens too. */
  readonly end: number;
}

const BEGIN = "<|startoftext|>";
const END = "<|endoftext|>";

/** CLIP uses 48,894 of the 262,145 merges in its file: 49,152 − 256 − 2. */
const CLIP_MERGES = 48_894;

/** Largest vocabulary that is read: ten times CLIP's, so that a hostile file cannot fill the memory. */
const MAX_TOKENS = 500_000;

/**
 * The printable character that stands for each byte, by byte value, as in GPT-2: visible Latin-1 characters stand for
 * themselves, the rest follow from U+0100 on.
 */
export const byteAlphabet: readonly string[] = byteOrder()
  .map((byte, place): [number, string] => [byte, String.fromCodePoint(place < 188 ? byte : 256 + place - 188)])
  .sort(([a], [b]) => a - b)
  .map(([, letter]) => letter);

/** The 256 bytes in the order of CLIP's first 256 ids: the 188 visible ones, then the others. */
function byteOrder(): number[] {
  const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const visible = [...range(0x21, 0x7e), ...range(0xa1, 0xac), ...range(0xae, 0xff)];
  return [...visible, ...range(0, 255).filter((byte) => !visible.includes(byte))];
}

/**
 * The vocabulary of OpenAI's `bpe_simple_vocab_16e6.txt`: 256 bytes, the same with `</w>`, the merges, begin, end.
 * @param merges - the file's text, its first line a header
 * @throws SeedproofError `engine.vocabulary-malformed` when a merge is not two parts with a blank between
 */
export function openAiVocabulary(merges: string): Vocabulary {
  const pairs = mergeLines(merges).slice(0, CLIP_MERGES);
  const letters = byteOrder().map((byte) => byteAlphabet[byte]!);
  const tokens = [
    ...letters,
    ...letters.map((letter) => `${letter}</w>`),
    ...pairs.map((pair) => pair.replace(" ", "")),
  ];
  return vocabulary(new Map([...tokens, BEGIN, END].map((token, id) => [token, id])), pairs);
}

/**
 * The vocabulary of a diffusers `tokenizer/` folder.
 * @param vocab - the parsed `vocab.json`: token → id
 * @param merges - the text of `merges.txt`, its first line a header
 * @throws SeedproofError `engine.vocabulary-malformed` when the files are of another form
 */
export function huggingFaceVocabulary(vocab: unknown, merges: string): Vocabulary {
  if (typeof vocab !== "object" || vocab === null || Array.isArray(vocab))
    throw malformed("vocab.json is not an object");
  const entries = Object.entries(vocab as Record<string, unknown>);
  if (entries.length > MAX_TOKENS) throw malformed(`vocab.json has more than ${MAX_TOKENS} tokens`);
  for (const [token, id] of entries) {
    if (!Number.isSafeInteger(id) || (id as number) < 0) throw malformed(`the id of "${token}" is not a whole number`);
  }
  return vocabulary(new Map(entries as [string, number][]), mergeLines(merges));
}

function vocabulary(ids: ReadonlyMap<string, number>, pairs: readonly string[]): Vocabulary {
  const begin = ids.get(BEGIN);
  const end = ids.get(END);
  if (begin === undefined || end === undefined) throw malformed(`the vocabulary has no ${BEGIN} or no ${END}`);
  return { ids, ranks: new Map(pairs.map((pair, rank) => [pair, rank])), begin, end };
}

function mergeLines(text: string): string[] {
  const lines = text
    .trim()
    .split("\n", MAX_TOKENS + 2)
    .slice(1);
  if (lines.length > MAX_TOKENS) throw malformed(`there are more than ${MAX_TOKENS} merges`);
  const pairs = lines.map((line) => line.trim());
  const odd = pairs.findIndex((pair) => !/^[^\s]+ [^\s]+$/.test(pair));
  if (odd >= 0) throw malformed(`line ${odd + 2} of the merges is not two parts with a blank between`);
  return pairs;
}

function malformed(what: string): SeedproofError {
  return new SeedproofError("engine.vocabulary-malformed", what);
}
