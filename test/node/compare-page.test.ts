import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { comparisonJson } from "../../src/compare/pair/comparison-json.ts";
import { figureOf } from "../../src/compare/pair/figure.ts";
import { comparisonPage } from "../../src/compare/pair/page.ts";
import { compareBytes } from "../../src/node/compare-files.ts";
import { pagePictures } from "../../src/node/compare-page.ts";

const FIELD = resolve(import.meta.dirname, "../../samples/cex__flux_girl_in_field.png");
const a = await sharp(readFileSync(join(FIELD)))
  .resize(400)
  .png()
  .toBuffer();
const b = await sharp(a).extract({ left: 0, top: 0, width: 400, height: 340 }).jpeg().toBuffer();
const HOSTILE = `"><script>alert(1)</script>&'.png`;
const comparison = await compareBytes(
  { name: HOSTILE, bytes: a },
  { name: "b.jpg", bytes: b },
  {
    mark: { box: [200, 345, 150, 40] },
    regions: [{ name: "<b>face</b>", box: [160, 70, 70, 80] }],
    elements: [{ name: "hair", box: [160, 20, 80, 60], generic: true }],
  },
);
const pictures = await pagePictures(comparison, a, b);
const page = comparisonPage(comparison, pictures, "test", "zh");

test("the page opens no connection: every address in it is its own data", () => {
  const addresses = [...page.matchAll(/(?:src|href|url)\s*[=(]\s*["']?([^"')\s>]+)/g)].map(([, address]) => address!);
  expect(addresses.length).toBeGreaterThan(4);
  expect(addresses.filter((address) => !/^(?:data:image\/|#)/.test(address))).toEqual([]);
  expect(page).toContain("default-src 'none'");
}, 120_000);

test("names from outside stay text: no tag of theirs is in the page, the figure or what is read aloud", () => {
  const figure = figureOf(comparison, { href: pictures.a }, { href: pictures.b }, HOSTILE);
  for (const text of [page, figure]) {
    expect(text).not.toContain("<script>alert");
    expect(text).not.toContain("<b>face");
  }
  expect(page.match(/<script>/g)).toHaveLength(1);
});

test("both languages are in the page, each marked as what it is, and every label has both", () => {
  const english = page.match(/<span lang="en">/g)!.length;
  expect(english).toBeGreaterThan(40);
  expect(page.match(/<span lang="zh-CN">/g)).toHaveLength(english);
  expect(page).toContain("经裁切的副本");
  expect(page).toContain("A cropped copy");
});

test("the page has the four ways to look, the table, the mark and the error rates", () => {
  for (const view of ["points", "slider", "flicker", "difference"]) expect(page).toContain(`id="view-${view}"`);
  expect(page).toContain("the mark is gone: it lies in what was cut off");
  expect(page).toContain(comparison.calibration.id);
  expect(pictures.markA).toMatch(/^data:image\/png/);
  expect(pictures.markB).toBeUndefined();
});

test("the JSON has the fields of the public interface and no map of bytes", () => {
  const json = JSON.parse(JSON.stringify(comparisonJson(comparison)));
  expect(json).toMatchObject({
    verdict: "edited-copy",
    transform: { crop: [0, 0, 400, 340], mirrored: false, scale: expect.any(Number), rotation: expect.any(Number) },
    watermark: { state: "absent-by-crop" },
    measures: { pdq: expect.any(Number), share: expect.any(Number), score: expect.any(Number) },
    calibration: { form: "seedproof.copy-calibration/1" },
  });
  expect(json.differences.labels).toBeUndefined();
  expect(json.elements[0]).toMatchObject({ name: "hair", generic: true, state: "found" });
});
