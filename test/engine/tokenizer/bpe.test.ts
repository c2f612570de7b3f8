import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import fc from "fast-check";
import { gunzipSync, strFromU8 } from "fflate";
import { describe, expect, test } from "vitest";
import { tokenizer } from "../../../src/engine/tokenizer/bpe.ts";
import { byteAlphabet, huggingFaceVocabulary, openAiVocabulary } from "../../../src/engine/tokenizer/vocabulary.ts";
import { cpuNow } from "../../helpers/cpu.ts";

const ROOT = resolve(import.meta.dirname, "../../..");
const merges = strFromU8(gunzipSync(readFileSync(join(ROOT, "models/tokenizer/clip/bpe_simple_vocab_16e6.txt.gz"))));
const clip = openAiVocabulary(merges);

interface Golden {
  readonly prompts: readonly (readonly [string, readonly number[]])[];
}
const golden = (name: string): Golden =>
  JSON.parse(readFileSync(join(import.meta.dirname, "vectors", `${name}.json`), "utf8")) as Golden;

describe.each(["basic", "fast"] as const)("the ids of the %s Hugging Face tokenizer", (cleaning) => {
  const { prompts } = golden(cleaning);

  test("are given for more than 200 prompts of every script, spacing and punctuation", () => {
    expect(prompts.length).toBeGreaterThan(200);
    const { encode } = tokenizer(clip, cleaning);
    const wrong = prompts.filter(([text, ids]) => encode(text).join() !== ids.join());
    expect(wrong.map(([text, ids]) => ({ text, ids: ids.join(), ours: encode(text).join() }))).toEqual([]);
  });
});

test("CLIP's vocabulary has 49,408 tokens and its marks at the end", () => {
  expect(clip.ids.size).toBe(49_408);
  expect([clip.begin, clip.end]).toEqual([49_406, 49_407]);
});

test("the files of a diffusers folder give the same tokenizer as OpenAI's file", () => {
  const lines = merges.split("\n").slice(0, 48_895).join("\n");
  const folder = tokenizer(huggingFaceVocabulary(JSON.parse(JSON.stringify(Object.fromEntries(clip.ids))), lines));
  const text = "a red fox under the Brandenburg Gate, 1girl, 猫";
  expect(folder.encode(text)).toEqual(tokenizer(clip).encode(text));
});

test("ids decode to the text: every byte of every word is kept", () => {
  const names = new Map([...clip.ids].map(([token, id]) => [id, token]));
  const byteOf = new Map(byteAlphabet.map((letter, byte) => [letter, byte]));
  const { encode } = tokenizer(clip);
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z0-9é猫🐱,.!-]{1,12}$/u), (text) => {
      const letters = encode(text).flatMap((id) => Array.from(names.get(id)!.replace("</w>", "")));
      const bytes = Uint8Array.from(letters, (letter) => byteOf.get(letter)!);
      return new TextDecoder().decode(bytes) === text;
    }),
  );
});

test("a word of 20,000 letters takes moments, a longer text is refused", () => {
  const { encode } = tokenizer(clip);
  const letters = Array.from({ length: 20_000 }, (_, i) => "etaoinshrdlu"[(i * i * 7 + (i >> 3)) % 12]).join("");
  const before = cpuNow();
  expect(encode(letters).length).toBeGreaterThan(1000);
  expect(cpuNow() - before).toBeLessThan(5000);
  expect(() => encode(`${letters}x`)).toThrow(expect.objectContaining({ code: "engine.text-too-long" }));
});

test.each([
  ["a list instead of an object", [], "h\na b"],
  ["an id that is no number", { "<|startoftext|>": "0", "<|endoftext|>": 1 }, "h\na b"],
  ["no end mark", { "<|startoftext|>": 0 }, "h\na b"],
  ["a merge of three parts", { "<|startoftext|>": 0, "<|endoftext|>": 1 }, "h\na b c"],
])("a vocabulary with %s is refused by name", (_, vocab, lines) => {
  expect(() => huggingFaceVocabulary(vocab, lines)).toThrow(
    expect.objectContaining({ code: "engine.vocabulary-malformed" }),
  );
});
