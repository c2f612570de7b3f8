/** Rows of InvokeAI's database, from version 3. @see InvokeAI, app/services/shared/sqlite_migrator */

import { isObject, type Json } from "../../base/json.ts";
import { tryJson } from "../../base/json-text.ts";
import { emptyRecipe, recipeOfText } from "../capture.ts";
import { type ImportedRun, namedImage } from "./run.ts";

/** One row of `images`, with the times of its run where the queue still has them. */
export interface InvokeaiRow {
  readonly image_name: Json;
  readonly image_origin: Json;
  readonly image_category: Json;
  readonly image_subfolder?: Json;
  /** JSON text. */
  readonly metadata: Json;
  readonly created_at: Json;
  readonly starred?: Json;
  readonly started_at?: Json;
  readonly completed_at?: Json;
}

/** The run that a row tells of, or `undefined` where its name leads nowhere. */
export function invokeaiRun(row: InvokeaiRow): ImportedRun | undefined {
  const image = namedImage(row.image_name, row.image_subfolder ?? "");
  if (!image) return undefined;
  const text = typeof row.metadata === "string" ? row.metadata : "";
  const said = tryJson(text);
  const [created, started, completed] = [row.created_at, row.started_at, row.completed_at].map(timeOf);
  const claimedAt = started ?? created;
  const claimedEnd = completed ?? created;
  return {
    ...{ key: image.name, tool: "invokeai", images: [image] },
    status: row.image_origin === "external" ? "uploaded" : "done",
    recipe: (isObject(said) ? recipeOfText("invokeai_metadata", text) : undefined) ?? emptyRecipe("invokeai"),
    raw: said ?? null,
    ...(claimedAt && { claimedAt }),
    ...(claimedEnd && { claimedEnd }),
    ...(row.starred === 1 && { starred: true as const }),
  };
}

/** `2024-01-31 12:34:56.789`, in UTC as SQLite's own clock writes it. */
function timeOf(text: Json | undefined): string | undefined {
  const [, date, time] = /^(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?)$/.exec(String(text ?? "")) ?? [];
  const ms = Date.parse(`${date}T${time}Z`);
  return Number.isFinite(ms) ? new Date(ms).toISOString() : undefined;
}
