import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { atLabels, dataOf, JUMBF_LIMITS, readJumbf } from "../../src/image/jumbf.ts";
import { bytesSource } from "../../src/image/source.ts";
import { walk } from "../../src/image/walk.ts";

function storeOf(name: string): Uint8Array {
  const file = readFileSync(new URL(`../../samples/${name}`, import.meta.url));
  return walk(bytesSource(file)).blocks.find(({ encoding }) => encoding === "binary")!.bytes!;
}

test.each([
  "raw__data_fixtures_provenance_firefly-1.png",
  "raw__data_fixtures_provenance_flux-1.jpg",
  "raw__data_calibration_samsung_samsung_black_1.png",
])("the C2PA store of %s is one tree with a claim, its signature and assertions", (name) => {
  const boxes = readJumbf(storeOf(name));
  expect(boxes.map(({ label }) => label)).toEqual(["c2pa"]);
  const manifest = boxes[0]!.superboxes.at(-1)!;
  const labels = manifest.superboxes.map(({ label }) => label.replace(/\.v\d$/, ""));
  expect(labels).toEqual(expect.arrayContaining(["c2pa.assertions", "c2pa.claim", "c2pa.signature"]));
  // A COSE_Sign1: CBOR tag 18 or a plain array of four.
  const signature = dataOf(atLabels(boxes, "c2pa", manifest.label, "c2pa.signature"), "cbor");
  expect([0xd2, 0x84]).toContain(signature?.[0]);
});

test("a tree deeper than the limit is cut there, and bytes of any kind end without an error", () => {
  const box = (type: string, data: Uint8Array): Buffer => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(8 + data.length);
    head.write(type, 4);
    return Buffer.concat([head, data]);
  };
  const description = box("jumd", new Uint8Array(17));
  let nest: Uint8Array = new Uint8Array();
  for (let i = 0; i < 200; i++) nest = box("jumb", Buffer.concat([description, nest]));
  let depth = 0;
  for (let superbox = readJumbf(nest)[0]; superbox; superbox = superbox.superboxes[0]) depth++;
  expect(depth).toBe(JUMBF_LIMITS.depth + 1);
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => Array.isArray(readJumbf(bytes))));
});

test("a store without its outermost header, as a JPEG XL box holds it, is the same tree", () => {
  const store = storeOf("raw__data_fixtures_provenance_firefly-1.png");
  expect(readJumbf(store.subarray(8))).toEqual(readJumbf(store));
});
