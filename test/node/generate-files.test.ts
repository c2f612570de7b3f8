import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Engine } from "../../src/engine/engine.ts";
import { encodePng } from "../../src/image/encode-png.ts";
import { generateFiles } from "../../src/node/generate-files.ts";
import { readImage } from "../../src/node/read-image.ts";

const folder = mkdtempSync(join(tmpdir(), "seedproof-generate-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Everything that comes. */
async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

/** An engine that draws one fixed picture. */
const pixels = { width: 2, height: 1, channels: 3 as const, data: Uint8Array.of(1, 2, 3, 4, 5, 6) };
const engine = {
  async *generate() {
    yield { image: 0, seed: "7", bytes: encodePng(pixels), pixels, recipe: {}, findings: [] };
  },
} as unknown as Engine;

test.each([undefined, "001191110102TEST"])(
  "with the producer %s the label is there, or it is not; the pixels are the same",
  async (producer) => {
    const output = join(folder, `${producer}.png`);
    const destination = { output, force: false, ...(producer !== undefined && { producer }) };
    const [made] = await all(generateFiles(engine, {} as never, destination));
    const { labels, sha256 } = await readImage(output);
    expect(sha256).toBe(made!.sha256);
    const expected = { Label: "1", ContentProducer: producer, ProduceID: made!.pixelsSha256 };
    expect(labels.aigc.map(({ fields }) => fields)).toMatchObject(producer === undefined ? [] : [expected]);
    const other = await all(generateFiles(engine, {} as never, { output: `${output}.again.png`, force: false }));
    expect(other[0]!.pixelsSha256).toBe(made!.pixelsSha256);
  },
);
