import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Chunk, LearntWord } from "../../src/engine/conditioning/chunk.ts";
import { chunksA1111 } from "../../src/engine/conditioning/chunk-a1111.ts";
import { chunksComfyUi } from "../../src/engine/conditioning/chunk-comfyui.ts";
import { type ConditionRequest, conditioningAt, conditionPrompt } from "../../src/engine/conditioning/condition.ts";
import { parsePrompt } from "../../src/recipe/prompt/prompt.ts";
import { BEGIN, COMMA, END, toyEncoder, toyHidden, toyIds, WIDTH } from "./toy-text.ts";

const words = (from: number, count: number): string =>
  Array.from({ length: count }, (_, i) => `w${from + i}`).join(" ");
const idsOf = (chunk: Chunk): number[] => chunk.map(({ id }) => id);
/** Text of a chunk: what stands between begin and end marks, weights where they are not 1. */
const textOf = (chunk: Chunk): (number | string)[] =>
  chunk.slice(1, idsOf(chunk).indexOf(END)).map(({ id, weight }) => (weight === 1 ? id : `${id}*${weight}`));
const a1111 = (prompt: string, encoder = toyEncoder(), backtrack?: number, words?: readonly LearntWord[]): Chunk[] =>
  chunksA1111(parsePrompt(prompt, "a1111").subprompts[0]!.stages[0]!.chunks, encoder, words, backtrack);
const comfyui = (prompt: string, words?: readonly LearntWord[]): Chunk[] =>
  chunksComfyUi(parsePrompt(prompt, "comfyui").subprompts[0]!.stages[0]!.chunks.flat(), toyEncoder(), words);
const request: ConditionRequest = { dialect: "a1111", clipSkip: 1, range: { steps: 20 } };

describe("A1111's chunks", () => {
  test("have begin mark, 75 places, end mark, and padding of weight 1", () => {
    const [chunk, ...rest] = a1111("w1 (w2:1.3)", toyEncoder({ padding: 0 }));
    expect(rest).toEqual([]);
    expect(chunk).toHaveLength(77);
    expect(idsOf(chunk!)).toEqual([BEGIN, 101, 102, END, ...Array(73).fill(0)]);
    expect(chunk!.map(({ weight }) => weight)).toEqual([1, 1, 1.3, ...Array(74).fill(1)]);
  });

  test("an empty prompt is one empty chunk; 75 tokens fill one, 76 need two", () => {
    expect(a1111("").map(textOf)).toEqual([[]]);
    expect(a1111(words(0, 75))).toHaveLength(1);
    expect(a1111(words(0, 76)).map((chunk) => textOf(chunk).length)).toEqual([75, 1]);
  });

  test("BREAK closes a chunk", () => {
    expect(a1111("w1 BREAK w2 w3").map(textOf)).toEqual([[101], [102, 103]]);
    expect(a1111("w1 BREAK").map(textOf)).toEqual([[101]]);
  });

  test("a phrase of up to 20 tokens behind the last comma moves to the next chunk", () => {
    const near = a1111(`${words(0, 60)}, ${words(60, 20)}`);
    expect(near.map((chunk) => textOf(chunk).length)).toEqual([61, 20]);
    const far = a1111(`${words(0, 53)}, ${words(60, 30)}`);
    expect(far.map((chunk) => textOf(chunk).length)).toEqual([75, 9]);
    const off = a1111(`${words(0, 60)}, ${words(60, 20)}`, toyEncoder(), 0);
    expect(off.map((chunk) => textOf(chunk).length)).toEqual([75, 6]);
    // A comma that itself comes first in the next chunk breaks nothing.
    const comma = a1111(`${words(0, 70)}, ${words(70, 4)}, w99`);
    expect(comma.map((chunk) => textOf(chunk).length)).toEqual([75, 2]);
    expect(textOf(comma[1]!)[0]).toBe(COMMA);
  });

  test("lose no token and change no order, whatever the prompt", () => {
    const token = fc.oneof(
      { weight: 4, arbitrary: fc.integer({ min: 0, max: 99 }).map((n) => `w${n}`) },
      fc.constant(","),
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 300 }), fc.integer({ min: 0, max: 75 }), (tokens, backtrack) => {
        const text = tokens.join(" ");
        const chunks = a1111(text, toyEncoder(), backtrack);
        expect(chunks.flatMap(textOf)).toEqual(toyIds(text));
        expect(chunks.every((chunk) => chunk.length === 77 && textOf(chunk).length <= 75)).toBe(true);
      }),
    );
  });

  test("a learnt word's vectors stay together", () => {
    const vectors = [Float32Array.of(1, 2, 3, 4), Float32Array.of(5, 6, 7, 8)];
    const learnt = [{ name: "w7 w8", embeddings: [{ width: WIDTH, vectors }] }];
    const [first, second] = a1111(`${words(10, 74)} w7 w8 w9`, toyEncoder(), 20, learnt);
    expect(textOf(first!)).toHaveLength(74);
    expect(second!.slice(1, 4).map(({ id, vector }) => vector ?? id)).toEqual([...vectors, 109]);
  });
});

