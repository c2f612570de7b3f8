import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sha256Hex } from "../../src/base/hash.ts";
import { BrownianTree } from "../../src/engine/noise/brownian-tree.ts";
import { a1111Draws, comfyuiDraws, diffusersDraws, type LatentShape } from "../../src/engine/noise/draws.ts";
import { createGenerator, type NoiseSource } from "../../src/engine/noise/generator.ts";
import { Mt19937 } from "../../src/engine/noise/mt19937.ts";
import { philox4x32 } from "../../src/engine/noise/philox.ts";
import { seedSequence } from "../../src/engine/noise/seed-sequence.ts";
import { slerp } from "../../src/engine/noise/slerp.ts";
import { TorchGenerator } from "../../src/engine/noise/torch-cpu.ts";

interface Vectors {
  reference: Record<string, { randn4: number[]; randn16: number[]; latent: string }>;
  sizes: Record<string, [string, string]>;
  rand3: number[];
  mixed: number[][];
  variation: Record<string, number[]>;
  alike: number[];
  avx2: [seed: string, size: number, sha: string][];
  libm: [seed: string, size: number, sha: string][];
  sequences: [entropy: string, key: string[], pool: number, state: number[]][];
  brownian: { seed: string; size: number; t0: number; t1: number; queries: [number, number, string][] }[];
}
const vectors = JSON.parse(readFileSync(join(import.meta.dirname, "vectors/noise.json"), "utf8")) as Vectors;

const short = (values: Float32Array): string =>
  sha256Hex(new Uint8Array(values.buffer, values.byteOffset, values.byteLength)).slice(0, 16);
const randn = (source: NoiseSource, seed: bigint, count: number): Float32Array =>
  createGenerator(source, seed).randn(count);

describe("PyTorch's CPU generator", () => {
  test("is the published Mersenne Twister", () => {
    const engine = new Mt19937(5489n);
    expect(engine.next()).toBe(3499211612);
    for (let i = 2; i < 10_000; i++) engine.next();
    expect(engine.next()).toBe(4123659995);
  });

  test.each(Object.entries(vectors.reference))(
    "gives PyTorch's noise for seed %s",
    (seed, { randn4, randn16, latent }) => {
      expect([...randn("torch-cpu", BigInt(seed), 4)]).toEqual(randn4);
      expect([...randn("torch-cpu", BigInt(seed), 16)]).toEqual(randn16);
      expect(short(randn("torch-cpu", BigInt(seed), 16384))).toBe(latent);
    },
  );

  test.each(Object.entries(vectors.sizes))("gives PyTorch's first and second draw of %s", (shape, hashes) => {
    const size = shape.split("x").reduce((product, side) => product * Number(side), 1);
    const generator = createGenerator("torch-cpu", 42n);
    expect([short(generator.randn(size)), short(generator.randn(size))]).toEqual(hashes);
  });

  test("gives PyTorch's uniform numbers, and keeps half a pair of a short draw as it does", () => {
    expect([...new TorchGenerator(42n).rand(3)]).toEqual(vectors.rand3);
    const generator = createGenerator("torch-cpu", 42n);
    expect([5, 16, 5, 17, 1, 1].map((n) => [...generator.randn(n)])).toEqual(vectors.mixed);
  });

  test.each(["avx2", "libm"] as const)("equals PyTorch for 1,000 random pairs of seed and size (%s)", (math) => {
    expect(vectors[math]).toHaveLength(1000);
    const wrong = vectors[math].filter(([seed, size, hash]) => {
      const generator = new TorchGenerator(BigInt(seed), math);
      return short(Float32Array.of(...generator.randn(size), ...generator.randn(size))) !== hash;
    });
    expect(wrong).toEqual([]);
  });

  test("uses the low 32 bits of a seed alone", () => {
    const seed = fc.bigInt({ min: 0n, max: (1n << 32n) - 1n });
    const high = fc.bigInt({ min: 0n, max: (1n << 32n) - 1n });
    fc.assert(
      fc.property(seed, high, (low, rest) => {
        expect(randn("torch-cpu", low + (rest << 32n), 20)).toEqual(randn("torch-cpu", low, 20));
      }),
      { numRuns: 30 },
    );
  });

  test("refuses seeds that PyTorch refuses", () => {
    for (const seed of [1n << 64n, -(1n << 63n) - 1n]) {
      expect(() => createGenerator("torch-cpu", seed)).toThrow(
        expect.objectContaining({ code: "engine.seed-out-of-range" }),
      );
    }
  });
});

describe("A1111's NV generator", () => {
  test("is Philox 4x32-10 by the vectors of its authors", () => {
    const hex = (words: number[]): string => words.map((word) => word.toString(16).padStart(8, "0")).join(" ");
    const ones = 0xffffffff;
    expect(hex(philox4x32([0, 0, 0, 0], [0, 0]))).toBe("6627e8d5 e169c58d bc57ac4c 9b00dbd8");
    expect(hex(philox4x32([ones, ones, ones, ones], [ones, ones]))).toBe("408f276d 41c83b0e a20bc7c6 6d5451fd");
    const pi = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344] as const;
    expect(hex(philox4x32([...pi], [0xa4093822, 0x299f31d0]))).toBe("d16cfe09 94fdcceb 5001e420 24126ea1");
  });

  test("gives the numbers of its reference, call for call, for all 64 bits of the seed", () => {
    const rounded = (values: Float32Array): string => Array.from(values, (value) => value.toFixed(8)).join(" ");
    const generator = createGenerator("nv", 0n);
    expect(rounded(generator.randn(12))).toBe(
      "-0.92466241 -0.42534396 -2.64384580 0.14518388 -0.12086651 -0.57972568 -0.62285131 -0.32838714 -1.07454205 -0.36314410 -1.67105043 2.26550508",
    );
    expect(rounded(generator.randn(4))).toBe("0.18082589 -0.55226272 0.92381340 -0.73497033");
    expect(rounded(randn("nv", 42n, 4))).toBe("0.19401887 2.16137385 -0.17205095 0.84906000");
    expect(rounded(randn("nv", 1n << 32n, 3))).toBe("-0.01742493 0.48645717 0.78404689");
  });
});

