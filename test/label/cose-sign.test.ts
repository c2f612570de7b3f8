import { describe, expect, test } from "vitest";
import { cborGet, isCborTag, parseCbor } from "../../src/base/cbor.ts";
import { writeCbor } from "../../src/base/cbor-write.ts";
import { type ClaimSigner, signClaim } from "../../src/label/cose-sign.ts";

const claim = Uint8Array.of(1, 2, 3);
const fake: ClaimSigner = {
  algorithm: "es256",
  chain: [new Uint8Array(300)],
  sign: async () => new Uint8Array(64).fill(7),
};
const [encoder, hex] = [
  new TextEncoder(),
  (bytes: Uint8Array) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join(""),
];

describe("the signature of a claim", () => {
  test("has exactly the size that was kept for it, whatever size that is", async () => {
    const smallest = await firstThatFits(350);
    const around = (n: number) => Array.from({ length: 12 }, (_, i) => smallest + n - 4 + i);
    const sizes = [...Array.from({ length: 320 }, (_, i) => smallest + i), ...around(65_536), ...around(65_541)];
    for (const size of sizes) {
      const signed = await signClaim(claim, fake, size);
      expect(signed.length).toBe(size);
      expect(isCborTag(parseCbor(signed))).toBe(true);
    }
  });

  test("is refused where it does not fit", async () => {
    await expect(signClaim(claim, fake, 100)).rejects.toMatchObject({ code: "label.signature-too-long" });
  });

  test("signs the structure of RFC 9052, section 4.4, with nothing outside and the claim as payload", async () => {
    const seen: Uint8Array[] = [];
    const sign = async (message: Uint8Array) => {
      seen.push(message);
      return new Uint8Array(64);
    };
    await signClaim(claim, { ...fake, sign }, 1000);
    const [context, header, outside, payload] = parseCbor(seen[0]!) as [string, Uint8Array, Uint8Array, Uint8Array];
    expect([context, hex(outside), hex(payload)]).toEqual(["Signature1", "", "010203"]);
    expect(cborGet(parseCbor(header), 1)).toBe(-7);
    expect((cborGet(parseCbor(header), 33) as Uint8Array).length).toBe(300);
  });

  test("several certificates go as a list, one alone", async () => {
    const two = { ...fake, chain: [new Uint8Array(3), new Uint8Array(4)] };
    const parts = (parseCbor(await signClaim(claim, two, 1000)) as unknown as { value: readonly [Uint8Array] }).value;
    expect(cborGet(parseCbor(parts[0]), 33)).toHaveLength(2);
  });

  test("the time stamp is over the signature as a byte string inside a byte string", async () => {
    let stamped = new Uint8Array();
    const stamp = async (message: Uint8Array) => {
      stamped = Uint8Array.from(message);
      return encoder.encode("token");
    };
    const signed = await signClaim(claim, { ...fake, stamp }, 1000);
    const [context, , , inner] = parseCbor(stamped) as [string, Uint8Array, Uint8Array, Uint8Array];
    expect(context).toBe("CounterSignature");
    expect(hex(inner)).toBe(`5840${"07".repeat(64)}`);
    const [, unprotected, payload] = (parseCbor(signed) as unknown as { value: readonly [unknown, never, null] }).value;
    const list = cborGet(cborGet(unprotected, "sigTst2"), "tstTokens") as readonly never[];
    expect(payload).toBeNull();
    expect(hex(cborGet(list[0], "val") as Uint8Array)).toBe(hex(encoder.encode("token")));
  });
});

async function firstThatFits(from: number): Promise<number> {
  for (let size = from; ; size++) {
    if (await signClaim(claim, fake, size).catch(() => undefined)) return size;
  }
}

test.each([
  // RFC 8949, appendix A.
  [0, "00"],
  [23, "17"],
  [24, "1818"],
  [1000, "1903e8"],
  [1_000_000, "1a000f4240"],
  [1_000_000_000_000, "1b000000e8d4a51000"],
  [-1, "20"],
  [-1000, "3903e7"],
  [false, "f4"],
  [null, "f6"],
  ["ü", "62c3bc"],
  [Uint8Array.of(1, 2, 3, 4), "4401020304"],
  [[1, [2, 3], [4, 5]], "8301820203820405"],
  [
    new Map<string, number | number[]>([
      ["a", 1],
      ["b", [2, 3]],
    ]),
    "a26161016162820203",
  ],
  [{ tag: 1, value: 1_363_896_240 }, "c11a514b67b0"],
])("CBOR: %j is written as in RFC 8949", (value, expected) => {
  expect(hex(writeCbor(value))).toBe(expected);
});

test("a fraction is refused, not rounded", () => {
  expect(() => writeCbor(1.5)).toThrow("53 bits");
});
