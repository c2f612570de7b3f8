import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SeedproofError } from "../../src/base/errors.ts";
import { bytesSource } from "../../src/image/source.ts";
import { readSafetensors } from "../../src/model/safetensors.ts";

function file(header: string, dataLength: number, declared = header.length): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + dataLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(declared), true);
  bytes.set(text, 8);
  return bytes;
}

const TWO =
  '{"__metadata__":{"format":"pt"},"b":{"dtype":"F16","shape":[2,3],"data_offsets":[4,16]},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}   ';

describe("safetensors headers", () => {
  test("tensors come with name, type, shape and the place of their bytes", () => {
    const header = readSafetensors(bytesSource(file(TWO, 16)));
    expect(header.metadata).toEqual({ format: "pt" });
    expect(header.findings).toEqual([]);
    expect(header.tensors).toEqual([
      { name: "b", dtype: "F16", shape: [2, 3], offset: 8 + TWO.length + 4, length: 12 },
      { name: "a", dtype: "F32", shape: [], offset: 8 + TWO.length, length: 4 },
    ]);
  });

  test("a gap, an overlap, a length that is not the shape's, and a cut file are findings", () => {
    const codes = (header: string, length: number) =>
      readSafetensors(bytesSource(file(header, length))).findings.map(({ code }) => code);
    expect(codes(TWO.replace("[4,16]", "[5,17]"), 17)).toEqual(["model.tensor-range"]);
    expect(codes(TWO.replace("[4,16]", "[3,15]"), 16)).toEqual(["model.tensor-range"]);
    expect(codes(TWO.replace("[2,3]", "[2,4]"), 16)).toEqual(["model.tensor-range"]);
    expect(codes(TWO, 10)).toEqual(["model.tensor-range"]);
  });

  test("a forged header length is refused without reading by it", () => {
    expect(() => readSafetensors(bytesSource(file(TWO, 16, 2 ** 40)))).toThrow(SeedproofError);
    const huge = { size: 2 ** 40, read: (at: number, n: number) => file("{", 0, 2 ** 39).subarray(at, at + n) };
    expect(() => readSafetensors(huge)).toThrow(/longer than the limit/);
  });

  test("any bytes give a header or a SeedproofError", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(64), (json, data) => {
        try {
          readSafetensors(bytesSource(file(json, data)));
        } catch (error) {
          expect(error).toBeInstanceOf(SeedproofError);
        }
      }),
    );
  });
});
