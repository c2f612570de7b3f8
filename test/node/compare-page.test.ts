import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import sharp from "sharp";
import { expect, test } from "vitest";
import { comparisonJson } from "../../src/compare/pair/comparison-json.ts";
import { figureOf } from "../../src/compare/pair/figure.ts";
import { carriedPictures, comparisonPage, type PageData } from "../../src/compare/pair/page.ts";
import { compareBytes } from "../../src/node/compare-files.ts";
import { figurePng, pagePictures, pageTemplate } from "../../src/node/compare-page.ts";

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
const page = comparisonPage(pageTemplate(), comparison, pictures, "test", "zh");
/** The page without the comparison in it: what the build made. */
const carried = page.slice(page.indexOf("<body>"), page.indexOf("</noscript>"));
const data = JSON.parse(/<script type="application\/json"[^>]*>([^<]*)<\/script>/.exec(carried)![1]!) as PageData;

test("the page opens no connection: what is put into it has its own pictures, and its policy lets nothing else load", () => {
  const addresses = [...carried.matchAll(/(?:src|href|url)\s*[=(]\s*["']?([^"')\s>]+)/g)].map(
    ([, address]) => address!,
  );
  expect(addresses.length).toBeGreaterThan(1);
  expect(addresses.filter((address) => !/^(?:data:image\/|#)/.test(address))).toEqual([]);
  const { a: first, b: second } = carriedPictures(carried);
  expect([first, second]).toEqual([pictures.a, pictures.b]);
  // The two pictures are most of the page: each is in it once.
  for (const address of [first, second]) expect(page.split(address)).toHaveLength(2);
  for (const address of [first, second, data.pictures.map, data.pictures.markA]) {
    expect(address).toMatch(/^data:image\//);
  }
  expect(page).toContain(
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src blob: data:",
  );
  expect(page).not.toMatch(/<(?:script|link|img)[^>]+(?:src|href)="(?!data:)[^"]+"/);
}, 120_000);

test("names from outside stay text: no tag of theirs is in the page, the figure or what is read aloud", () => {
  const figure = figureOf(comparison, { href: pictures.a }, { href: pictures.b }, HOSTILE);
  for (const text of [page, figure]) {
    expect(text).not.toContain("<script>alert");
    expect(text).not.toContain("<b>face");
  }
  expect(data.view.a.file).toBe(HOSTILE);
  expect(page.match(/<script\b/g)).toHaveLength(2);
  expect(page).toContain(`<title>经裁切的副本 · &#34;&#62;&#60;script&#62;`);
});

test("without scripts the page still says the verdict in both languages, its limit, and shows the figure", () => {
  const plain = carried.slice(carried.indexOf("<noscript>"));
  expect(plain).toContain('<p lang="zh-CN">经裁切的副本</p>');
  expect(plain).toContain('<p lang="en">A cropped copy</p>');
  expect(plain).toContain("It does not show which came first");
  expect(plain).toContain("<svg");
});

test("the page carries places that agree, the table, the mark and the calibration", () => {
  const { matched, regions, elements, watermark, calibration } = data.view;
  expect(matched.all).toBeGreaterThanOrEqual(matched.agree);
  expect(matched.drawn.length).toBeGreaterThan(10);
  expect(regions[0]).toMatchObject({ name: "<b>face</b>", state: "corresponds" });
  expect(elements[0]).toMatchObject({ name: "hair", generic: true });
  expect(watermark!.says.en).toBe("the mark is gone: it lies in what was cut off");
  expect(calibration.id).toBe(comparison.calibration.id);
  expect(pictures.markA).toMatch(/^data:image\/png/);
  expect(pictures.markB).toBeUndefined();
});

test("the figure is a picture too, wide enough to print", async () => {
  const figure = figureOf(comparison, { href: pictures.a }, { href: pictures.b }, "a, b");
  const { width, format } = await sharp(await figurePng(figure)).metadata();
  expect([width, format]).toEqual([2000, "png"]);
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
