import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import sharp from "sharp";
import { afterAll, expect, test, vi } from "vitest";
import { alter, drawer } from "../../src/node/alterations.ts";
import { compareBytes, compareFiles } from "../../src/node/compare-files.ts";
import { decodeViewed } from "../../src/node/pixels.ts";

// A pair takes a second on a quiet machine, and some tests look at three.
vi.setConfig({ testTimeout: 120_000 });

const SAMPLES = resolve(import.meta.dirname, "../../samples");
const FIELD = join(SAMPLES, "cex__flux_girl_in_field.png");
const field = new Uint8Array(readFileSync(FIELD));
const folder = mkdtempSync(join(tmpdir(), "seedproof-compare-"));
afterAll(() => rmSync(folder, { recursive: true }));

const named = (name: string, bytes: Uint8Array): { name: string; bytes: Uint8Array } => ({ name, bytes });
const small = await sharp(field).resize(512).png().toBuffer();
const original = named("original.png", small);

test("the same bytes are the same file, before any feature is looked for", async () => {
  const { verdict, transform, measures } = await compareFiles(FIELD, FIELD);
  expect([verdict, transform, measures.features]).toEqual(["identical-bytes", null, undefined]);
});

test("the same pixels in another file are identical pixels, and other bytes are not", async () => {
  const other = await sharp(small)
    .png({ compressionLevel: 1 })
    .withExif({ IFD0: { Artist: "someone" } })
    .toBuffer();
  const { verdict, a, b } = await compareBytes(original, named("other.png", other));
  expect(verdict).toBe("identical-pixels");
  expect(a.pixelsSha256).toBe(b.pixelsSha256);
  expect(a.storedSha256).toBe(b.storedSha256);
  expect(a.sha256).not.toBe(b.sha256);
});

test("an orientation in the metadata turns what is displayed, and only that", async () => {
  const turned = await sharp(small).rotate(90).withMetadata({ orientation: 8 }).png().toBuffer();
  const { verdict, a, b } = await compareBytes(original, named("turned.png", turned));
  expect(verdict).toBe("identical-pixels");
  expect(a.storedSha256).not.toBe(b.storedSha256);
});

test("a picture one level brighter is the same within rounding", async () => {
  const { verdict, measures } = await compareBytes(
    original,
    named("b.png", await sharp(small).linear(1, 1).png().toBuffer()),
  );
  expect([verdict, measures.maxDifference]).toEqual(["within-rounding", 1]);
});

test("a saved, smaller copy is a copy of the whole frame at its scale", async () => {
  const copy = await sharp(small).resize(384).jpeg({ quality: 70 }).toBuffer();
  const { verdict, transform, changes, b } = await compareBytes(original, named("copy.jpg", copy));
  expect([verdict, changes]).toEqual(["copy", ["resaved", "resized"]]);
  expect(transform?.crop).toEqual([0, 0, 512, 512]);
  expect(Math.abs(transform!.scale - 0.75)).toBeLessThan(0.002);
  expect(b.jpeg).toMatchObject({ quality: 70 });
});

test("the crop box is within one percent of the side, and says what was cut on each side", async () => {
  const bytes = await sharp(small)
    .extract({ left: 61, top: 40, width: 402, height: 430 })
    .jpeg({ quality: 80 })
    .toBuffer();
  const { verdict, transform, changes } = await compareBytes(original, named("crop.jpg", bytes));
  expect([verdict, changes.includes("cropped")]).toEqual(["edited-copy", true]);
  const off = transform!.crop.map((value, i) => Math.abs(value - [61, 40, 402, 430][i]!));
  expect(Math.max(...off)).toBeLessThan(5.12);
  expect(transform!.cut.bottom).toBeGreaterThan(35);
});

test("a mirrored copy, a turned one and one inside a screenshot are found with their geometry", async () => {
  const mirror = await compareBytes(original, named("m.jpg", await sharp(small).flop().jpeg().toBuffer()));
  expect([mirror.verdict, mirror.transform?.mirrored]).toEqual(["edited-copy", true]);
  const quarter = await compareBytes(original, named("q.jpg", await sharp(small).rotate(90).jpeg().toBuffer()));
  expect(Math.abs(quarter.transform!.rotation - 90)).toBeLessThan(0.3);
  const shot = await alter(await decodeViewed(small), "screenshot", drawer(5));
  const { verdict, transform, changes } = await compareBytes(original, named("s.jpg", shot.bytes));
  expect([verdict, changes.includes("framed")]).toEqual(["edited-copy", true]);
  expect(transform!.filled).toBeLessThan(0.5);
  expect(transform!.kept).toBeGreaterThan(0.98);
});

