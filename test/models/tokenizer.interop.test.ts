import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { captionWords } from "../../models/training/scenes/caption.ts";

const SCRIPT = resolve(import.meta.dirname, "../../models/training/tokenizer.py");

/** Runs the Python program on these words and reads what it wrote. */
function makeTokenizer(words: readonly string[]): { vocabulary: Record<string, number>; merges: string[] } {
  const folder = mkdtempSync(join(tmpdir(), "tokenizer-"));
  writeFileSync(join(folder, "tags.json"), JSON.stringify({ words }));
  execFileSync("python3", [SCRIPT, "--data", folder, "--out", folder]);
  return {
    vocabulary: JSON.parse(readFileSync(join(folder, "vocab.json"), "utf8")),
    merges: readFileSync(join(folder, "merges.txt"), "utf8").trim().split("\n"),
  };
}

/** CLIP's byte-pair encoding of one ASCII word, plainly: apply every merge in order of rank. */
function encode(word: string, merges: readonly string[]): string[] {
  let symbols = [...word.slice(0, -1), `${word.at(-1)}</w>`];
  for (const merge of merges) {
    const [a, b] = merge.split(" ");
    for (let i = 0; i + 1 < symbols.length; i++) {
      if (symbols[i] === a && symbols[i + 1] === b)
        symbols = [...symbols.slice(0, i), a! + b!, ...symbols.slice(i + 2)];
    }
  }
  return symbols;
}

test("every word of the captions is one token of CLIP's format, and any other word falls apart into known ones", () => {
  const { vocabulary, merges } = makeTokenizer(captionWords());
  expect(merges[0]).toBe("#version: 0.2");
  const ranked = merges.slice(1);
  for (const word of captionWords()) expect(encode(word, ranked)).toEqual([`${word}</w>`]);
  const pieces = encode("rabbitmoon", ranked);
  expect(pieces.length).toBeGreaterThan(1);
  for (const piece of [...pieces, ...captionWords().map((word) => `${word}</w>`)])
    expect(vocabulary).toHaveProperty([piece]);
  const ids = Object.values(vocabulary);
  expect([...ids].sort((a, b) => a - b)).toEqual(ids.map((_, i) => i));
  expect(vocabulary["<|endoftext|>"]).toBe(ids.length - 1);
  expect(ids.length).toBe(512 + ranked.length + 2);
});
