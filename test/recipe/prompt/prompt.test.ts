import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parsePrompt } from "../../../src/recipe/prompt/prompt.ts";
import type { Dialect } from "../../../src/recipe/recipe.ts";
import { cpuNow } from "../../helpers/cpu.ts";

/** Text and weight of the first stage's first chunk. */
function weights(text: string, dialect: Dialect = "a1111"): [string, number][] {
  const [chunk] = parsePrompt(text, dialect).subprompts[0]!.stages[0]!.chunks;
  return chunk!.map((part) => [part.text, part.weight]);
}

describe("the dialect of A1111", () => {
  test("multiplies nested weights, to the last bit as A1111's own example says", () => {
    expect(weights("a (((house:1.3)) [on] a (hill:0.5), sun, (((sky))).")).toEqual([
      ["a ", 1],
      ["house", 1.5730000000000004],
      [" ", 1.1],
      ["on", 1],
      [" a ", 1.1],
      ["hill", 0.55],
      [", sun, ", 1.1],
      ["sky", 1.4641000000000006],
      [".", 1.1],
    ]);
  });

  test.each([
    ["normal text", [["normal text", 1]]],
    [
      "an (important) word",
      [
        ["an ", 1],
        ["important", 1.1],
        [" word", 1],
      ],
    ],
    ["(unbalanced", [["unbalanced", 1.1]]],
    ["\\(literal\\]", [["(literal]", 1]]],
    ["(unnecessary)(parens)", [["unnecessaryparens", 1.1]]],
    ["(literal]", [["literal]", 1.1]]],
    [
      "a [b]",
      [
        ["a ", 1],
        ["b", 1 / 1.1],
      ],
    ],
    ["(x: 1.25 )", [["x", 1.25]]],
    ["(x:-0.5)", [["x", -0.5]]],
    ["x:1.3) y", [["x:1.3) y", 1]]],
    ["a: b", [["a: b", 1]]],
    [
      "(cat:1.5) skiing, (tail:1.3)",
      [
        ["cat", 1.5],
        [" skiing, ", 1],
        ["tail", 1.3],
      ],
    ],
    ["", [["", 1]]],
    ["back\\\\slash", [["back\\slash", 1]]],
  ])("reads %s", (text, expected) => {
    expect(weights(text)).toEqual(expected);
  });

  test("starts a new chunk at BREAK, which is no weight and no text", () => {
    const [stage] = parsePrompt("(a BREAK b:1.2) BREAK BREAKfast\nBREAK\nc", "a1111").subprompts[0]!.stages;
    expect(stage!.chunks.map((chunk) => chunk.map(({ text, weight }) => [text, weight]))).toEqual([
      [["a", 1.2]],
      [["b", 1.2]],
      [["BREAKfast", 1]],
      [["c", 1]],
    ]);
  });

  test("combines subprompts at AND, each with its weight", () => {
    const { subprompts } = parsePrompt("a cat :1.2 AND a (dog:1.1) AND a penguin:2. AND SAND :-.5", "a1111");
    expect(subprompts.map(({ weight, stages: [stage] }) => [stage!.text.trim(), weight])).toEqual([
      ["a cat", 1.2],
      ["a (dog:1.1)", 1],
      ["a penguin", 2],
      ["SAND", -0.5],
    ]);
  });

  test("takes network tags out first and names them", () => {
    const { subprompts, networks } = parsePrompt("a <lora:x:0.5> (b<lyco:y:1:0.2>:1.3)", "a1111");
    expect(subprompts[0]!.stages[0]!.text).toBe("a  (b:1.3)");
    expect(networks).toMatchObject([
      { type: "lora", name: "x", weight: 0.5 },
      { type: "lycoris", name: "y", weight: 0.2, weightText: 1 },
    ]);
  });

  test("gives each text its place in the prompt, also behind tags, AND and edited parts", () => {
    const text = "<lora:x:1>a AND b [red:(blue:1.2):0.5] \\(c\\) end";
    const { subprompts } = parsePrompt(text, "a1111", { steps: 10 });
    const places = subprompts[1]!.stages.map(({ until, chunks: [chunk] }) => [
      until,
      chunk!.map((part) => [part.text, text.slice(...part.span)]),
    ]);
    expect(places).toEqual([
      [5, [[" b red (c) end", " b [red:(blue:1.2):0.5] \\(c\\) end"]]],
      [
        10,
        [
          [" b ", " b "],
          ["blue", "blue"],
          [" (c) end", " \\(c\\) end"],
        ],
      ],
    ]);
  });

  test("brackets around a whole balanced prompt multiply every weight in it", () => {
    const word = fc.stringMatching(/^[a-z][a-z ]{0,4},$/);
    const balanced = fc.letrec<{ node: string }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        word,
        fc.tuple(tie("node"), tie("node")).map(([a, b]) => `(${a}) ${b}`),
        tie("node").map((a) => `[${a}]`),
        tie("node").map((a) => `(${a}:1.5)`),
      ),
    })).node;
    fc.assert(
      fc.property(balanced, (text) => {
        expect(weights(`(${text})`)).toEqual(weights(text).map(([part, weight]) => [part, weight * 1.1]));
      }),
    );
  });
});

