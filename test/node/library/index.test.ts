import { existsSync, readdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Library } from "../../../src/node/library/library.ts";
import { type LibrarySearch, termsOf } from "../../../src/node/library/search.ts";
import { newFolder, put } from "../../helpers/library.ts";
import { expectDuplicates, expectIncrementalIsRebuilt, HOSTILE, richWorkspace, withLibrary } from "./index-laws.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const SW = { name: "seedproof", version: "1.2.3" };
let home: string;
let folder: string;
let recorded: string;
let library: Library;

beforeAll(async () => {
  ({ home, folder, recorded } = await richWorkspace());
  library = new Library({ home, sw: SW });
  library.addFolder(folder);
  await library.update();
});
afterAll(async () => {
  await library.close();
  for (const dir of [home, folder]) rmSync(dir, { recursive: true, force: true });
});

const names = async (search: LibrarySearch): Promise<string[]> => {
  const { hits } = await library.search(search);
  return (await library.images(hits.map(({ sha256 }) => sha256))).map(({ name }) => name);
};

test("every image of outputs, record and added folders is there once, and files that cannot be read are told", async () => {
  expect((await names({ sort: "name" })).toSorted()).toEqual(
    [
      ...["00000-1.png", "00001-2.png", "00002-3.png", "bird.png", "hostile.png", "moon.png", "plain.png"],
      ...["sdm__png_novelai-curated.png", "sdm__png_sd-webui.png"],
    ].toSorted(),
  );
  const { images, unreadable } = await library.stats();
  expect(images).toBe(9);
  expect(unreadable.map(({ path }) => path.split("/").at(-1))).toEqual(["text.png", "torn.png"]);
});

test("a text finds images by words of any language, by phrase, by name, seed and hash, and leaves out what has a minus", async () => {
  expect(await names({ text: "SNOW cat", sort: "name" })).toEqual([
    "00000-1.png",
    "00001-2.png",
    "00002-3.png",
    "moon.png",
  ]);
  expect(await names({ text: '"cat, snow" -moon', sort: "name" })).toHaveLength(3);
  expect(await names({ text: "雪夜" })).toEqual(["bird.png"]);
  expect(await names({ text: "18446744073709551615" })).toEqual(["bird.png"]);
  expect(await names({ text: recorded.slice(0, 12) })).toEqual(["moon.png"]);
  expect(await names({ text: "nothing of this" })).toEqual([]);
});

test.each(["'); drop table image; --", "%", "_", "\\", "<script>", "\0", '"', "-", "\ud800"])(
  "the hostile text %j is only a text, in a prompt and in a question",
  async (text) => {
    const all = await names({});
    const said = text.replaceAll("\0", "\ufffd").toWellFormed();
    const literal = all.filter((name) => name.includes(said) || (name === "hostile.png" && HOSTILE.includes(said)));
    expect(await names({ text })).toEqual(termsOf(text).length === 0 ? all : literal);
    expect(await names({ facets: { tool: [text] } })).toEqual([]);
    expect((await library.search({})).all).toBe(9);
  },
);

test("facets count what each further choice would leave, and within one of them any value may be added", async () => {
  const { facets, total } = await library.search({ facets: { model: ["ink"] }, text: "cat" });
  expect(total).toBe(4);
  expect(facets.grade!.values).toEqual([
    { value: "C", count: 3 },
    { value: "S", count: 1 },
  ]);
  const both = await library.search({ facets: { grade: ["M", "S"] } });
  expect(both.total).toBe(2);
  expect(Object.fromEntries(both.facets.grade!.values.map(({ value, count }) => [value, count]))).toEqual({
    ...{ C: 6, S: 1, M: 1, U: 1 },
  });
});

test("a family is one recipe with other seeds: counted on each image, shown alone, or as one image of each", async () => {
  const { hits } = await library.search({ text: "moon" });
  const [moon] = await library.images(hits.map(({ sha256 }) => sha256));
  expect(moon!.kin).toBe(4);
  const detail = await library.image(recorded);
  expect(detail.family_images.map(({ seed }) => seed).toSorted()).toEqual(["1", "2", "3", "4"]);
  expect(await names({ family: moon!.family! })).toHaveLength(4);
  expect(await names({ view: "families" })).toHaveLength(6);
});