describe("ComfyUI's chunks", () => {
  test("short words move whole, long ones are cut", () => {
    expect(comfyui(`${words(0, 73)} long5 w99`).map((chunk) => textOf(chunk).length)).toEqual([73, 6]);
    expect(comfyui(`${words(0, 73)} long9 w99`).map((chunk) => textOf(chunk).length)).toEqual([75, 8]);
    expect(comfyui("").map(textOf)).toEqual([[]]);
  });

  test("inner weights replace outer ones; BREAK and square brackets are text", () => {
    expect(comfyui("((w1:1.4) w2:1.2) [w3] BREAK w4").map(textOf)).toEqual([["101*1.4", "102*1.2", 103, 104]]);
  });

  test("embedding:name stands for its vectors, and an unknown one for nothing", () => {
    const vectors = [Float32Array.of(1, 2, 3, 4)];
    const wrongWidth = { width: 3, vectors: [Float32Array.of(9, 9, 9)] };
    const learnt = [{ name: "mine", embeddings: [wrongWidth, { width: WIDTH, vectors }] }];
    const [chunk] = comfyui("w1 embedding:mine, embedding:yours w2", learnt);
    expect(chunk!.slice(1, 5).map(({ id, vector }) => vector ?? id)).toEqual([101, vectors[0], COMMA, 102]);
  });
});

