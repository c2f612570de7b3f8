import { describe, expect, test } from "vitest";
import { unedited } from "../../../src/recipe/edits.ts";
import { type StepRange, scheduleOf } from "../../../src/recipe/prompt/schedule.ts";
import { cpuNow } from "../../helpers/cpu.ts";

/** Last step and text of each stage. */
function stages(prompt: string, range: StepRange = { steps: 10 }): [number, string][] {
  return scheduleOf(prompt, range).map(({ until, edits }) => [until, unedited(prompt).edit(edits).text]);
}

/**
 * What A1111's parser says of 10 steps. The first twelve are the examples of its own documentation; the others were
 * taken from a run of the same grammar with the Earley parser that A1111 uses (lark 1.x).
 */
const KNOWN: readonly (readonly [string, readonly (readonly [number, string])[]])[] = [
  ["test", [[10, "test"]]],
  [
    "a [b:3]",
    [
      [3, "a "],
      [10, "a b"],
    ],
  ],
  [
    "a [b: 3]",
    [
      [3, "a "],
      [10, "a b"],
    ],
  ],
  [
    "a [[[b]]:2]",
    [
      [2, "a "],
      [10, "a [[b]]"],
    ],
  ],
  [
    "[(a:2):3]",
    [
      [3, ""],
      [10, "(a:2)"],
    ],
  ],
  [
    "a [b : c : 1] d",
    [
      [1, "a b  d"],
      [10, "a  c  d"],
    ],
  ],
  [
    "a[b:[c:d:2]:1]e",
    [
      [1, "abe"],
      [2, "ace"],
      [10, "ade"],
    ],
  ],
  ["a [unbalanced", [[10, "a [unbalanced"]]],
  [
    "a [b:.5] c",
    [
      [5, "a  c"],
      [10, "a b c"],
    ],
  ],
  [
    "((a][:b:c [d:3]",
    [
      [3, "((a][:b:c "],
      [10, "((a][:b:c d"],
    ],
  ],
  [
    "x [a:b:0.99]",
    [
      [9, "x a"],
      [10, "x b"],
    ],
  ],
  [
    "[a:b:3][c:d:5]",
    [
      [3, "ac"],
      [5, "bc"],
      [10, "bd"],
    ],
  ],
  ["a | b [c:3]", [[10, "a | b [c:3]"]]],
  ["[(a|b):3]", [[10, "[(a|b):3]"]]],
  ["a [{b|d{:.5] c", [[10, "a [{b|d{:.5] c"]]],
  ["[a (b] c:3]", [[10, "[a (b] c:3]"]]],
  ["(a [b) c:3]", [[10, "(a [b) c:3]"]]],
  ["[a:b:c:3]", [[10, "[a:b:c:3]"]]],
  ["[[a:b:c:d]:3]", [[10, "[[a:b:c:d]:3]"]]],
  ["[a|b:3]", [[10, "[a|b:3]"]]],
  [
    "[:3]",
    [
      [3, ""],
      [10, ""],
    ],
  ],
  ["[a:]", [[10, "[a:]"]]],
  [
    "[a: :3]",
    [
      [3, "a"],
      [10, " "],
    ],
  ],
  ["a\\[b:3\\]", [[10, "a\\[b:3\\]"]]],
  [
    "[a\\]:3]",
    [
      [3, ""],
      [10, "a\\]"],
    ],
  ],
  [
    "[b:3 ]",
    [
      [3, ""],
      [10, "b"],
    ],
  ],
  ["[b:-1]", [[10, "b"]]],
  ["[b:0]", [[10, "b"]]],
  ["[b:1e1]", [[10, ""]]],
  [
    "[a:+3]",
    [
      [3, ""],
      [10, "a"],
    ],
  ],
  [
    "[1:2:3]",
    [
      [3, "1"],
      [10, "2"],
    ],
  ],
  ["[5]", [[10, "[5]"]]],
  ["a\\", [[10, "a\\"]]],
  [
    "photo: cat [red::3] end",
    [
      [3, "photo: cat red end"],
      [10, "photo: cat  end"],
    ],
  ],
  [
    "time 5:30 [:blue:.5]",
    [
      [5, "time 5:30 "],
      [10, "time 5:30 blue"],
    ],
  ],
  [
    "a (b [c::3]",
    [
      [3, "a (b c"],
      [10, "a (b "],
    ],
  ],
  [
    "[c::3] d) e",
    [
      [3, "c d) e"],
      [10, " d) e"],
    ],
  ],
  [
    "(a:1.2:3) [c::4]",
    [
      [4, "(a:1.2:3) c"],
      [10, "(a:1.2:3) "],
    ],
  ],
];

describe("prompt editing", () => {
  test.each(KNOWN)("%s", (prompt, expected) => {
    expect(stages(prompt)).toEqual(expected);
  });

  test("alternates on every step, with empty places too", () => {
    const texts = (prompt: string): string[] => stages(prompt).map(([, text]) => text);
    expect(texts("[a|(b:1.1)]").slice(0, 4)).toEqual(["a", "(b:1.1)", "a", "(b:1.1)"]);
    expect(texts("[fe|]male").slice(0, 3)).toEqual(["female", "male", "female"]);
    expect(texts("[fe|||]male").slice(0, 5)).toEqual(["female", "male", "male", "male", "female"]);
    expect(texts("a[b[c|d]e:f:4]")).toEqual(["abce", "abde", "abce", "abde", "af", "af", "af", "af", "af", "af"]);
    expect(stages("[a|b]").map(([until]) => until)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  test("counts hires steps on from the base pass: shares from 1, whole steps from its last", () => {
    const hires = { steps: 10, baseSteps: 10 };
    expect(stages("a [b:.5] c", hires)).toEqual([[10, "a b c"]]);
    expect(stages("a [b:1.5] c", hires)).toEqual([
      [5, "a  c"],
      [10, "a b c"],
    ]);
    expect(stages("a [b:13]", hires)).toEqual([
      [3, "a "],
      [10, "a b"],
    ]);
  });
});

test("nested and broken brackets of any number take bounded time", () => {
  for (const piece of ["[", "(", "[a:", "[a|", "[a:b:3]", "((a:1)", "]", "\\"]) {
    const started = cpuNow();
    scheduleOf(piece.repeat(60_000 / piece.length), { steps: 150 });
    expect([piece, cpuNow() - started < 5000]).toEqual([piece, true]);
  }
}, 60_000);
