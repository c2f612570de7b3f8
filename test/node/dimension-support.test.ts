import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeEach, expect, test } from "vitest";
import { decodeDisplayed } from "../../src/node/pixels.ts";
import { measureDimensions } from "../../src/process/dimension-measures.ts";
import { seedproof } from "../helpers/cli.ts";
import { samplePath } from "../helpers/samples.ts";

const REAL = ["cex__sdturbo_sdxlturbo_example.png", "cex__flux_flux_depth_lora_example.png"].map(samplePath);
let home = "";
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "seedproof-dimension-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

test("re-encoding or halving a real image makes no difference in any dimension", async () => {
  for (const file of REAL) {
    const bytes = readFileSync(file);
    const image = await decodeDisplayed(bytes);
    const variants = [
      await sharp(bytes).flatten().jpeg({ quality: 60 }).toBuffer(),
      await sharp(bytes).flatten().webp({ quality: 50 }).toBuffer(),
      await sharp(bytes)
        .resize({ width: image.width >> 1 })
        .png()
        .toBuffer(),
    ];
    for (const variant of variants) {
      const said = measureDimensions(image, await decodeDisplayed(new Uint8Array(variant)));
      expect(
        said.filter(({ outcome }) => outcome === "differs"),
        file,
      ).toEqual([]);
    }
  }
});

test("what a person says of a dimension stands beside what is measured between the images that they name", async () => {
  const [before, after] = [join(home, "before.png"), join(home, "after.png")];
  writeFileSync(before, await sharp(readFileSync(REAL[0]!)).resize(256, 256, { fit: "cover" }).png().toBuffer());
  writeFileSync(after, await sharp(readFileSync(before)).modulate({ saturation: 2, hue: 90 }).png().toBuffer());
  const say = (dimension: string, text: string, ...images: string[]) =>
    seedproof(["record", "dimension", dimension, text, ...images, "--session", "s", "--home", home]);
  expect(say("colour", "warmer", "--before", before, "--after", after).status).toBe(0);
  expect(say("layout", "the cat to the left", "--before", before, "--after", before).status).toBe(0);
  expect(say("perspective", "from below", "--before", before, "--after", after).status).toBe(0);
  expect(say("line", "thinner").status).toBe(0);
  const { dimensions } = seedproof(["record", "show", "--home", home, "--json"]).json[0] as {
    dimensions: {
      dimension: string;
      said: { text: string; measured?: { outcome: string; low?: number; method: string } }[];
    }[];
  };
  const measured = new Map(
    dimensions.flatMap(({ said }) => said.map(({ text, measured }) => [text, measured] as const)),
  );
  expect(measured.get("warmer")).toMatchObject({ outcome: "differs", method: "colour.lab-distribution/1" });
  expect(measured.get("the cat to the left")).toMatchObject({ outcome: "same" });
  expect(measured.get("from below")).toMatchObject({ outcome: "cannot-tell" });
  expect(measured.get("thinner")).toBeUndefined();
  const shown = seedproof(["record", "show", "--home", home]).stdout;
  expect(shown).toMatch(/colour: warmer\n.*measured: differs/);
}, 180_000);