test("what the record says is the image's grade and session, and a NovelAI signature over pixels and recipe is measured", async () => {
  expect(await library.image(recorded)).toMatchObject({ grade: "S", capture: "hooked", name: "moon.png" });
  expect((await library.image(recorded)).entries).toMatchObject([{ type: "file.saved", session: "Snow night" }]);
  const { hits } = await library.search({ text: "novelai-curated" });
  expect(await library.image(hits[0]!.sha256)).toMatchObject({ grade: "M", sealed: true, tool: "novelai" });
});

test("a rating is kept beside the index, and is a note of the record while a session is open", async () => {
  await library.mark(recorded, { rating: 5 }, undefined);
  expect(await names({ facets: { mark: ["5"] } })).toEqual(["moon.png"]);
  await library.mark(recorded, { rejected: true }, "Snow night");
  await library.update();
  const after = await library.image(recorded);
  expect(after).toMatchObject({ rating: 5, rejected: true, decision: "rejected" });
  expect(after.entries.map(({ type }) => type)).toEqual(["file.saved", "image.rejected"]);
  await library.mark(recorded, { rating: 0, rejected: false }, undefined);
  expect(await library.image(recorded)).toMatchObject({ rating: 0, rejected: false });
});

test("an index that grew step by step equals one that is rebuilt, and one that is made from nothing", async () => {
  await expectIncrementalIsRebuilt(undefined);
});

test("the same pixels, a recompressed copy and a file that stands twice are duplicates, group by group", async () => {
  await expectDuplicates(undefined);
});

test("links are not followed out of a folder, and the workspace's own folders are not added twice", async () => {
  const [own, added] = [newFolder("links-home"), newFolder("links")];
  put(join(own, "outputs", "in.png"), { prompt: "inside" });
  symlinkSync(join(folder, "deep"), join(added, "way-out"));
  symlinkSync(join(folder, "plain.png"), join(added, "link.png"));
  await withLibrary(own, undefined, async (one) => {
    one.addFolder(added);
    await one.update();
    expect((await one.search({})).all).toBe(1);
    for (const [path, code] of [
      [own, "library.folder-own"],
      [join(own, "outputs"), "library.folder-own"],
      ["/", "library.folder-own"],
      ["relative", "library.folder-relative"],
      [join(added, "none"), "library.folder-missing"],
    ] as const) {
      expect(() => one.addFolder(path)).toThrow(expect.objectContaining({ code }));
    }
  });
  for (const dir of [own, added]) rmSync(dir, { recursive: true, force: true });
});

test("a second process is told that the index is open, and a damaged index is made anew without a word", async () => {
  const own = newFolder("damage");
  put(join(own, "outputs", "one.png"), { prompt: "one" });
  const first = new Library({ home: own, sw: SW });
  await first.update();
  const second = new Library({ home: own, sw: SW });
  await expect(second.search({})).rejects.toMatchObject({ code: "index.locked" });
  await second.close();
  await first.close();
  const data = join(own, "index", "data");
  for (const name of ["global/pg_control", "PG_VERSION"]) truncateSync(join(data, name), 3);
  await withLibrary(own, undefined, async (again) => {
    await again.update();
    expect((await again.search({ text: "one" })).total).toBe(1);
  });
  // Left open by a machine that went down: another run of the machine has another name.
  writeFileSync(join(own, "index", "open"), "another run");
  const before = existsSync(data) ? readdirSync(data).length : 0;
  expect(before).toBeGreaterThan(0);
  await withLibrary(own, undefined, async (again) => {
    expect((await again.search({})).all).toBe(0);
    await again.update();
    expect((await again.search({})).all).toBe(1);
  });
  rmSync(own, { recursive: true, force: true });
});
