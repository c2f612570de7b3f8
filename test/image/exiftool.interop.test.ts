import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import sharp from "sharp";
import { afterAll, expect, test } from "vitest";
import { utf8 } from "../../src/base/bytes.ts";
import { embed, writeTexts } from "../../src/image/embed.ts";
import { bytesSource } from "../../src/image/source.ts";
import { walk } from "../../src/image/walk.ts";
import { writeLabels } from "../../src/label/write-labels.ts";

const folder = mkdtempSync(join(tmpdir(), "seedproof-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What exiftool finds in a file, by group and tag; its warnings are among them. */
function exiftool(bytes: Uint8Array, ...options: string[]): Record<string, string> {
  const path = join(folder, "image");
  writeFileSync(path, bytes);
  const out = execFileSync("exiftool", ["-j", "-G1", "-a", ...options, path], { encoding: "utf8" });
  return (JSON.parse(out) as Record<string, string>[])[0]!;
}

/** exiftool shows line ends as dots and trims. */
const shown = (text: string): string => text.replaceAll(/[\r\n.]+/g, " ").trim();

const INFOTEXT = "a café, 猫\nNegative prompt: blurry\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 42";
const blank = sharp({ create: { width: 9, height: 5, channels: 3, background: "teal" } });
const made = async (kind: "png" | "jpeg" | "webp") => new Uint8Array(await blank.clone().toFormat(kind).toBuffer());

test.each(["jpeg", "webp"] as const)(
  "exiftool finds the infotext that is written into %s, and nothing wrong",
  async (kind) => {
    const found = exiftool(writeTexts(await made(kind), [{ key: "parameters", text: INFOTEXT }]));
    expect(shown(found["ExifIFD:UserComment"]!)).toBe(shown(INFOTEXT));
    expect(Object.keys(found).filter((tag) => /Warning|Error/.test(tag))).toEqual([]);
  },
);

test("exiftool finds the texts that are written into PNG, and nothing wrong", async () => {
  const texts = [
    { key: "parameters", text: INFOTEXT },
    { key: "prompt", text: '{"1": {}}' },
  ];
  const found = exiftool(writeTexts(await made("png"), texts));
  expect([found["PNG:Parameters"], found["PNG:Prompt"]]).toEqual(texts.map(({ text }) => text));
  expect(Object.keys(found).filter((tag) => /Warning|Error/.test(tag))).toEqual([]);
});

test("exiftool puts extended XMP together as we wrote it", async () => {
  const text = "x".repeat(150_000);
  const xmp = utf8(
    `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:Instructions="${text}"/></rdf:RDF></x:xmpmeta>`,
  );
  const found = exiftool(embed(await made("jpeg"), { xmp }));
  expect(found["XMP-photoshop:Instructions"]).toBe(text);
  expect(Object.keys(found).filter((tag) => /Warning|Error/.test(tag))).toEqual([]);
});

test.each([
  ["sdm__jpg_civitai.jpeg", "ExifIFD:UserComment", "UserComment"],
  ["sdm__jpg_sd-webui.jpg", "ExifIFD:UserComment", "UserComment"],
  ["sdm__webp_sd-next.webp", "ExifIFD:UserComment", "UserComment"],
  ["sdm__png_reforge.png", "PNG:Parameters", "parameters"],
  ["sdm__png_krea2.png", "PNG:Prompt", "prompt"],
  ["sdm__webp_comfyui-animated-webp.webp", "IFD0:Model", "Model"],
  ["sdm__jpg_gimp.jpg", "File:Comment", "comment"],
])("exiftool reads the same text from %s as we do", (name, tag, key) => {
  const bytes = new Uint8Array(readFileSync(resolve(import.meta.dirname, "../../samples", name)));
  const ours = walk(bytesSource(bytes)).blocks.find((block) => block.key === key)!.text!;
  expect(shown(String(exiftool(bytes)[tag]))).toBe(shown(ours));
});

test.each(["png", "jpeg", "webp"] as const)("exiftool finds the labels that are written into %s", async (kind) => {
  const labelled = writeLabels(await made(kind), {
    sourceType: "trainedAlgorithmicMedia",
    aiSystem: "a model",
    mining: "PROHIBITED",
    aigc: { Label: "1", ContentProducer: "001191110102TEST", ProduceID: "猫-1" },
  });
  const again = writeLabels(labelled, { aiPrompt: "a café, 猫" });
  // exiftool 12.57 knows neither TC260 nor IPTC's fields of 2025 by name, and shows them all the same.
  const found = exiftool(again);
  expect(found["XMP-iptcExt:DigitalSourceType"]).toMatch(/trainedAlgorithmicMedia|Trained Algorithmic Media/i);
  expect(found["XMP-plus:DataMining"]).toMatch(/prohibited/i);
  expect(JSON.parse(found["XMP-TC260:Aigc"]!)).toMatchObject({
    Label: "1",
    ContentProducer: "001191110102TEST",
    ProduceID: "猫-1",
  });
  expect(Object.values(found)).toEqual(expect.arrayContaining(["a model", "a café, 猫"]));
  expect(Object.keys(found).filter((tag) => /Warning|Error/.test(tag))).toEqual([]);
});
