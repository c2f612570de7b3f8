/** What holds of every index, whichever database it stands in. */

import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { expect } from "vitest";
import { type Pdq, pdq, pdqDistance } from "../../../src/compare/pdq.ts";
import { ensureLedger } from "../../../src/node/ledger-home.ts";
import { Library } from "../../../src/node/library/library.ts";
import { recordEvent } from "../../../src/node/recorder.ts";
import { newFolder, put, smallPng } from "../../helpers/library.ts";
import { samplePath } from "../../helpers/samples.ts";

const SW = { name: "seedproof", version: "1.2.3" };
const hash = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** A prompt that tries to be something else; the NUL that it is written with cannot be kept. */
export const HOSTILE = `'); drop table image; -- \ufffd "% _ \\ <script>`;

/** A workspace with outputs, a recorded image, an added folder, hostile texts, and files that are no images. */
export async function richWorkspace(): Promise<{ home: string; folder: string; recorded: string }> {
  const [home, folder] = [newFolder("index-home"), newFolder("index-folder")];
  const cat = { prompt: "a cat, snow", model: "ink" };
  for (const [i, seed] of ["1", "2", "3"].entries()) {
    put(join(home, "outputs", "2026-11-01", `0000${i}-${seed}.png`), { ...cat, seed, shade: i });
  }
  put(join(folder, "deep", "er", "bird.png"), { prompt: "一只鸟，雪夜", seed: "18446744073709551615", shade: 9 });
  put(join(folder, "plain.png"), { shade: 10 });
  put(join(folder, "hostile.png"), { prompt: HOSTILE.replace("\ufffd", "\0"), shade: 11 });
  writeFileSync(join(folder, "torn.png"), smallPng({ prompt: "x" }).subarray(0, 20));
  writeFileSync(join(folder, "text.png"), "no image at all");
  for (const sample of ["sdm__png_novelai-curated.png", "sdm__png_sd-webui.png"]) {
    copyFileSync(samplePath(sample), join(folder, sample));
  }
  ensureLedger(home, SW);
  const bytes = smallPng({ ...cat, seed: "4", shade: 4 });
  const frame = { capture: "hooked", agent: { kind: "software", name: "test" } } as const;
  await recordEvent(
    home,
    SW,
    "Snow night",
    "file.saved",
    (store) => ({ file: { ...store.putBlob(bytes, "image", "image/png"), name: "moon.png" } }),
    frame,
  );
  return { home, folder, recorded: hash(bytes) };
}

/** Opens, fills, and lets a test look; closes whatever happens. */
export async function withLibrary<T>(
  home: string,
  url: string | undefined,
  work: (library: Library) => Promise<T>,
): Promise<T> {
  const library = new Library({ home, sw: SW, url });
  try {
    return await work(library);
  } finally {
    await library.close();
  }
}

