/** InvokeAI's history: `databases/invokeai.db`, and the images in `outputs/images`. */

import { existsSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { SeedproofError } from "../../base/errors.ts";
import { type InvokeaiRow, invokeaiRun } from "../../process/import/invokeai.ts";
import { MAX_RUNS } from "../../process/import/run.ts";
import { imageFolder } from "./image-folder.ts";
import type { FoundHistory, FoundRun } from "./source.ts";
import { bounded, openSqlite, type SqliteFile } from "./sqlite.ts";

/** Columns without which the table is not InvokeAI's. */
const NEEDED = ["image_name", "image_origin", "image_category", "metadata", "created_at"] as const;

/**
 * The history of an installation's folder or of its database. Images are in the order in which they were made.
 * @param images - folder of the images, where it is not the installation's own
 * @throws SeedproofError `record.source-unknown`, `record.source-damaged`, `record.source-too-large`
 */
export async function invokeaiHistory(source: string, images?: string): Promise<FoundHistory> {
  const file = statSync(source).isDirectory() ? databaseIn(source) : source;
  const folder = images ?? join(dirname(dirname(file)), "outputs", "images");
  const database = await openSqlite(file);
  const columns = database.columns("images");
  if (!NEEDED.every((column) => columns.has(column))) {
    database.close();
    throw new SeedproofError("record.source-unknown", `${file} has no table of images as InvokeAI keeps it`);
  }
  return { name: basename(file), runs: runs(database, columns, imageFolder(folder)) };
}

function* runs(database: SqliteFile, columns: ReadonlySet<string>, bytesOf: FoundRun["bytesOf"]): Generator<FoundRun> {
  try {
    for (const row of database.rows(query(columns, database.columns("session_queue")))) {
      const run = invokeaiRun(row as unknown as InvokeaiRow);
      if (run) yield { run, bytesOf };
    }
  } finally {
    database.close();
  }
}

/** Intermediate images are steps inside one run, and deleted ones are gone. */
function query(columns: ReadonlySet<string>, queue: ReadonlySet<string>): string {
  const optional = ["image_subfolder", "starred"].filter((column) => columns.has(column));
  const timed =
    ["session_id", "started_at", "completed_at"].every((column) => queue.has(column)) && columns.has("session_id");
  const kept = ["is_intermediate", "deleted_at"].filter((column) => columns.has(column));
  return [
    `SELECT ${[...NEEDED, ...optional].map((column) => bounded(`images.${column}`)).join(", ")}`,
    timed ? ", session_queue.started_at AS started_at, session_queue.completed_at AS completed_at" : "",
    "FROM images",
    timed ? "LEFT JOIN session_queue ON session_queue.session_id = images.session_id" : "",
    kept.length > 0 ? `WHERE ${kept.map((column) => `coalesce(images.${column}, 0) = 0`).join(" AND ")}` : "",
    `ORDER BY images.created_at, images.rowid LIMIT ${MAX_RUNS}`,
  ].join(" ");
}

function databaseIn(folder: string): string {
  const file = [join(folder, "databases", "invokeai.db"), join(folder, "invokeai.db")].find(existsSync);
  if (file) return file;
  throw new SeedproofError("record.source-unknown", `${folder} has no databases/invokeai.db`);
}
