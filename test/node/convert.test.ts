import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { bytesSource } from "../../src/image/source.ts";
import { walk } from "../../src/image/walk.ts";
import { convertImage } from "../../src/node/convert.ts";
import { decodeStored } from "../../src/node/pixels.ts";
import { readContainer } from "../../src/recipe/reading.ts";

const SAMPLES = resolve(import.meta.dirname, "../../samples");
const sample = (name: string) => new Uint8Array(readFileSync(join(SAMPLES, name)));
const look = (bytes: Uint8Array) => walk(bytesSource(bytes));
const textsOf = (bytes: Uint8Array): string[] =>
  look(bytes).blocks.flatMap(({ text, encoding }) => (text === undefined || encoding === "binary" ? [] : [text]));

// The smallest of each tool and container: pixels are not what is tested here.
const names = readdirSync(SAMPLES).filter((name) =>
  /sdp__(?!.*stealth)|derived__|fixtures_cli|civitai\.|gimp\.|sd-webui\.(jpg|webp)|plus|grok/.test(name),
);
const cases = names.flatMap((name) =>
  (["png", "jpeg", "webp"] as const)
    .filter((kind) => look(sample(name)).kind !== kind)
    .map((kind) => [name, kind] as const),
);

describe("every text comes along byte for byte, and the recipe is the same", () => {
  test.each(cases)("%s to %s", async (name, kind) => {
    const file = sample(name);
    const { bytes, left } = await convertImage(file, kind);
    expect(left).toEqual([]);
    expect(look(bytes).kind).toBe(kind);
    expect(textsOf(bytes)).toEqual(expect.arrayContaining(textsOf(file)));
    expect(look(bytes).findings.filter(({ level }) => level === "fails")).toEqual([]);
    const [before, after] = [file, bytes].map((one) => readContainer(look(one)));
    expect([after!.tool, after!.recipe]).toEqual([before!.tool, before!.recipe]);
  });

  test.each(["jpeg", "webp"] as const)("there and back through %s, PNG chunks have their keys again", async (kind) => {
    const file = sample("sdp__ComfyUI_img2img_cropped.png");
    const there = await convertImage(file, kind);
    const back = await convertImage(there.bytes, "png");
    const keyed = (bytes: Uint8Array) => look(bytes).blocks.map(({ where, key, text }) => ({ where, key, text }));
    expect(keyed(back.bytes)).toEqual(expect.arrayContaining(keyed(file)));
  });
});

test("lossless forms keep the samples, hidden data with them; JPEG keeps the hidden text as a text", async () => {
  const file = sample("sdp__AUTOMATIC1111_automatic1111_stealth.png");
  const webp = await convertImage(file, "webp");
  expect(Buffer.compare((await decodeStored(webp.bytes)).data, (await decodeStored(file)).data)).toBe(0);
  const jpeg = await convertImage(file, "jpeg");
  const { blocks } = look(jpeg.bytes);
  expect(blocks.find(({ key }) => key === "stealth_pngcomp")?.text).toContain("Steps: ");
});

test("a workflow longer than a JPEG segment is split and comes back whole", async () => {
  const text = JSON.stringify({ prompt: "猫 and dog ".repeat(30_000) });
  const { embed } = await import("../../src/image/embed.ts");
  const png = embed(sample("imh__fixtures_cli_a1111.png"), { texts: [{ where: "tEXt", key: "workflow", text }] });
  const { bytes } = await convertImage(png, "jpeg");
  expect(look(bytes).blocks.find(({ key }) => key === "workflow")?.text).toBe(text);
});

test("a file whose pixels cannot be decoded has its error", async () => {
  const file = sample("sdm__png_sd-webui.png").fill(0, 900, 5000);
  await expect(convertImage(file, "webp")).rejects.toMatchObject({ code: expect.stringMatching(/^image\./) });
});

test("a signed file is not converted unless its credentials may be left behind, which is then said", async () => {
  const file = sample("raw__data_fixtures_provenance_flux-1.jpg");
  await expect(convertImage(file, "webp")).rejects.toMatchObject({ code: "image.signed" });
  const { left } = await convertImage(file, "webp", { leaveCredentials: true });
  expect(left.map(({ where }) => where)).toEqual(["APP11"]);
});
