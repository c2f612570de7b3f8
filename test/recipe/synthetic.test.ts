import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { readImage } from "../../src/node/read-image.ts";
import { SYNTHETIC, SYNTHETIC_FOLDER } from "../helpers/synthetic.ts";

describe.each(SYNTHETIC)("synthetic $file", ({ file, bytes, expected }) => {
  test("is read as it was made", async () => {
    const reading = await readImage(join(SYNTHETIC_FOLDER, file));
    expect(reading).toMatchObject(expected);
    expect(reading.conflicts).toEqual([]);
    if (expected.status !== "recipe") expect(reading.recipe).toBeUndefined();
  });

  test("is the file that its description makes", () => {
    expect(new Uint8Array(readFileSync(join(SYNTHETIC_FOLDER, file)))).toEqual(new Uint8Array(bytes));
  });
});

test("every value of a recipe leads to a range of its block, also inside JSON that stands as text in other JSON", async () => {
  for (const file of [
    "draw-things.png",
    "midjourney.png",
    "sdcpp.webp",
    "easy-diffusion.png",
    "../sdm__webp_novelai-full-3char.webp",
  ]) {
    const { provenance, blocks } = await readImage(join(SYNTHETIC_FOLDER, file));
    const recorded = Object.entries(provenance).filter(([, { status }]) => status === "recorded");
    expect(recorded.length, file).toBeGreaterThan(4);
    for (const [path, { block, span }] of recorded) {
      if (path.startsWith("/time") || path.startsWith("/extra")) continue;
      expect(span && blocks[block]!.text!.length >= span[1] && span[0] <= span[1], `${file} ${path}`).toBe(true);
    }
  }
});

test("what is private in a service's image is marked as such", async () => {
  const { findings } = await readImage(join(SYNTHETIC_FOLDER, "midjourney.png"));
  const marked = findings.filter(({ code }) => code === "recipe.private-data").map(({ where }) => where?.pointer);
  expect(marked).toEqual(expect.arrayContaining(["/extra/jobId", "/extra/author"]));
});
