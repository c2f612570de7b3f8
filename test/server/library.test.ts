import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { readZip } from "../../src/dossier/zip.ts";
import { readEvents } from "../../src/node/process-events.ts";
import { trim } from "../../src/server/pictures/small-picture.ts";
import { newFolder, put, smallPng } from "../helpers/library.ts";
import { testServer } from "../helpers/server.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const server = testServer();
const folder = newFolder("library-api");
const hash = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const owl = smallPng({ prompt: "an owl, moon", seed: "5", width: 300, height: 200, shade: 1 });
const OWL = hash(owl);

beforeAll(async () => {
  put(join(folder, "owl.png"), owl);
  put(join(folder, "fox.png"), { prompt: "a fox", seed: "6", shade: 2 });
  expect((await server.ask("/library/folders", { path: folder })).status).toBe(200);
  await filled(2);
});
afterAll(async () => {
  expect(server.faults).toEqual([]);
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Waits until the library has this many images. */
async function filled(count: number): Promise<void> {
  const options = { timeout: 60_000, interval: 100 };
  await vi.waitFor(async () => expect((await server.ask("/library/search", {})).json.all).toBe(count), options);
}

test("a search gives how many fit, their proportions, the first of them and the facets; pages give the rest", async () => {
  const { json } = await server.ask("/library/search", { text: "owl" });
  expect(json).toMatchObject({
    total: 1,
    all: 2,
    ratios: [150],
    images: [{ sha256: OWL, name: "owl.png", tool: "a1111" }],
  });
  expect(json.facets.model.values).toEqual([{ value: "ink", count: 1 }]);
  const search = { sort: "name" };
  const page = await server.ask("/library/page", { search, offset: 1, limit: 10 });
  expect(page.json.images.map(({ name }: { name: string }) => name)).toEqual(["owl.png"]);
  // What stands there more than once is looked for behind the searches.
  await vi.waitFor(
    async () =>
      expect((await server.ask("/library")).json).toMatchObject({
        state: "ready",
        kind: "embedded",
        folders: [{ present: true }],
      }),
    { timeout: 60_000 },
  );
});

test.each([
  { text: "x".repeat(501) },
  { facets: { secret: ["x"] } },
  { facets: { tool: ["x".repeat(201)] } },
  { from: "March" },
  { family: "../../etc" },
  { sort: "id; drop table image" },
])("a search that is none is refused with its place: %j", async (search) => {
  expect(await server.ask("/library/search", search)).toMatchObject({ status: 400, code: "server.bad-request" });
});

test.each([
  ["relative/path", "library.folder-relative", 400],
  ["/no/such/folder", "library.folder-missing", 404],
  ["\0/etc", "library.folder-relative", 400],
] as const)("the folder %j is not added", async (path, code, status) => {
  expect(await server.ask("/library/folders", { path })).toMatchObject({ status, code });
});

test("an image of a folder is given by its hash, whole and small, and never other bytes that stand at its place now", async () => {
  const whole = await server.get(`/api/v1/images/${OWL}`, server.key);
  expect([whole.status, whole.headers.get("content-type")]).toEqual([200, "image/png"]);
  const ask = (width: string) => server.get(`/api/v1/images/${OWL}?width=${width}`, server.key);
  expect((await ask("96")).headers.get("content-type")).toBe("image/webp");
  const kept = readFileSync(join(server.home, "cache", "small", `${OWL}-96.webp`));
  expect(await sharp(kept).metadata()).toMatchObject({ format: "webp", width: 96, height: 64 });
  expect((await ask("97")).status).toBe(400);
  // Somebody puts another file, then a link to a secret, in its place.
  const path = join(folder, "owl.png");
  renameSync(path, join(folder, "owl.hidden"));
  writeFileSync(path, smallPng({ shade: 77 }));
  expect((await server.get(`/api/v1/images/${OWL}`, server.key)).code).toBe("file.not-found");
  rmSync(path);
  symlinkSync(join(folder, "owl.hidden"), path);
  expect((await server.get(`/api/v1/images/${OWL}`, server.key)).code).toBe("file.not-found");
  rmSync(path);
  renameSync(join(folder, "owl.hidden"), path);
  expect((await server.get(`/api/v1/images/${OWL}`, server.key)).status).toBe(200);
});

test("a rating is durable when it is answered, and a note of the record while a session is open", async () => {
  expect((await server.ask(`/library/images/${OWL}/mark`, { rating: 4 })).json).toEqual({ rating: 4, rejected: false });
  const marks = readFileSync(join(server.home, "library", "marks.jsonl"), "utf8");
  expect(marks).toMatch(new RegExp(`^{"image":"${OWL}","rating":4,"rejected":false,"at":"[^"]+"}\n$`));
  await server.ask("/record/start", { session: "Night" });
  await server.ask(`/library/images/${OWL}/mark`, { rejected: true });
  await server.ask(`/library/images/${OWL}/mark`, { rating: 2, rejected: false });
  await server.ask("/record/stop", {});
  const said = (await readEvents(server.home)).map(({ event }) => [event.type, event.capture]);
  expect(said.filter(([type]) => type !== "session.opened" && type !== "session.closed")).toEqual([
    ["image.rejected", "noted"],
    ["note.added", "noted"],
    ["note.added", "noted"],
  ]);
  expect((await server.ask(`/library/images/${OWL}`)).json).toMatchObject({ rating: 2, rejected: false });
  expect((await server.ask(`/library/images/${OWL}/mark`, { rating: 6 })).status).toBe(400);
  expect((await server.ask(`/library/images/${"0".repeat(64)}/mark`, { rating: 1 })).code).toBe("file.not-found");
});

test("a rebuilt index keeps ratings, and a folder that is taken out takes its images along and leaves its files", async () => {
  await server.ask("/library/refresh", { rebuild: true });
  await filled(2);
  expect((await server.ask(`/library/images/${OWL}`)).json).toMatchObject({ rating: 2, recipe: expect.any(String) });
  const [{ id }] = (await server.ask("/library")).json.folders;
  const gone = await server.get(
    `/api/v1/library/folders/${id}`,
    { ...server.key, "content-type": "application/json" },
    { method: "DELETE" },
  );
  expect(gone.status).toBe(200);
  await filled(0);
  expect(readdirSync(folder).toSorted()).toEqual(["fox.png", "owl.png"]);
  await server.ask("/library/folders", { path: folder });
  await filled(2);
});

test("a folder of images is taken over as a history, told as it goes, and the record is given in every form", async () => {
  const told: { state: string }[] = [];
  server.bus.listen(({ kind, data }) => kind === "import" && told.push(data as { state: string }));
  expect((await server.ask("/record/import", { from: "folder", source: "here" })).code).toBe("record.source-relative");
  expect((await server.ask("/record/export/prov")).code).toBeUndefined();
  const started = await server.ask("/record/import", { from: "folder", source: folder, session: "Old" });
  expect(started.json.state).toBe("running");
  expect((await server.ask("/record/import", { from: "folder", source: folder })).code).toBe("record.import-running");
  await expect.poll(() => told.at(-1)?.state, { timeout: 60_000 }).toBe("done");
  const { json } = await server.ask("/record/import");
  expect(json.import).toMatchObject({ state: "done", summary: { session: "Old", runs: 2, images: 2, known: 0 } });

  const file = (form: string, query = "") => server.get(`/api/v1/record/export/${form}${query}`, server.key);
  const prov = await file("prov", "?session=Old");
  expect(prov.headers.get("content-disposition")).toBe('attachment; filename="record.prov.json"');
  expect(JSON.parse(prov.text)).toHaveProperty("activity");
  expect(prov.text).toContain("an owl, moon");
  expect((await file("prov", "?session=Old&contents=no")).text).not.toContain("owl");
  const lines = (await file("events", "?session=Old")).text.trimEnd().split("\n");
  expect(lines.map((line) => JSON.parse(line).grade)).toEqual(["C", "C", "C", "C", "S"]);
  expect((await file("secrets")).status).toBe(400);
});

test("exported proofs and the exported ledger hold, and neither has a key in it", async () => {
  const zip = async (form: string): Promise<ReadonlyMap<string, Uint8Array>> => {
    const answer = await server.raw(`/api/v1/record/export/${form}?session=Old`);
    return readZip(new Uint8Array(await answer.arrayBuffer())).files;
  };
  const proofs = await zip("proofs");
  const names = [...proofs.keys()];
  expect(names.filter((name) => name.startsWith("proofs/")).length).toBe(5);
  const { parseProof, checkInclusion } = await proofTools();
  for (const name of names.filter((one) => one.startsWith("proofs/"))) {
    const entry = proofs.get(name.replace("proofs/", "entries/").replace(".tlog-proof", ".json"))!;
    expect(checkInclusion(parseProof(proofs.get(name)!), entry)).toBe(true);
    expect(checkInclusion(parseProof(proofs.get(name)!), Uint8Array.of(...entry, 32))).toBe(false);
  }
  const ledger = await zip("ledger");
  expect([...ledger.keys()]).toEqual(expect.arrayContaining(["checkpoint", "log.json"]));
  expect([...ledger.keys()].filter((name) => /key|pending|blob/.test(name))).toEqual([]);
});

async function proofTools() {
  const { parseProof } = await import("../../src/ledger/proof.ts");
  const { inclusionRoot, leafHash } = await import("../../src/ledger/merkle.ts");
  const { equalBytes } = await import("../../src/base/bytes.ts");
  return {
    parseProof,
    checkInclusion: ({ index, path, checkpoint }: ReturnType<typeof parseProof>, entry: Uint8Array): boolean => {
      const { size, root } = checkpoint.checkpoint;
      return equalBytes(inclusionRoot(leafHash(entry), index, size, [...path]), root);
    },
  };
}

test("the cache of small pictures loses those that were made longest ago when it is over its bound", () => {
  const cache = newFolder("cache");
  mkdirSync(cache, { recursive: true });
  for (let i = 0; i < 10; i++) writeFileSync(join(cache, `${i}.webp`), new Uint8Array(100));
  trim(cache, 1_000);
  expect(readdirSync(cache)).toHaveLength(10);
  trim(cache, 900);
  expect(readdirSync(cache).length).toBe(6);
  expect(existsSync(join(cache, "9.webp"))).toBe(true);
  rmSync(cache, { recursive: true });
});
