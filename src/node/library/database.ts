/**
 * The database of the index: PGlite in the workspace, or PostgreSQL where `DATABASE_URL` names one. Both are asked through the
 * same driver with the same SQL. PGlite syncs nothing to the disk and must not be opened twice, which an index can bear: a
 * lock keeps others out, and one that was open when the machine went down is thrown away.
 */

import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Kysely, PostgresDialect } from "kysely";
import { SeedproofError } from "../../base/errors.ts";
import { sha256Hex } from "../../base/hash.ts";
import { type Lock, takeLock } from "../lock-file.ts";
import { bootId } from "../process-identity.ts";
import { indexFolder } from "./index-folder.ts";
import { createTables, type Database, dropTables, isCurrent, type Tables } from "./schema.ts";
import { emptyDatabase } from "./template.ts";

/** The index's database, open. */
export interface IndexDatabase {
  readonly kind: "embedded" | "postgresql";
  /** Its tables stand in `schema`. */
  readonly db: Database;
  readonly schema: string;
  /** Empty: it was made anew, because there was none, or none that could be read. */
  readonly fresh: boolean;
  close(): Promise<void>;
}

/** One database server may hold the indexes of many workspaces: each has a schema of its own, named by its folder. */
function schemaOf(home: string): string {
  return `seedproof_${sha256Hex(realpathSync(home)).slice(0, 16)}`;
}

/**
 * Opens the index, and makes it anew where it is missing, of another version or damaged.
 * @param url - a PostgreSQL server, version 15 or later
 * @throws SeedproofError `index.locked` where another process has it open, `index.unreachable` where the server does not answer
 */
export async function openIndex(home: string, url: string | undefined): Promise<IndexDatabase> {
  mkdirSync(indexFolder(home), { recursive: true });
  return url === undefined || url === "" ? openEmbedded(home) : openServer(home, url);
}

async function openServer(home: string, url: string): Promise<IndexDatabase> {
  const { default: pg } = await import("pg");
  const pool = new pg.Pool({ connectionString: url, max: 2, connectionTimeoutMillis: 10_000 });
  // A connection that breaks while idle is replaced with the next question.
  pool.on("error", () => undefined);
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  const schema = schemaOf(home);
  try {
    const fresh = await prepared(db, schema);
    return { kind: "postgresql", db, schema, fresh, close: () => db.destroy() };
  } catch (cause) {
    await db.destroy();
    throw new SeedproofError("index.unreachable", "the database that DATABASE_URL names cannot be used", { cause });
  }
}

async function openEmbedded(home: string): Promise<IndexDatabase> {
  const lock = lockOf(home);
  try {
    if (wentDown(home)) discard(home);
    try {
      return await startEmbedded(home, lock);
    } catch {
      discard(home);
      return await startEmbedded(home, lock);
    }
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** @throws SeedproofError `index.locked` */
function lockOf(home: string): Lock {
  try {
    return takeLock(join(indexFolder(home), "lock"));
  } catch (cause) {
    const message = "another process has the index open; the workbench keeps it up to date while it runs";
    throw new SeedproofError("index.locked", message, { cause });
  }
}

async function startEmbedded(home: string, lock: Lock): Promise<IndexDatabase> {
  const [{ PGlite }, { createPgConfig }, { default: pg }] = await Promise.all([
    import("@electric-sql/pglite"),
    import("@electric-sql/pglite/node-postgres"),
    import("pg"),
  ]);
  const open = join(indexFolder(home), "open");
  writeFileSync(open, bootId());
  const dataDir = join(indexFolder(home), "data");
  const template = existsSync(join(dataDir, "PG_VERSION")) ? undefined : emptyDatabase();
  const lite = await PGlite.create({ dataDir, ...(template && { loadDataDir: template }) });
  const config = createPgConfig(lite) as unknown as ConstructorParameters<typeof pg.Pool>[0];
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: new pg.Pool({ ...config, max: 1 }) }) });
  const close = async (): Promise<void> => {
    await db.destroy();
    await lite.close();
    rmSync(open, { force: true });
    lock.release();
  };
  const schema = schemaOf(home);
  try {
    return { kind: "embedded", db, schema, fresh: await prepared(db, schema), close };
  } catch (error) {
    await db.destroy().catch(() => undefined);
    await lite.close().catch(() => undefined);
    throw error;
  }
}

/** Whether the tables had to be made. */
async function prepared(db: Database, schema: string): Promise<boolean> {
  if (await isCurrent(db, schema)) return false;
  await dropTables(db, schema);
  await createTables(db, schema);
  return true;
}

/** Whether the machine went down while the index was open: what was not synced may be missing in any mixture. */
function wentDown(home: string): boolean {
  const open = join(indexFolder(home), "open");
  return existsSync(open) && readFileSync(open, "utf8") !== bootId();
}

/** Throws the embedded database away. */
export function discard(home: string): void {
  for (const name of ["data", "open"]) rmSync(join(indexFolder(home), name), { recursive: true, force: true });
}
