import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { sha256Hex } from "../../src/base/hash.ts";
import type { Block } from "../../src/image/block.ts";
import { bytesSource } from "../../src/image/source.ts";
import { walk } from "../../src/image/walk.ts";

const SAMPLES = resolve(import.meta.dirname, "../../samples");

interface ExpectedBlock {
  readonly where: string;
  readonly key: string;
  readonly offset: number | null;
  readonly length: number;
  readonly encoding: string | null;
  readonly textSha256: string | null;
}

interface Expected {
  readonly file: string;
  readonly container: string;
  readonly pixels: { readonly width: number; readonly height: number } | null;
  readonly blocks: readonly ExpectedBlock[];
}

const { files } = JSON.parse(readFileSync(join(SAMPLES, "expected.json"), "utf8")) as { files: Expected[] };

/** The values that `expected` asserts; it leaves encoding and hash open where its maker did not decode. */
function asserted(block: Block, expected: ExpectedBlock | undefined): ExpectedBlock {
  const { where, key, offset, length, encoding, text } = block;
  return {
    where,
    key,
    offset,
    length,
    encoding: expected?.encoding === null ? null : encoding,
    textSha256: expected?.textSha256 === null || text === undefined ? null : sha256Hex(text),
  };
}

test.each(files)("$file gives exactly the blocks and the size that an independent script found", (expected) => {
  const container = walk(bytesSource(readFileSync(join(SAMPLES, expected.file))));
  const inContainer = expected.blocks.filter((block) => !block.where.startsWith("pixels:"));
  expect(container.blocks.map((block, i) => asserted(block, inContainer[i]))).toEqual(inContainer);
  expect(container.kind).toBe(expected.container.replace("isobmff:", ""));
  if (expected.pixels) expect(container.pixels).toEqual(expected.pixels);
});

test("every sample is in the list of expected values", () => {
  const entries = readdirSync(SAMPLES, { withFileTypes: true }).filter((entry) => entry.isFile());
  const images = entries.map(({ name }) => name).filter((name) => !/\.(json|md)$/.test(name));
  expect(images.sort()).toEqual(files.map(({ file }) => file).sort());
});