/** A picture with structure: overlapping discs, another for each number. */
async function discs(n: number): Promise<Buffer> {
  const shapes = Array.from({ length: 14 }, (_, i) => {
    const [x, y, r, shade] = [37, 53, 29, 71].map((step, k) => ((i + 1) * step * (n + 2) + k * 17) % 240);
    return `<circle cx="${x}" cy="${y}" r="${20 + r! / 4}" fill="rgb(${shade},${(shade! * 3) % 256},${255 - shade!})"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="240" height="240">${shapes.join("")}</svg>`;
  return sharp(Buffer.from(svg)).flatten({ background: "#888" }).png().toBuffer();
}

/**
 * The same pixels in another file, a recompressed copy, and one file that stands twice are duplicates; another picture, a flat one
 * and a file that cannot be decoded are not. Distances are those of the hashes as this test works them out.
 */
export async function expectDuplicates(url: string | undefined): Promise<void> {
  const [home, folder] = [newFolder("twins-home"), newFolder("twins-folder")];
  const original = await discs(1);
  const files: Readonly<Record<string, Uint8Array>> = {
    "a-original.png": original,
    "b-same-pixels.png": await sharp(original).png({ compressionLevel: 1, adaptiveFiltering: true }).toBuffer(),
    "c-recompressed.jpg": await sharp(original).jpeg({ quality: 60 }).toBuffer(),
    "d-other.png": await discs(2),
    "e-twice.png": await discs(5),
    "f-flat.png": smallPng({ shade: 1 }),
    "g-torn.png": original.subarray(0, original.length - 400),
  };
  for (const [i, [name, bytes]] of Object.entries(files).entries()) {
    const path = put(join(folder, name), new Uint8Array(bytes));
    utimesSync(path, 1_700_000_000 + i, 1_700_000_000 + i);
  }
  copyFileSync(join(folder, "e-twice.png"), join(folder, "e-once-more.png"));
  const of = (name: string): string => hash(files[name]!);
  const pdqOf = async (bytes: Uint8Array): Promise<Pdq> => {
    const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const luma = Float32Array.from({ length: info.width * info.height }, (_, i) =>
      [0.299, 0.587, 0.114].reduce((sum, part, k) => sum + part * data[i * info.channels + k]!, 0),
    );
    return pdq({ width: info.width, height: info.height, data: luma });
  };
  const [first, copy] = [await pdqOf(original), await pdqOf(files["c-recompressed.jpg"]!)];
  expect(Math.min(first.quality, copy.quality)).toBeGreaterThanOrEqual(50);
  await withLibrary(home, url, async (library) => {
    library.addFolder(folder);
    await library.update();
    const { hits, groups, total } = await library.search({ view: "duplicates", sort: "name" });
    expect(hits.map(({ sha256 }) => sha256)).toEqual(
      ["a-original.png", "b-same-pixels.png", "c-recompressed.jpg", "e-twice.png"].map(of),
    );
    expect([groups, total]).toEqual([[3, 1], 4]);
    const [a, b, c, e] = await library.images(hits.map(({ sha256 }) => sha256));
    expect(a).toMatchObject({ near: of("a-original.png"), same_pixels: true, bits: 0, files: 1 });
    expect(b).toMatchObject({ near: of("a-original.png"), same_pixels: true, bits: 0, files: 1 });
    expect(c).toMatchObject({
      near: of("a-original.png"),
      same_pixels: false,
      bits: pdqDistance(first.hash, copy.hash),
    });
    expect(e).toMatchObject({ near: of("e-twice.png"), files: 2 });
    const [other] = await library.images([of("d-other.png")]);
    expect(other).toMatchObject({ near: null, same_pixels: false, bits: null, files: 1 });
    // Chosen by a facet, a group is what fits of it.
    const jpegs = await library.search({ view: "duplicates", text: "recompressed" });
    expect([jpegs.hits.map(({ sha256 }) => sha256), jpegs.groups]).toEqual([[of("c-recompressed.jpg")], [1]]);
    // Whoever is left alone is no duplicate any more.
    for (const name of ["b-same-pixels.png", "c-recompressed.jpg", "e-once-more.png"]) rmSync(join(folder, name));
    await library.update();
    expect((await library.search({ view: "duplicates" })).hits).toEqual([]);
    const grown = await library.rows();
    await library.rebuild();
    expect(await library.rows()).toEqual(grown);
  });
  for (const dir of [home, folder]) rmSync(dir, { recursive: true, force: true });
}

/** What is added, changed, recorded, marked and deleted step by step gives the rows that a rebuild gives. */
export async function expectIncrementalIsRebuilt(url: string | undefined): Promise<Record<string, unknown[]>> {
  const { home, folder, recorded } = await richWorkspace();
  const rows = await withLibrary(home, url, async (library) => {
    await library.update();
    library.addFolder(folder);
    await library.update();
    await library.mark(recorded, { rating: 4 }, undefined);
    // One is changed in place, one goes, one comes, one is there under a second name.
    const changed = put(join(home, "outputs", "2026-11-01", "00000-1.png"), { prompt: "a dog", seed: "7", shade: 20 });
    utimesSync(changed, new Date("2026-11-02T10:00:00Z"), new Date("2026-11-02T10:00:00Z"));
    rmSync(join(home, "outputs", "2026-11-01", "00001-2.png"));
    put(join(folder, "new.png"), { prompt: "a cat, snow", seed: "5", shade: 5 });
    mkdirSync(join(folder, "copies"));
    copyFileSync(join(folder, "new.png"), join(folder, "copies", "a-copy.png"));
    const image = { role: "image", sha256: recorded, size: 1 };
    const frame = { capture: "noted", agent: { kind: "person", name: "" } } as const;
    await recordEvent(home, SW, "Second night", "image.kept", { image }, frame);
    await library.update();
    const grown = await library.rows();
    await library.rebuild();
    expect(await library.rows()).toEqual(grown);
    const report = await library.update();
    expect(report).toEqual({ read: 0, unreadable: 0, gone: 0, changed: 0 });
    return grown;
  });
  // And once more from nothing, in a new process's place.
  rmSync(join(home, "index"), { recursive: true });
  const again = await withLibrary(home, url, async (library) => {
    await library.update();
    return library.rows();
  });
  expect(again).toEqual(rows);
  expect(rows.image!.length).toBeGreaterThan(7);
  expect(readFileSync(join(folder, "text.png"), "utf8")).toBe("no image at all");
  for (const dir of [home, folder]) rmSync(dir, { recursive: true, force: true });
  return rows;
}