describe("conditioning", () => {
  const hiddenOf = (ids: readonly number[], clipSkip = 1): number[] =>
    ids.flatMap((id, place) => Array.from({ length: WIDTH }, (_, column) => toyHidden(id, place, column, clipSkip)));
  const padded = (...ids: number[]): number[] => [BEGIN, ...ids, ...Array(76 - ids.length).fill(END)];

  test("is the encoder's states, chunk after chunk, with clip skip, pooled from the first", async () => {
    const [prompt] = await conditionPrompt("w1 BREAK w2", [toyEncoder()], { ...request, clipSkip: 2 });
    const { context, pooled } = prompt!.stages[0]!.conditioning;
    expect(context.shape).toEqual([1, 154, WIDTH]);
    expect([...context.data]).toEqual([...hiddenOf(padded(101), 2), ...hiddenOf(padded(102), 2)]);
    expect([...pooled!.data]).toEqual([101]);
  });

  test("A1111 multiplies by the weights and restores the mean; No norm does not restore; Ignore does neither", async () => {
    const plain = hiddenOf(padded(101, 102));
    const weighted = plain.map((value, i) => (Math.floor(i / WIDTH) === 2 ? Math.fround(value * 1.5) : value));
    const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value) / values.length;
    const of = async (
      emphasis: "original" | "no-norm" | "ignore" | "none",
      text = "w1 (w2:1.5)",
    ): Promise<number[]> => {
      const [prompt] = await conditionPrompt(text, [toyEncoder()], { ...request, emphasis });
      return [...prompt!.stages[0]!.conditioning.context.data];
    };
    expect(await of("no-norm")).toEqual(weighted);
    expect(await of("ignore")).toEqual(plain);
    const original = await of("original");
    expect(mean(original)).toBeCloseTo(mean(plain), 6);
    const factor = mean(plain) / mean(weighted);
    expect(original).toEqual(weighted.map((value) => Math.fround(value * factor)));
    expect(await of("none", "w1 (w2)")).toEqual(plain);
  });

  test("the mean is taken over all stages of an edited prompt at once", async () => {
    const [prompt] = await conditionPrompt("(w1:1.5) [w2:w3:0.5]", [toyEncoder()], request);
    const [first, second] = prompt!.stages.map(({ conditioning }) => [...conditioning.context.data]);
    const plain = [...hiddenOf(padded(101, 102)), ...hiddenOf(padded(101, 103))];
    const sum = [...first!, ...second!].reduce((total, value) => total + value);
    expect(sum / plain.length).toBeCloseTo(plain.reduce((total, value) => total + value) / plain.length, 6);
  });

  test("ComfyUI moves each place away from the empty prompt", async () => {
    const [prompt] = await conditionPrompt("w1 (w2:1.5)", [toyEncoder()], { ...request, dialect: "comfyui" });
    const [plain, empty] = [hiddenOf(padded(101, 102)), hiddenOf(padded())];
    const expected = plain.map((value, i) =>
      Math.floor(i / WIDTH) === 2 ? Math.fround((value - empty[i]!) * 1.5 + empty[i]!) : value,
    );
    expect([...prompt!.stages[0]!.conditioning.context.data]).toEqual(expected);
  });

  test("plain text is cut after one chunk, and its brackets are text", async () => {
    const [prompt] = await conditionPrompt(`(w1:1.5) ${words(2, 90)}`, [toyEncoder()], {
      ...request,
      dialect: "plain",
    });
    const ids = [BEGIN, ...toyIds(`w1 ${words(2, 90)}`).slice(0, 75), END];
    expect([...prompt!.stages[0]!.conditioning.context.data]).toEqual(hiddenOf(ids));
  });

  test("a text lasts one call longer than written, as in A1111, and the first comes back after the last", async () => {
    const [prompt] = await conditionPrompt("[w1:w2:5]", [toyEncoder()], request);
    const firstId = (call: number): number => conditioningAt(prompt!.stages, call).pooled!.data[0]!;
    expect([0, 5, 6, 20, 21].map(firstId)).toEqual([101, 101, 102, 102, 101]);
    const [other] = await conditionPrompt("[w1|w2]", [toyEncoder()], request);
    expect([0, 1, 2, 3, 4].map((call) => conditioningAt(other!.stages, call).pooled!.data[0])).toEqual([
      101, 101, 102, 101, 102,
    ]);
  });

  test("AND gives prompts with their weights; stages of unequal length get empty chunks", async () => {
    const prompts = await conditionPrompt("w1 AND w2:0.5", [toyEncoder()], request);
    expect(prompts.map(({ weight }) => weight)).toEqual([1, 0.5]);
    const [edited] = await conditionPrompt(`w1 [${words(10, 80)}::5]`, [toyEncoder()], request);
    const [long, short] = edited!.stages.map(({ conditioning }) => conditioning.context);
    expect([long!.shape, short!.shape]).toEqual([
      [1, 154, WIDTH],
      [1, 154, WIDTH],
    ]);
    expect([...short!.data.subarray(77 * WIDTH)]).toEqual(hiddenOf(padded()));
  });

  test("two encoders stand side by side, each with its own padding, the last one's pooled text", async () => {
    const [prompt] = await conditionPrompt("w1", [toyEncoder(), toyEncoder({ padding: 0 })], request);
    const { context } = prompt!.stages[0]!.conditioning;
    expect(context.shape).toEqual([1, 77, 2 * WIDTH]);
    const place = (p: number): number[] => [...context.data.subarray(p * 2 * WIDTH, (p + 1) * 2 * WIDTH)];
    const own = (id: number, p: number): number[] => [0, 1, 2, 3].map((column) => toyHidden(id, p, column, 1));
    expect(place(1)).toEqual([...own(101, 1), ...own(101, 1)]);
    expect(place(9)).toEqual([...own(END, 9), ...own(0, 9)]);
  });
});