describe("the dialect of ComfyUI", () => {
  test.each([
    [
      "a (b) c",
      [
        ["a ", 1],
        ["b", 1.1],
        [" c", 1],
      ],
    ],
    ["((b))", [["b", 1.1 * 1.1]]],
    [
      "((b:1.5) c:1.2)",
      [
        ["b", 1.5],
        [" c", 1.2],
      ],
    ],
    [
      "(masterpiece:1.3), [b]",
      [
        ["masterpiece", 1.3],
        [", [b]", 1],
      ],
    ],
    [
      "\\(a\\) (b\\):2)",
      [
        ["(a) ", 1],
        ["b)", 2],
      ],
    ],
    ["(embedding:name:1.2)", [["embedding:name", 1.2]]],
    ["(a: b)", [["a: b", 1.1]]],
    ["(a", [["(a", 1]]],
    ["a) (b)", [["a) (b)", 1]]],
    ["a BREAK b AND c", [["a BREAK b AND c", 1]]],
  ])("reads %s", (text, expected) => {
    expect(weights(text, "comfyui")).toEqual(expected);
  });

  test("gives the same text other weights than A1111: a recipe must name its dialect", () => {
    expect(weights("((a:1.5))", "comfyui")).toEqual([["a", 1.5]]);
    expect(weights("((a:1.5))", "a1111")).toEqual([["a", 1.5 * 1.1]]);
  });
});

describe("the dialect of NovelAI", () => {
  test.each([
    [
      "{a} [b] (c)",
      [
        ["a", 1.05],
        [" ", 1],
        ["b", 1 / 1.05],
        [" (c)", 1],
      ],
    ],
    ["{{a}}", [["a", 1.05 * 1.05]]],
    [
      "1.5::rain, night ::, sky",
      [
        ["rain, night ", 1.5],
        [", sky", 1],
      ],
    ],
    [
      "-1::hat::{x}",
      [
        ["hat", -1],
        ["x", 1.05],
      ],
    ],
    [
      "2::a 0.5::b",
      [
        ["a ", 2],
        ["b", 0.5],
      ],
    ],
    ["year 2024, 5:30", [["year 2024, 5:30", 1]]],
    ["{a", [["a", 1.05]]],
    ["a}", [["a}", 1]]],
  ])("reads %s", (text, expected) => {
    expect(weights(text, "novelai")).toEqual(expected);
  });
});

describe("the dialect of InvokeAI", () => {
  test.each([
    [
      "a cat+ b",
      [
        ["a ", 1],
        ["cat", 1.1],
        [" b", 1],
      ],
    ],
    [
      "dog--, b",
      [
        ["dog", 0.9 * 0.9],
        [", b", 1],
      ],
    ],
    [
      "(a b)++ c",
      [
        ["a b", 1.1 * 1.1],
        [" c", 1],
      ],
    ],
    [
      "(a (b)0.5 c)1.2",
      [
        ["a ", 1.2],
        ["b", 1.2 * 0.5],
        [" c", 1.2],
      ],
    ],
    ["sci-fi - a", [["sci-fi - a", 1]]],
    ["\\(a\\) (b", [["(a) (b", 1]]],
    ["(a) b", [["a b", 1]]],
  ])("reads %s", (text, expected) => {
    expect(weights(text, "invokeai")).toEqual(expected);
  });
});

test("a plain prompt is one text of weight 1", () => {
  expect(weights("(a:1.5) [b] {c} BREAK", "plain")).toEqual([["(a:1.5) [b] {c} BREAK", 1]]);
});

test("in every dialect any text is read, spans lie in it, and time is bounded", () => {
  const piece = fc.constantFrom(
    ..."()[]{}:|\\,. 19a<>".split(""),
    "BREAK",
    " AND ",
    "1.5::",
    "<lora:a:1>",
    ":0.5]",
    ":1.2)",
  );
  const dialects = ["a1111", "comfyui", "novelai", "invokeai", "plain"] as const;
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.constantFrom(...dialects), (pieces, dialect) => {
      const text = pieces.join("");
      for (const { stages } of parsePrompt(text, dialect, { steps: 5 }).subprompts) {
        for (const part of stages.flatMap(({ chunks }) => chunks.flat())) {
          expect(part.span[0]).toBeLessThanOrEqual(part.span[1]);
          expect(part.span[1]).toBeLessThanOrEqual(text.length);
        }
      }
    }),
    { numRuns: 1000 },
  );
  for (const hostile of [
    "(",
    "[",
    "(a",
    "(a)",
    "{a",
    "1::",
    ":1)",
    "a:",
    "\\",
    " AND ",
    "BREAK ",
    "(((a:1)",
    "<lora:a",
  ]) {
    for (const dialect of dialects) {
      const started = cpuNow();
      parsePrompt(hostile.repeat(60_000 / hostile.length), dialect);
      expect([hostile, dialect, cpuNow() - started < 5000]).toEqual([hostile, dialect, true]);
    }
  }
}, 60_000);
