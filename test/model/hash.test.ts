import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { bytesSource } from "../../src/image/source.ts";
import { modelHashes } from "../../src/model/hash.ts";

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const values = (bytes: Uint8Array): Record<string, string> =>
  Object.fromEntries(modelHashes(bytesSource(bytes)).map(({ kind, value }) => [kind, value]));

/** A safetensors file of one tensor with as many bytes as asked for. */
function safetensors(data: Uint8Array, metadata: Record<string, string> = {}): Uint8Array {
  const header = ascii(
    JSON.stringify({
      __metadata__: metadata,
      a: { dtype: "U8", shape: [data.length], data_offsets: [0, data.length] },
    }),
  );
  const file = new Uint8Array(8 + header.length + data.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(header.length), true);
  file.set(header, 8);
  file.set(data, 8 + header.length);
  return file;
}

describe("hashes of model files", () => {
  test("published vectors hold: SHA-256 of abc, CRC-32 of 123456789, BLAKE3 of nothing", () => {
    expect(values(ascii("abc")).sha256).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(values(ascii("123456789")).crc32).toBe("cbf43926");
    expect(values(ascii("")).blake3).toBe("af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262");
  });

  test("AutoV2 is the first ten digits of the file's SHA-256", () => {
    const file = ascii("weights");
    expect(values(file).autov2).toBe(sha256(file).slice(0, 10));
  });

  test("AutoV1 is taken over 64 KiB from 1 MiB, whatever stands around", () => {
    const file = new Uint8Array(0x100000 + 0x10000 + 500).map((_, i) => (i * 31) & 0xff);
    const changed = file.slice();
    changed[0] = changed[0]! ^ 1;
    changed[changed.length - 1] = changed.at(-1)! ^ 1;
    const expected = sha256(file.subarray(0x100000, 0x110000)).slice(0, 8);
    expect([values(file).autov1, values(changed).autov1]).toEqual([expected, expected]);
    changed[0x100000] = changed[0x100000]! ^ 1;
    expect(values(changed).autov1).not.toBe(expected);
  });

  test("AutoV3 and Swarm's hash stay the same when only the header's metadata change", () => {
    const data = new Uint8Array(5_000_000).map((_, i) => (i * 7) & 0xff);
    const [one, other] = [values(safetensors(data)), values(safetensors(data, { title: "another" }))];
    expect(one.autov3).toBe(sha256(data).slice(0, 12));
    expect(one.swarm).toBe(sha256(data));
    expect(other.autov3).toBe(one.autov3);
    expect(other.sha256).not.toBe(one.sha256);
  });

  test("a file that is no safetensors file has no AutoV3", () => {
    expect(values(ascii("no header here"))).not.toHaveProperty("autov3");
  });

  test("only what is asked for is computed, in that order", () => {
    const kinds = modelHashes(bytesSource(ascii("abc")), ["crc32", "autov2"]).map(({ kind }) => kind);
    expect(kinds).toEqual(["crc32", "autov2"]);
  });

  test("a faster hasher gives the same hashes", () => {
    const file = safetensors(new Uint8Array(100_000).fill(3));
    const native = () => createHash("sha256");
    expect(modelHashes(bytesSource(file), undefined, native)).toEqual(modelHashes(bytesSource(file)));
  });
});
