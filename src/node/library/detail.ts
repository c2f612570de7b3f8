/** One image of the library with all that is known of it: its recipe, its places, its family, its entries in the record. */

import { sql } from "kysely";
import { SeedproofError } from "../../base/errors.ts";
import type { Database, EntryTable, ImageTable, PlaceTable } from "./schema.ts";

/** An image with everything beside it. */
export interface ImageDetail extends Omit<ImageTable, "words" | "haystack" | "derived" | "recipe"> {
  /** JSON of the recipe, where it is not too long to be kept. */
  readonly recipe: string | null;
  readonly places: readonly Pick<PlaceTable, "path" | "kind" | "size_bytes" | "mtime_ms">[];
  readonly entries: readonly Omit<EntryTable, "sha256">[];
  /** Others of one recipe, other seed: the nearest in time first. */
  readonly family_images: readonly Pick<ImageTable, "sha256" | "seed" | "name">[];
  readonly kin: number;
}

/** Images of a family that are told with one of them. */
const MAX_KIN = 60;
/** Entries of the record that are told with an image. */
const MAX_ENTRIES = 200;

/** @throws SeedproofError `file.not-found` where the library has no such image */
export async function imageDetail(all: Database, schema: string, sha256: string): Promise<ImageDetail> {
  const db = all.withSchema(schema);
  const image = await db.selectFrom("image").selectAll().where("sha256", "=", sha256).executeTakeFirst();
  if (!image) throw new SeedproofError("file.not-found", "the library has no such image");
  const { words: _words, haystack: _haystack, derived: _derived, ...shown } = image;
  const places = await db
    .selectFrom("place")
    .select(["path", "kind", "size_bytes", "mtime_ms"])
    .where("sha256", "=", sha256)
    .orderBy("path")
    .execute();
  const entries = await db
    .selectFrom("entry")
    .select(["position", "type", "session", "at", "grade", "capture", "not_before", "not_after"])
    .where("sha256", "=", sha256)
    .orderBy("position")
    .limit(MAX_ENTRIES)
    .execute();
  const kin =
    image.family === null
      ? []
      : await db
          .selectFrom("image")
          .select(["sha256", "seed", "name"])
          .select(sql<number>`(count(*) over ())::int`.as("all"))
          .where("family", "=", image.family)
          .orderBy("seen")
          .orderBy("sha256")
          .limit(MAX_KIN)
          .execute();
  const family = kin.map(({ all: _all, ...one }) => one);
  return { ...shown, places, entries, family_images: family, kin: kin[0]?.all ?? 1 };
}