test("a part that was painted over is found as the only difference, with a share whose range is near the truth", async () => {
  const blob = Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512"><rect x="40" y="280" width="160" height="160" fill="#a03080"/></svg>`,
  );
  const painted = await sharp(
    await sharp(small)
      .composite([{ input: blob }])
      .png()
      .toBuffer(),
  )
    .jpeg({ quality: 80 })
    .toBuffer();
  const { differences, changes } = await compareBytes(original, named("p.jpg", painted));
  expect(changes).toContain("parts-changed");
  const truth = (160 * 160) / (512 * 512);
  expect(Math.abs(differences!.changed.value - truth)).toBeLessThan(0.03);
  expect(differences!.changed.low).toBeLessThanOrEqual(differences!.changed.value);
  const [first] = differences!.regions;
  const scale = 512 / differences!.width;
  expect(Math.abs(first!.x * scale - 40)).toBeLessThan(20);
  expect(Math.abs(first!.height * scale - 160)).toBeLessThan(40);
});

test("two pictures that share nothing are unrelated, whatever comes first", async () => {
  const other = named("other.png", new Uint8Array(readFileSync(join(SAMPLES, "cex__inpaint_inpaint_example.png"))));
  expect((await compareBytes(original, other)).verdict).not.toMatch(/copy|identical/);
  expect((await compareBytes(other, original)).verdict).not.toMatch(/copy|identical/);
});

test("two seeds of one prompt are two drawings of one scene and no copy, while an altered copy of either is one", async () => {
  const seeds = resolve(import.meta.dirname, "../compare/vectors/seeds");
  const [zero, one] = [0, 1].map((seed) =>
    named(`${seed}.png`, new Uint8Array(readFileSync(join(seeds, `robot-seed-${seed}.png`)))),
  ) as [typeof original, typeof original];
  const { verdict, findings, transform } = await compareBytes(zero, one);
  expect([verdict, findings.map(({ code }) => code), transform]).toEqual(["similar", ["compare.redrawn"], null]);
  const altered = await alter(await decodeViewed(one.bytes), "combined", drawer(5));
  expect((await compareBytes(one, named("altered.jpg", altered.bytes))).verdict).toBe("edited-copy");
});

const mark = { box: [300, 440, 200, 50] as const };
const letters = Buffer.from(
  `<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512"><text x="310" y="478" font-family="sans-serif" font-weight="bold" font-size="30" fill="#fff">@spring_22</text></svg>`,
);
const marked = named(
  "marked.png",
  await sharp(small)
    .composite([{ input: letters }])
    .png()
    .toBuffer(),
);

test("a mark that is still there, one cut off and one painted over are told apart", async () => {
  const kept = await sharp(marked.bytes).jpeg({ quality: 75 }).toBuffer();
  expect((await compareBytes(marked, named("k.jpg", kept), { mark })).watermark?.state).toBe("present");
  const cropped = await sharp(marked.bytes).extract({ left: 0, top: 0, width: 512, height: 436 }).jpeg().toBuffer();
  expect((await compareBytes(marked, named("c.jpg", cropped), { mark })).watermark?.state).toBe("absent-by-crop");
  const clean = await sharp(small).jpeg({ quality: 75 }).toBuffer();
  const erased = (await compareBytes(marked, named("e.jpg", clean), { mark })).watermark;
  expect(erased?.state).toBe("absent-by-overwriting");
  expect(erased?.pValue).toBeLessThanOrEqual(0.01);
});

