import sharp from "sharp";
import { beforeAll, describe, expect, test } from "vitest";
import { writeTexts } from "../../src/image/embed.ts";
import { readImage, readImageBytes } from "../../src/node/read-image.ts";
import { ownBlock, SEEDPROOF_KEY } from "../../src/recipe/seedproof.ts";
import { samplePath, samples } from "../helpers/samples.ts";

const blank: Record<"png" | "jpeg" | "webp", Uint8Array> = {} as never;

beforeAll(async () => {
  const image = sharp({ create: { width: 8, height: 8, channels: 3, background: "#888" } });
  for (const kind of ["png", "jpeg", "webp"] as const)
    blank[kind] = new Uint8Array(await image.clone().toFormat(kind).toBuffer());
});

const withRecipe = samples.filter(({ expected }) => expected.positive !== undefined || expected.seed !== undefined);

describe.each(withRecipe)("the recipe of $file", ({ file }) => {
  test("is read back the same after it was written into a PNG, a JPEG and a WebP, and the file says who wrote it", async () => {
    const { recipe, recipeHash } = await readImage(samplePath(file), { hash: false });
    for (const kind of ["png", "jpeg", "webp"] as const) {
      const written = writeTexts(blank[kind], [{ key: SEEDPROOF_KEY, text: ownBlock(recipe!, "written") }]);
      const back = await readImageBytes(`x.${kind}`, written);
      expect(back).toMatchObject({ container: kind, tool: "seedproof", status: "recipe", recipeHash });
      expect(back.recipe).toEqual(recipe);
      expect(back.findings.map(({ code }) => code)).toContain("recipe.written-later");
    }
  });
});
