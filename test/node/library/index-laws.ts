/** What holds of every index, whichever database it stands in. */

import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
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