test("regions and elements get a row each, and boxes outside the picture are refused", async () => {
  const copy = named(
    "crop.jpg",
    await sharp(small).extract({ left: 0, top: 0, width: 512, height: 400 }).jpeg().toBuffer(),
  );
  const { regions, elements } = await compareBytes(original, copy, {
    regions: [
      { name: "face", box: [210, 90, 90, 100] },
      { name: "below", box: [0, 420, 512, 90] },
    ],
    elements: [{ name: "collar", box: [200, 260, 120, 100], generic: true }],
  });
  expect(regions.map(({ name, state }) => [name, state])).toEqual([
    ["face", "corresponds"],
    ["below", "missing"],
  ]);
  expect(elements[0]).toMatchObject({ name: "collar", generic: true, state: "found" });
  await expect(compareBytes(original, copy, { regions: [{ name: "x", box: [500, 0, 50, 50] }] })).rejects.toMatchObject(
    { code: "compare.box-outside" },
  );
});

/** What hostile and unusual files come to. */
async function against(bytes: Uint8Array): Promise<{ verdict: string; codes: string[] }> {
  const { verdict, findings } = await compareBytes(original, named("b", bytes));
  return { verdict, codes: findings.map(({ code }) => code) };
}

test("an animation is compared by its first frame, and it is said", async () => {
  const animated = new Uint8Array(readFileSync(join(SAMPLES, "cex__wan_text_to_video_wan.webp")));
  const first = named("first.png", await sharp(animated).png().toBuffer());
  const { verdict, findings } = await compareBytes(first, named("animated.webp", animated));
  expect([verdict, findings.map(({ code }) => code)]).toEqual(["identical-pixels", ["compare.first-frame"]]);
});

test("16 bits, CMYK and transparency are brought to what a viewer shows, and it is said", async () => {
  const deep = await sharp(small).toColourspace("rgb16").png().toBuffer();
  expect(await against(deep)).toMatchObject({ codes: expect.arrayContaining(["compare.eight-bits"]) });
  expect((await against(deep)).verdict).toMatch(/identical-pixels|within-rounding/);
  const cmyk = await sharp(small).toColourspace("cmyk").jpeg({ quality: 90 }).toBuffer();
  expect(await against(cmyk)).toMatchObject({
    codes: expect.arrayContaining(["compare.cmyk"]),
    verdict: expect.stringMatching(/copy/),
  });
  const clear = await sharp(small).ensureAlpha(0.5).png().toBuffer();
  expect(await against(clear)).toMatchObject({
    codes: expect.arrayContaining(["compare.on-white"]),
    verdict: expect.stringMatching(/copy/),
  });
});

test("a picture of one pixel, one of one colour and one of a line cannot be told", async () => {
  const flat = async (width: number, height: number): Promise<Uint8Array> =>
    sharp({ create: { width, height, channels: 3, background: "#808080" } })
      .png()
      .toBuffer();
  expect((await against(await flat(1, 1))).verdict).toBe("cannot-tell");
  expect((await against(await flat(640, 480))).verdict).toBe("cannot-tell");
  expect((await against(await flat(3000, 1))).verdict).toBe("cannot-tell");
});

test("a picture that states more pixels than are decoded, a cut one and one that is none are refused with a code", async () => {
  const bomb = new Uint8Array(small.subarray(0, 200));
  new DataView(bomb.buffer).setUint32(16, 100_000);
  new DataView(bomb.buffer).setUint32(20, 100_000);
  await expect(against(bomb)).rejects.toMatchObject({ code: expect.stringMatching(/^image\./) });
  await expect(against(small.subarray(0, 5000))).rejects.toMatchObject({ code: expect.stringMatching(/^image\./) });
  await expect(against(new TextEncoder().encode("no picture at all"))).rejects.toMatchObject({
    code: expect.stringMatching(/^image\./),
  });
  writeFileSync(join(folder, "empty.png"), "");
  await expect(compareFiles(FIELD, join(folder, "empty.png"))).rejects.toMatchObject({
    code: expect.stringMatching(/^image\./),
  });
});

test("a large picture is compared in its own pixels", async () => {
  const huge = await sharp(small).resize(5000).jpeg({ quality: 80 }).toBuffer();
  const { verdict, transform } = await compareBytes(original, named("huge.jpg", huge));
  expect(verdict).toBe("copy");
  expect(Math.abs(transform!.scale - 5000 / 512) / (5000 / 512)).toBeLessThan(0.002);
});
