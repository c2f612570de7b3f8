/** Bringing the index up to what stands on the disk, in the record and among the marks: only what changed is read again. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { sql } from "kysely";
import { SeedproofError } from "../../base/errors.ts";
import { sha256Hex } from "../../base/hash.ts";
import { isObject } from "../../base/json.ts";
import { tryJson } from "../../base/json-text.ts";
import { type ImageHistory, imageHistories } from "../../process/image-history.ts";
import { readImage } from "../read-image.ts";
import { readTimeline } from "../timeline.ts";
import type { IndexDatabase } from "./database.ts";
import { DERIVED_FACETS, type Derived, derivedOf, haystackOf, type KnownPlace, withMark } from "./derive.ts";
import { imageRow, type ReadRow, storable } from "./image-row.ts";
import { groupNear, lookAtPixels } from "./looks.ts";
import { type Mark, readMarks } from "./marks.ts";
import { type Place, places } from "./places.ts";
import type { Database, FacetTable, PlaceTable } from "./schema.ts";

/** How an update is done. */
export interface UpdateOptions {
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  /** While pixels are looked at, after all files have been read. */
  readonly onLooked?: (progress: { readonly done: number; readonly total: number }) => void;
  readonly signal?: AbortSignal;
}

/** What an update came to. */
export interface UpdateReport {
  /** Files that were read because they were new or had changed. */
  readonly read: number;
  /** Of those, files that could not be read. */
  readonly unreadable: number;
  /** Files that are gone. */
  readonly gone: number;
  /** Images whose rows changed. */
  readonly changed: number;
}

/** Rows of one statement: PostgreSQL takes 65,535 parameters. */
const BATCH = 100;

/** Brings the index up to date. Stopped in the middle, it goes on from there the next time. */
export async function updateIndex(
  home: string,
  index: IndexDatabase,
  options: UpdateOptions = {},
): Promise<UpdateReport> {
  const db = index.db.withSchema(index.schema);
  const histories = await recordOf(home);
  const found = [...places(home, { named: histories.keys(), masks: masksOf(home) })];
  const known = new Map((await db.selectFrom("place").selectAll().execute()).map((place) => [place.id, place]));
  const files = new Map(found.map((place) => [sha256Hex(place.path), place]));
  const fresh = [...files].filter(([id, place]) => !isSame(known.get(id), place));
  const facts: Facts = { histories, marks: readMarks(home) };
  let unreadable = 0;
  for (let at = 0; at < fresh.length; at += BATCH) {
    const batch: Looked[] = [];
    for (const [id, place] of fresh.slice(at, at + BATCH)) {
      options.signal?.throwIfAborted();
      options.onProgress?.({ done: at + batch.length, total: fresh.length });
      const looked = await look(id, place);
      if (!looked.read) unreadable++;
      batch.push(looked);
      // Questions that came meanwhile get their turn.
      await setImmediate();
    }
    await putPlaces(db, batch, facts);
  }
  const gone = [...known.keys()].filter((id) => !files.has(id));
  await removePlaces(db, gone);
  await putEntries(db, histories);
  const changed = await derive(db, { histories, marks: readMarks(home) });
  const looked = await lookAtPixels(db, options);
  const grouped = fresh.length + gone.length + changed + looked > 0 ? await groupNear(db) : 0;
  return { read: fresh.length, unreadable, gone: gone.length, changed: changed + grouped };
}

/** What the record says of each image: of the whole ledger, verified. A ledger that cannot be read says nothing. */
async function recordOf(home: string): Promise<Map<string, ImageHistory>> {
  try {
    const timeline = await readTimeline(home);
    return timeline ? imageHistories(timeline.events, timeline.ok) : new Map();
  } catch (error) {
    if (error instanceof SeedproofError) return new Map();
    throw error;
  }
}

