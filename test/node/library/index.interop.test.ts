import { rmSync } from "node:fs";
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Library } from "../../../src/node/library/library.ts";
import type { LibrarySearch } from "../../../src/node/library/search.ts";
import { newFolder } from "../../helpers/library.ts";
import { type PostgresServer, startPostgres } from "../../helpers/postgres.ts";
import { expectDuplicates, expectIncrementalIsRebuilt, richWorkspace, withLibrary } from "./index-laws.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 });

const SW = { name: "seedproof", version: "1.2.3" };
let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => server.stop());

const SEARCHES: readonly LibrarySearch[] = [
  {},
  { sort: "oldest" },
  { sort: "name" },
  { sort: "rating", view: "families" },
  { sort: "name", view: "duplicates" },
  { text: 'SNOW "a cat" -moon' },
  { text: "雪夜" },
  { text: `'); drop table image; --` },
  { text: "\0 % _ \\" },
  { facets: { grade: ["C", "M"], tool: ["a1111", "novelai"] }, more: ["seed"] },
  { from: "2020-01", to: "2030-12", facets: { size: ["8 × 8"] } },
];

test("PostgreSQL of the system gives the same rows and the same answers to every search as the embedded database", async () => {
  expect(server.version).toMatch(/PostgreSQL\) 1[5-9]/);
  const { home, folder } = await richWorkspace();
  const [embedded, served] = [new Library({ home, sw: SW }), new Library({ home, sw: SW, url: server.url })];
  embedded.addFolder(folder);
  await embedded.update();
  await served.update();
  expect(await served.rows()).toEqual(await embedded.rows());
  for (const search of SEARCHES) {
    const [one, other] = [await embedded.search(search), await served.search(search)];
    expect(other).toEqual(one);
    const hashes = one.hits.map(({ sha256 }) => sha256);
    expect(await served.images(hashes)).toEqual(await embedded.images(hashes));
    for (const sha256 of hashes.slice(0, 3)) expect(await served.image(sha256)).toEqual(await embedded.image(sha256));
  }
  expect((await served.stats()).database).toBe("postgresql");
  await embedded.close();
  await served.close();
  for (const dir of [home, folder]) rmSync(dir, { recursive: true, force: true });
});

test("in PostgreSQL too, an index that grew step by step equals one that is rebuilt", async () => {
  await expectIncrementalIsRebuilt(server.url);
});

test("in PostgreSQL too, duplicates are found group by group", async () => {
  await expectDuplicates(server.url);
});

test("workspaces share a server without seeing each other, and tables that somebody dropped are made anew", async () => {
  const [one, other] = [await richWorkspace(), newFolder("other-home")];
  await withLibrary(one.home, server.url, async (library) => {
    await library.update();
    await withLibrary(other, server.url, async (empty) => {
      await empty.update();
      expect((await empty.search({})).all).toBe(0);
    });
    expect((await library.search({})).all).toBe(4);
    const client = new pg.Client({ connectionString: server.url });
    await client.connect();
    const { rows } = await client.query("select schemaname from pg_tables where tablename = 'facet'");
    for (const { schemaname } of rows) await client.query(`drop table "${schemaname}".facet`);
    await client.end();
    await library.search({});
    await library.update();
    expect((await library.search({ text: "moon" })).total).toBe(1);
  });
  for (const dir of [one.home, one.folder, other]) rmSync(dir, { recursive: true, force: true });
});

test("a server that does not answer is said, and no password of its address is told", async () => {
  const home = newFolder("unreachable");
  const url = "postgresql://somebody:secret@127.0.0.1:1/none";
  await withLibrary(home, url, async (library) => {
    const error = await library.search({}).catch((reason: Error) => reason);
    expect(error).toMatchObject({ code: "index.unreachable" });
    expect(String((error as Error).message)).not.toContain("secret");
  });
  rmSync(home, { recursive: true, force: true });
});
