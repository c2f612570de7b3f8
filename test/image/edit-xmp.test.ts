import { readFileSync } from "node:fs";
import sharp from "sharp";
import { describe, expect, test } from "vitest";
import { editXmp } from "../../src/image/edit-xmp.ts";
import { bytesSource } from "../../src/image/source.ts";
import { walk } from "../../src/image/walk.ts";
import { isXmp } from "../../src/image/xmp-names.ts";
import { addXmp } from "../../src/image/xmp-write.ts";
import { samplePath } from "../helpers/samples.ts";

const kinds = ["png", "jpeg", "webp"] as const;
const blank = { create: { width: 5, height: 3, channels: 3, background: "teal" } } as const;
const made = async (kind: (typeof kinds)[number]) => new Uint8Array(await sharp(blank).toFormat(kind).toBuffer());
const packetOf = (bytes: Uint8Array) => walk(bytesSource(bytes)).blocks.find(isXmp)?.text;
const codes = (bytes: Uint8Array) => walk(bytesSource(bytes)).findings.map(({ code }) => code);
const say = (name: string) => addXmp(undefined, [{ prefix: "photoshop", name, value: "x".repeat(name.length) }]);

describe.each(kinds)("a packet in %s", (kind) => {
  test("is changed where it stands; all bytes around it and the pixels stay", async () => {
    const first = editXmp(await made(kind), (packet) => {
      expect(packet).toBeUndefined();
      return say("One");
    });
    const second = editXmp(first, (packet) => addXmp(packet, [{ prefix: "dc", name: "title", value: "<&>猫" }]));
    const [before, after] = [packetOf(first)!, packetOf(second)!];
    expect(after).toContain("&lt;&amp;&gt;猫");
    expect(after.startsWith(before.slice(0, before.indexOf("</rdf:RDF>")))).toBe(true);
    expect(codes(second)).toEqual(codes(first));
    const pixels = (bytes: Uint8Array) => sharp(bytes).raw().toBuffer();
    expect(Buffer.compare(await pixels(first), await pixels(second))).toBe(0);
    // Back to the first packet gives the first file, byte for byte.
    expect(
      Buffer.compare(
        editXmp(second, () => before),
        first,
      ),
    ).toBe(0);
    expect((await sharp(second).metadata()).xmp!.toString()).toBe(after);
  });
});

test("a packet of more than one JPEG segment is refused, as is a signed or a cut file", async () => {
  const jpeg = editXmp(await made("jpeg"), () => say("One"));
  expect(() => editXmp(jpeg, () => say("y".repeat(70_000)))).toThrow("several segments");
  const signed = new Uint8Array(readFileSync(samplePath("raw__data_fixtures_provenance_flux-1.jpg")));
  expect(() => editXmp(signed, () => say("One"))).toThrow(expect.objectContaining({ code: "image.signed" }));
  expect(() => editXmp(jpeg.subarray(0, 60), () => say("One"))).toThrow(
    expect.objectContaining({ code: "image.not-writable" }),
  );
});
