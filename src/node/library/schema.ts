/** The tables of the index: a projection of files and of the record, which can be thrown away and made again at any time. */

import { type Kysely, sql } from "kysely";

/** Raised whenever a row would be made otherwise than before: an index of another number is rebuilt. */
export const INDEX_VERSION = 2;

/** One image, known by its bytes. */
export interface ImageTable {
  sha256: string;
  container: string;
  /** 0 where the file does not say. */
  width: number;
  height: number;
  size_bytes: number;
  /** What reading came to: `recipe`, `partial`, `none`. */
  status: string;
  tool: string;
  tool_version: string | null;
  mode: string | null;
  model: string | null;
  model_hash: string | null;
  sampler: string | null;
  scheduler: string | null;
  steps: number | null;
  cfg: number | null;
  seed: string | null;
  prompt: string | null;
  negative: string | null;
  /** JSON of the whole recipe. */
  recipe: string | null;
  family: string | null;
  /** The grade that the bytes alone give. */
  own_grade: string;
  /** Whether a signature or credential in it holds. */
  sealed: boolean;
  /** Lower case; what of the bytes a text search looks through. */
  words: string;
  /** The pixel hash; empty where the pixels cannot be decoded, absent until they have been looked at. */
  pixels: string | null;
  /** PDQ of the displayed pixels, 64 hex digits, and its quality. */
  pdq: string | null;
  pdq_quality: number | null;
  /** Of images that show the same or nearly, and of one that stands in several files: the one of them that was seen first. */
  near: string | null;
  /** From here on: what follows from its places, the record and its user's marks. */
  name: string;
  grade: string;
  capture: string | null;
  /** RFC 3339: the first entry's own clock, else when its file was written. */
  seen: string;
  decision: string | null;
  /** 1 … 5; 0: none. */
  rating: number;
  rejected: boolean;
  /** Lower case; what a text search looks through. */
  haystack: string;
  /** All that follows, as JSON, to tell whether it changed. */
  derived: string;
}

/** Where an image's bytes stand, or a file that could not be read. */
export interface PlaceTable {
  /** SHA-256 of the path. */
  id: string;
  path: string;
  kind: string;
  size_bytes: number;
  mtime_ms: number;
  sha256: string | null;
  /** Code of why it could not be read. */
  problem: string | null;
}

/** One value by which images are chosen. */
export interface FacetTable {
  sha256: string;
  name: string;
  value: string;
}

/** One entry of the record that names an image. */
export interface EntryTable {
  sha256: string;
  position: number;
  type: string;
  session: string;
  at: string;
  grade: string;
  capture: string;
  not_before: number | null;
  not_after: number | null;
}

/** Facts about the index itself. */
export interface MetaTable {
  key: string;
  value: string;
}

/** All tables. */
export interface Tables {
  image: ImageTable;
  place: PlaceTable;
  facet: FacetTable;
  entry: EntryTable;
  meta: MetaTable;
}

/** A database whose tables stand in one schema. */
export type Database = Kysely<Tables>;

/** Compared byte by byte, so that every server sorts alike. */
const TEXT = sql`text collate "C"`;
const NUMBER = sql`double precision`;

/** Makes the tables in an empty schema. */
export async function createTables(db: Database, schema: string): Promise<void> {
  await sql`create schema if not exists ${sql.id(schema)}`.execute(db);
  const at = db.schema.withSchema(schema);
  let image = at.createTable("image").addColumn("sha256", TEXT, (column) => column.primaryKey());
  for (const name of [
    "container",
    "status",
    "tool",
    "own_grade",
    "words",
    "name",
    "grade",
    "seen",
    "haystack",
    "derived",
  ]) {
    image = image.addColumn(name, TEXT, (column) => column.notNull());
  }
  for (const name of [
    ...["tool_version", "mode", "model", "model_hash", "sampler", "scheduler", "seed", "prompt", "negative"],
    ...["recipe", "family", "capture", "decision", "pixels", "pdq", "near"],
  ]) {
    image = image.addColumn(name, TEXT);
  }
  for (const name of ["width", "height", "rating"]) image = image.addColumn(name, "integer", (c) => c.notNull());
  image = image.addColumn("pdq_quality", "integer");
  image = image.addColumn("size_bytes", NUMBER, (column) => column.notNull());
  for (const name of ["steps", "cfg"]) image = image.addColumn(name, NUMBER);
  for (const name of ["sealed", "rejected"]) image = image.addColumn(name, "boolean", (column) => column.notNull());
  await image.execute();
  await at
    .createTable("place")
    .addColumn("id", TEXT, (column) => column.primaryKey())
    .addColumn("path", TEXT, (column) => column.notNull())
    .addColumn("kind", TEXT, (column) => column.notNull())
    .addColumn("size_bytes", NUMBER, (column) => column.notNull())
    .addColumn("mtime_ms", NUMBER, (column) => column.notNull())
    .addColumn("sha256", TEXT)
    .addColumn("problem", TEXT)
    .execute();
  await at
    .createTable("facet")
    .addColumn("sha256", TEXT, (column) => column.notNull())
    .addColumn("name", TEXT, (column) => column.notNull())
    .addColumn("value", TEXT, (column) => column.notNull())
    .addPrimaryKeyConstraint("facet_key", ["sha256", "name", "value"])
    .execute();
  await at
    .createTable("entry")
    .addColumn("sha256", TEXT, (column) => column.notNull())
    .addColumn("position", "integer", (column) => column.notNull())
    .addColumn("type", TEXT, (column) => column.notNull())
    .addColumn("session", TEXT, (column) => column.notNull())
    .addColumn("at", TEXT, (column) => column.notNull())
    .addColumn("grade", TEXT, (column) => column.notNull())
    .addColumn("capture", TEXT, (column) => column.notNull())
    .addColumn("not_before", NUMBER)
    .addColumn("not_after", NUMBER)
    .addPrimaryKeyConstraint("entry_key", ["sha256", "position"])
    .execute();
  await at
    .createTable("meta")
    .addColumn("key", TEXT, (column) => column.primaryKey())
    .addColumn("value", TEXT, (column) => column.notNull())
    .execute();
  await at.createIndex("image_seen").on("image").columns(["seen", "sha256"]).execute();
  await at.createIndex("image_family").on("image").column("family").execute();
  await at.createIndex("image_near").on("image").column("near").execute();
  await at.createIndex("place_sha256").on("place").column("sha256").execute();
  await at.createIndex("facet_value").on("facet").columns(["name", "value"]).execute();
  await db
    .withSchema(schema)
    .insertInto("meta")
    .values({ key: "version", value: String(INDEX_VERSION) })
    .execute();
}

/** Whether the schema holds an index of this version. */
export async function isCurrent(db: Database, schema: string): Promise<boolean> {
  const { rows } = await sql<{ found: boolean }>`
    select exists (
      select 1 from information_schema.tables where table_schema = ${schema} and table_name = 'meta'
    ) as found`.execute(db);
  if (!rows[0]?.found) return false;
  const row = await db
    .withSchema(schema)
    .selectFrom("meta")
    .select("value")
    .where("key", "=", "version")
    .executeTakeFirst();
  return row?.value === String(INDEX_VERSION);
}

/** Throws the index away. */
export async function dropTables(db: Database, schema: string): Promise<void> {
  await sql`drop schema if exists ${sql.id(schema)} cascade`.execute(db);
}