/** Uploads that jobs used as masks. */
function masksOf(home: string): Set<string> {
  const folder = join(home, "jobs");
  const masks = new Set<string>();
  for (const name of namesIn(folder)) {
    const job = name.endsWith(".json") ? tryJson(readFileSync(join(folder, name), "utf8")) : undefined;
    if (isObject(job) && typeof job.mask === "string") masks.add(job.mask);
  }
  return masks;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function isSame(known: PlaceTable | undefined, place: Place): boolean {
  const { sizeBytes, mtimeMs, kind } = place;
  return known !== undefined && known.size_bytes === sizeBytes && known.mtime_ms === mtimeMs && known.kind === kind;
}

/** A file that was looked at. */
interface Looked {
  readonly place: PlaceTable;
  readonly read?: ReadRow;
}

async function look(id: string, { path, kind, sizeBytes, mtimeMs }: Place): Promise<Looked> {
  const place = {
    id,
    path: storable(path),
    kind,
    size_bytes: sizeBytes,
    mtime_ms: mtimeMs,
    sha256: null,
    problem: null,
  };
  try {
    const reading = await readImage(path);
    const sha256 = reading.sha256!;
    return { place: { ...place, sha256 }, read: imageRow(sha256, reading) };
  } catch (error) {
    // One file that cannot be read, whatever it does to a reader, leaves the others as they are.
    return { place: { ...place, problem: error instanceof SeedproofError ? error.code : "image.unreadable" } };
  }
}

/** What is known beside the bytes. */
interface Facts {
  readonly histories: ReadonlyMap<string, ImageHistory>;
  readonly marks: ReadonlyMap<string, Mark>;
}

/** Keeps what was read. A place whose file has changed shows another image from now on. */
async function putPlaces(db: Database, batch: readonly Looked[], { histories, marks }: Facts): Promise<void> {
  const read = new Map(batch.flatMap(({ read: one }) => (one ? [[one.row.sha256, one]] : [])));
  await db.transaction().execute(async (tx) => {
    const ids = batch.map(({ place }) => place.id);
    await tx.deleteFrom("place").where("id", "in", ids).execute();
    await tx
      .insertInto("place")
      .values(batch.map(({ place }) => place))
      .execute();
    const hashes = [...read.keys()];
    if (hashes.length === 0) return;
    const there = await tx.selectFrom("image").select("sha256").where("sha256", "in", hashes).execute();
    for (const { sha256 } of there) read.delete(sha256);
    const standing = await placesOf(tx, [...read.keys()]);
    const rows = [...read.values()].map(({ row, facets }) => {
      const { sha256 } = row;
      const { row: more, facets: others } = derivedOf(
        row,
        standing.get(sha256)!,
        histories.get(sha256),
        marks.get(sha256),
      );
      const looks = { pixels: null, pdq: null, pdq_quality: null, near: null };
      const haystack = haystackOf(row.words, more.name);
      return { row: { ...row, ...looks, ...more, haystack }, facets: [...facets, ...others] };
    });
    if (rows.length === 0) return;
    await tx
      .insertInto("image")
      .values(rows.map(({ row }) => row))
      .execute();
    await putFacets(
      tx,
      rows.flatMap(({ row: { sha256 }, facets }) => facets.map(([name, value]) => ({ sha256, name, value }))),
    );
  });
}

async function putFacets(db: Database, facets: readonly FacetTable[]): Promise<void> {
  for (let at = 0; at < facets.length; at += 10 * BATCH) {
    await db
      .insertInto("facet")
      .values(facets.slice(at, at + 10 * BATCH))
      .execute();
  }
}

/** The places of images, all or these. */
async function placesOf(db: Database, hashes?: readonly string[]): Promise<Map<string, KnownPlace[]>> {
  const standing = new Map<string, KnownPlace[]>();
  if (hashes?.length === 0) return standing;
  let asked = db.selectFrom("place").select(["sha256", "path", "kind", "mtime_ms"]).where("sha256", "is not", null);
  if (hashes) asked = asked.where("sha256", "in", hashes);
  for (const { sha256, ...place } of await asked.execute()) {
    const all = standing.get(sha256!);
    if (all) all.push(place);
    else standing.set(sha256!, [place]);
  }
  return standing;
}

/** Forgets places, and images that now stand nowhere. */
async function removePlaces(db: Database, gone: readonly string[]): Promise<void> {
  for (let at = 0; at < gone.length; at += 10 * BATCH) {
    await db
      .deleteFrom("place")
      .where("id", "in", gone.slice(at, at + 10 * BATCH))
      .execute();
  }
  const homeless = await db
    .selectFrom("image")
    .select("sha256")
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom("place").select("place.id").whereRef("place.sha256", "=", "image.sha256"))),
    )
    .execute();
  for (let at = 0; at < homeless.length; at += 10 * BATCH) {
    const hashes = homeless.slice(at, at + 10 * BATCH).map(({ sha256 }) => sha256);
    await db.transaction().execute(async (tx) => {
      for (const table of ["facet", "entry", "image"] as const) {
        await tx.deleteFrom(table).where("sha256", "in", hashes).execute();
      }
    });
  }
}