describe("the Brownian tree", () => {
  test("seeds its nodes as NumPy's SeedSequence does", () => {
    for (const [entropy, key, pool, state] of vectors.sequences) {
      expect(seedSequence(BigInt(entropy), key.map(BigInt), pool, state.length)).toEqual(state);
    }
  });

  test.each(vectors.brownian)(
    "gives torchsde's increments for seed $seed, bit for bit",
    ({ seed, size, t0, t1, queries }) => {
      const tree = new BrownianTree(t0, t1, size, BigInt(seed));
      expect(queries.map(([a, b]) => short(tree.increment(a, b)))).toEqual(queries.map(([, , hash]) => hash));
    },
  );

  test("gives one path whatever was asked before", () => {
    const time = fc.double({ min: 0, max: 10, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(time, time), { minLength: 1, maxLength: 6 }),
        fc.tuple(time, time),
        (before, [a, b]) => {
          const asked = new BrownianTree(0.03, 14.6, 3, 9n);
          for (const [from, to] of before) asked.increment(Math.min(from, to), Math.max(from, to));
          const fresh = new BrownianTree(0.03, 14.6, 3, 9n);
          const [from, to] = [Math.min(a, b), Math.max(a, b)];
          expect(asked.increment(from, to)).toEqual(fresh.increment(from, to));
        },
      ),
      { numRuns: 40 },
    );
  });
});

describe("draws", () => {
  const shape: LatentShape = [4, 8, 8];
  const size = 256;

  test("an image of an A1111 batch has the noise that it has alone, first and later", () => {
    const [both, alone] = [a1111Draws(shape, [5n, 6n]), a1111Draws(shape, [6n])];
    for (let call = 0; call < 3; call++) expect(both.next().data.subarray(size)).toEqual(alone.next().data);
    const generator = createGenerator("torch-cpu", 6n);
    generator.randn(size);
    generator.randn(size);
    const again = a1111Draws(shape, [6n]);
    again.next();
    again.next();
    expect(again.next().data).toEqual(generator.randn(size));
  });

  test("ENSD moves all noise but the first to another seed", () => {
    const draws = a1111Draws(shape, [5n], { ensd: 31337 });
    expect(draws.next().data).toEqual(randn("torch-cpu", 5n, size));
    expect(draws.next().data).toEqual(randn("torch-cpu", 31342n, size));
  });

  test("a variation is PyTorch's spherical mixture, column by column", () => {
    const [low, high] = [randn("torch-cpu", 3n, 60), randn("torch-cpu", 4n, 60)];
    for (const [strength, expected] of Object.entries(vectors.variation)) {
      const mixed = slerp(Number(strength), low, high, [2, 6, 5]);
      expect(Math.max(...mixed.map((value, i) => Math.abs(value - expected[i]!)))).toBeLessThan(2e-6);
    }
    const alike = slerp(
      0.25,
      low,
      low.map((value) => value * 1.5),
      [2, 6, 5],
    );
    expect(Math.max(...alike.map((value, i) => Math.abs(value - vectors.alike[i]!)))).toBeLessThan(1e-6);
    const draws = a1111Draws([2, 6, 5], [3n], { variation: { seeds: [4n], strength: 0.5 } });
    expect(draws.next().data).toEqual(slerp(0.5, low, high, [2, 6, 5]));
  });

  test("resizing a seed keeps the old noise in the middle and the new around it", () => {
    const [noise, inner, outer] = [
      a1111Draws([1, 6, 4], [8n], { resizeFrom: [2, 8] }).next().data,
      randn("torch-cpu", 8n, 16),
      randn("torch-cpu", 8n, 24),
    ];
    for (let y = 0; y < 6; y++) {
      for (let x = 0; x < 4; x++) {
        const inside = y >= 2 && y < 4;
        expect(noise[y * 4 + x]).toBe(inside ? inner[(y - 2) * 8 + x + 2] : outer[y * 4 + x]);
      }
    }
  });

  test("ComfyUI draws a batch in one go, a picked place by drawing to it, and later noise from the next seed", () => {
    const draws = comfyuiDraws(shape, 5n, 2);
    expect(draws.next().data).toEqual(randn("torch-cpu", 5n, 2 * size));
    expect(draws.next().data).toEqual(randn("torch-cpu", 6n, 2 * size));
    const stream = createGenerator("torch-cpu", 5n);
    const each = [0, 1, 2].map(() => stream.randn(size));
    const picked = comfyuiDraws(shape, 5n, { indexes: [2, 0] }).next();
    expect(picked.data.subarray(0, size)).toEqual(each[2]);
    expect(picked.data.subarray(size)).toEqual(each[0]);
    expect(() => comfyuiDraws(shape, 5n, { indexes: [1e9] }).next()).toThrow(/batch indexes/);
  });

  test("diffusers goes on with the same stream, one an image or one a batch", () => {
    const generator = createGenerator("torch-cpu", 5n);
    const draws = diffusersDraws(shape, { seed: 5n, batch: 2 });
    for (let call = 0; call < 2; call++) expect(draws.next().data).toEqual(generator.randn(2 * size));
    expect(diffusersDraws(shape, [5n, 9n]).next()).toEqual(a1111Draws(shape, [5n, 9n]).next());
  });
});
