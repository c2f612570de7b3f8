/** Reading another program's SQLite database from its bytes: nothing is written, locked or run that the file brings. */

import { existsSync, readFileSync, statSync } from "node:fs";
import initSqlJs, { type Database, type SqlValue } from "sql.js";
import { SeedproofError } from "../../base/errors.ts";
import { withWal } from "./sqlite-wal.ts";

/** Bytes of a database with its log: it is held in memory whole, and WebAssembly has 2 GB. CWE-770. */
const MAX_DATABASE = 1024 * 1024 * 1024;

/** Characters of one text. A graph of InvokeAI has some hundred thousand. CWE-770. */
const MAX_TEXT = 4 * 1024 * 1024;

/** An open database. */
export interface SqliteFile {
  /** Columns of a plain table; empty where there is no plain table of this name, a view for instance. */
  columns(table: string): ReadonlySet<string>;
  /** Rows of a query over columns that were asked for first. @throws SeedproofError `record.source-damaged` */
  rows(sql: string): Generator<Record<string, SqlValue>>;
  close(): void;
}

/**
 * Opens a copy of a database in memory, with what its write-ahead log has committed.
 * @throws SeedproofError `record.source-too-large`, `record.source-damaged`
 */
export async function openSqlite(file: string): Promise<SqliteFile> {
  const wal = existsSync(`${file}-wal`) ? `${file}-wal` : undefined;
  if ([file, wal].reduce((sum, one) => sum + (one ? statSync(one).size : 0), 0) > MAX_DATABASE) {
    throw new SeedproofError("record.source-too-large", `${file} is larger than ${MAX_DATABASE} bytes`);
  }
  const bytes = withWal(readFileSync(file), wal === undefined ? undefined : readFileSync(wal));
  const { Database } = await initSqlJs();
  const database = guarded(file, () => {
    const opened = new Database(bytes);
    opened.exec("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA query_only = ON");
    opened.exec("SELECT count(*) FROM sqlite_schema");
    return opened;
  });
  return {
    columns: (table) => guarded(file, () => columnsOf(database, table)),
    rows: (sql) => rowsOf(database, file, sql),
    close: () => database.close(),
  };
}

/** A column as it is asked for: texts that are too long for what they should be are left out. */
export function bounded(column: string): string {
  return `CASE WHEN length(${column}) <= ${MAX_TEXT} THEN ${column} END AS ${column.replace(/^.*\./, "")}`;
}

/** Stored columns of a table that is one: views, virtual tables and generated columns would run what the file brings. */
function columnsOf(database: Database, table: string): ReadonlySet<string> {
  const plain = database.prepare("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?");
  plain.bind([table]);
  const sql = plain.step() ? String(plain.getAsObject().sql) : "";
  plain.free();
  if (!/^CREATE TABLE\b/i.test(sql)) return new Set();
  const columns = database.prepare("SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0");
  columns.bind([table]);
  const names = new Set<string>();
  while (columns.step()) names.add(String(columns.getAsObject().name));
  columns.free();
  return names;
}

function* rowsOf(database: Database, file: string, sql: string): Generator<Record<string, SqlValue>> {
  const statement = guarded(file, () => database.prepare(sql));
  try {
    while (guarded(file, () => statement.step())) yield guarded(file, () => statement.getAsObject());
  } finally {
    statement.free();
  }
}

function guarded<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new SeedproofError("record.source-damaged", `${file} cannot be read as a database: ${why}`, { cause });
  }
}
