import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { sha256Hex } from "../../src/base/hash.ts";
import { generate } from "../../src/engine/pipeline.ts";
import { toRaster } from "../../src/engine/pixels.ts";
import { readSafetensors } from "../../src/model/safetensors.ts";
import { openEmbedded } from "../../src/node/embedded.ts";
import { openFile } from "../../src/node/files.ts";
import { shippedModel } from "../../src/node/find-model.ts";

const VECTORS = join(import.meta.dirname, "vectors");

interface Golden {
  readonly unet_sha256: string;
  readonly prompts: readonly string[];
  readonly steps: number;
  readonly cfg: number;
}

const golden = JSON.parse(readFileSync(join(VECTORS, "scenes-128.json"), "utf8")) as Golden;

test("the pictures of diffusers were drawn with the weights that are shipped", () => {
  const unet = readFileSync(join(shippedModel(), "unet/diffusion_pytorch_model.safetensors"));
  expect(sha256Hex(unet)).toBe(golden.unet_sha256);
});

test("the reference engine draws what diffusers draws with the shipped folder, to within two levels of 255", async () => {
  const { data, info } = await sharp(join(VECTORS, "scenes-128.png"))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const engine = await openEmbedded({ model: shippedModel(), mode: "reference" });
  for (const [i, prompt] of golden.prompts.entries()) {
    const drawn = generate(engine.model, {
      ...{ tool: "a1111", dialect: "plain", clipSkip: 1, prompt, negative: "", steps: golden.steps, cfg: golden.cfg },
      ...{ sampler: "euler", schedule: "automatic", source: "torch-cpu" },
      ...{ size: { width: 128, height: 128 }, seeds: [BigInt(i)] },
    });
    for await (const { pixels } of drawn) {
      const raster = toRaster(pixels, "round");
      const theirs = (x: number, y: number, c: number): number => data[(y * info.width + i * 128 + x) * 3 + c]!;
      const far = raster.data.reduce((most, value, at) => {
        const [x, y, c] = [Math.floor(at / 3) % 128, Math.floor(at / 384), at % 3];
        return Math.max(most, Math.abs(value - theirs(x, y, c)));
      }, 0);
      expect(far, prompt).toBeLessThanOrEqual(2);
    }
  }
  await engine.close();
}, 120_000);

test.each([
  ["linocut", "a red cat, TRIGGER, in a meadow, day", "a red cat, in a meadow, day"],
  ["penguin", "a blue TRIGGER in a forest, at night, storybook", "a blue bird in a forest, at night, storybook"],
])(
  "the adapter %s reaches every network it names and waits for its trigger",
  async (name, spoken, silent) => {
    // What a prompt leaves open the least push composes anew, as another seed does.
    const said = ", closeup view, clear sky, in the centre";
    const file = join(shippedModel(), `${name}.safetensors`);
    const source = openFile(file);
    const { metadata } = readSafetensors(source);
    source.close();
    const trigger = String(metadata["modelspec.trigger_phrase"]);
    expect(metadata.ss_network_module).toBe("networks.lora");
    const pictures: Uint8Array[][] = [];
    for (const adapters of [[], [{ file, weight: 1 }]]) {
      const engine = await openEmbedded({ model: shippedModel(), mode: "reference", adapters });
      expect(engine.unused.flat()).toEqual([]);
      const drawn: Uint8Array[] = [];
      for (const prompt of [spoken.replace("TRIGGER", trigger) + said, silent + said]) {
        const images = generate(engine.model, {
          ...{ tool: "a1111", dialect: "plain", clipSkip: 1, prompt, negative: "", steps: 10, cfg: 4.5 },
          ...{
            sampler: "euler",
            schedule: "automatic",
            source: "torch-cpu",
            size: { width: 128, height: 128 },
            seeds: [1n],
          },
        });
        for await (const { pixels } of images) drawn.push(toRaster(pixels, "round").data);
      }
      pictures.push(drawn);
      await engine.close();
    }
    const [base, adapted] = pictures as [Uint8Array[], Uint8Array[]];
    const change = (i: number): number =>
      base[i]!.reduce((sum, value, at) => sum + Math.abs(value - adapted[i]![at]!), 0) / base[i]!.length;
    expect(change(0)).toBeGreaterThan(2 * change(1));
  },
  120_000,
);

test("the shipped folder stays under 25 MB and says what it is, what it was measured at and what it may be used for", () => {
  const entries = readdirSync(shippedModel(), { recursive: true, encoding: "utf8" });
  const files = entries.map((entry) => statSync(join(shippedModel(), entry))).filter((entry) => entry.isFile());
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  expect(bytes).toBeGreaterThan(1e6);
  expect(bytes).toBeLessThan(25e6);
  const card = readFileSync(join(shippedModel(), "README.md"), "utf8");
  for (const part of ["license: apache-2.0", "## Measured", "## Training", "## Limits"]) expect(card).toContain(part);
});
