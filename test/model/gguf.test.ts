import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SeedproofError } from "../../src/base/errors.ts";
import { bytesSource } from "../../src/image/source.ts";
import { readGguf } from "../../src/model/gguf.ts";

const u32 = (n: number): number[] => [n & 255, (n >> 8) & 255, (n >> 16) & 255, (n >>> 24) & 255];
const u64 = (n: number): number[] => [...u32(n), ...u32(Math.floor(n / 2 ** 32))];
const text = (s: string): number[] => [...u64(s.length), ...new TextEncoder().encode(s)];

/** Version 3, one text, one list of texts, one number; one Q8_0 tensor of 64 elements. */
const EXAMPLE = Uint8Array.from([
  ...new TextEncoder().encode("GGUF"),
  ...u32(3),
  ...u64(1),
  ...u64(3),
  ...text("general.architecture"),
  ...u32(8),
  ...text("sd1"),
  ...text("tokenizer.ggml.tokens"),
  ...[...u32(9), ...u32(8), ...u64(2), ...text("a"), ...text("bc")],
  ...text("sd1.block_count"),
  ...[...u32(4), ...u32(12)],
  ...text("model.weight"),
  ...[...u32(2), ...u64(32), ...u64(2), ...u32(8), ...u64(0)],
]);

describe("GGUF headers", () => {
  const whole = new Uint8Array(Math.ceil(EXAMPLE.length / 32) * 32 + 68);
  whole.set(EXAMPLE);

  test("metadata and tensors are read, shapes as PyTorch prints them", () => {
    const header = readGguf(bytesSource(whole));
    expect(header.metadata).toEqual({
      "general.architecture": "sd1",
      "tokenizer.ggml.tokens": "[2]",
      "sd1.block_count": 12,
    });
    const offset = Math.ceil(EXAMPLE.length / 32) * 32;
    expect(header.tensors).toEqual([{ name: "model.weight", dtype: "Q8_0", shape: [2, 32], offset, length: 68 }]);
    expect(header.findings).toEqual([]);
  });

  test("a file cut inside its tensors is a finding, one cut inside its header an error", () => {
    expect(readGguf(bytesSource(whole.subarray(0, whole.length - 1))).findings[0]?.code).toBe("model.tensor-range");
    expect(() => readGguf(bytesSource(EXAMPLE.subarray(0, 90)))).toThrow(SeedproofError);
  });

  test("forged counts and lengths are refused without memory taken by them", () => {
    for (const [at, value] of [
      [8, 2 ** 50],
      [16, 2 ** 40],
      [24, 2 ** 45],
    ] as const) {
      const forged = whole.slice();
      forged.set(u64(value), at);
      expect(() => readGguf(bytesSource(forged))).toThrow(SeedproofError);
    }
  });

  test("a changed byte gives a header or a SeedproofError", () => {
    fc.assert(
      fc.property(fc.nat(EXAMPLE.length - 1), fc.nat(255), (at, value) => {
        const changed = whole.slice();
        changed[at] = value;
        try {
          readGguf(bytesSource(changed));
        } catch (error) {
          expect(error).toBeInstanceOf(SeedproofError);
        }
      }),
    );
  });
});