/** The entries that name images that are here. */
async function putEntries(db: Database, histories: ReadonlyMap<string, ImageHistory>): Promise<void> {
  const here = new Set((await db.selectFrom("image").select("sha256").execute()).map(({ sha256 }) => sha256));
  const wanted = [...histories.values()].flatMap(({ sha256, entries }) =>
    here.has(sha256)
      ? entries.map(({ index, type, session, at, grade, capture, notBefore, notAfter }) => ({
          ...{ sha256, position: index, type, session: storable(session), at: storable(at), grade, capture },
          ...{ not_before: notBefore ?? null, not_after: notAfter ?? null },
        }))
      : [],
  );
  const key = (row: object): string => JSON.stringify(Object.entries(row).sort());
  const before = new Set((await db.selectFrom("entry").selectAll().execute()).map(key));
  if (before.size === wanted.length && wanted.every((row) => before.has(key(row)))) return;
  await db.transaction().execute(async (tx) => {
    await tx.deleteFrom("entry").execute();
    for (let at = 0; at < wanted.length; at += 10 * BATCH) {
      await tx
        .insertInto("entry")
        .values(wanted.slice(at, at + 10 * BATCH))
        .execute();
    }
  });
}

/** Works out what follows for every image and keeps what changed. @returns how many did */
async function derive(db: Database, { histories, marks }: Facts): Promise<number> {
  const standing = await placesOf(db);
  const images = await db.selectFrom("image").select(["sha256", "own_grade", "container", "derived"]).execute();
  const changed = images.flatMap((image) => {
    const { sha256 } = image;
    const at = standing.get(sha256);
    const now = at && derivedOf(image, at, histories.get(sha256), marks.get(sha256));
    return now && now.row.derived !== image.derived ? [{ sha256, now }] : [];
  });
  for (let at = 0; at < changed.length; at += BATCH) {
    await db.transaction().execute(async (tx) => {
      for (const { sha256, now } of changed.slice(at, at + BATCH)) await putDerived(tx, sha256, now);
    });
    await setImmediate();
  }
  return changed.length;
}

/** Keeps what follows from a mark at once; what the record says of the image comes with the next update. */
export async function markOne(
  { db: all, schema }: IndexDatabase,
  sha256: string,
  mark: Mark | undefined,
): Promise<void> {
  const db = all.withSchema(schema);
  const image = await db.selectFrom("image").select("derived").where("sha256", "=", sha256).executeTakeFirst();
  if (image) await db.transaction().execute((tx) => putDerived(tx, sha256, withMark(image.derived, mark)));
}

async function putDerived(db: Database, sha256: string, { row, facets }: Derived): Promise<void> {
  const haystack = sql<string>`words || ${haystackOf("", row.name)}`;
  await db
    .updateTable("image")
    .set({ ...row, haystack })
    .where("sha256", "=", sha256)
    .execute();
  await db
    .deleteFrom("facet")
    .where("sha256", "=", sha256)
    .where("name", "in", [...DERIVED_FACETS])
    .execute();
  await putFacets(
    db,
    facets.map(([name, value]) => ({ sha256, name, value })),
  );
}
