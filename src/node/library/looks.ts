/**
 * What images look like: the hash of their pixels and PDQ, worked out once after they were read, and the groups of those that
 * show the same or nearly.
 */

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { setImmediate } from "node:timers/promises";
import { sql } from "kysely";
import { SeedproofError } from "../../base/errors.ts";
import { nearGroups } from "../../compare/near.ts";
import { lumaOf, pdqInput } from "../../compare/pair/plane.ts";
import { pdq } from "../../compare/pdq.ts";
import { hashedPixels } from "../../image/pixel-hash.ts";
import { decodeDisplayed } from "../pixels.ts";
import { OWN_PLACES } from "./places.ts";
import type { Database, ImageTable } from "./schema.ts";

/** Images of one question to the database. */
const BATCH = 100;

type Looks = Pick<ImageTable, "pixels" | "pdq" | "pdq_quality">;

const UNDECODABLE: Looks = { pixels: "", pdq: null, pdq_quality: null };

/** Looks at the pixels of images that have not been looked at. @returns how many were */
export async function lookAtPixels(
  db: Database,
  {
    onLooked,
    signal,
  }: {
    readonly onLooked?: (progress: { readonly done: number; readonly total: number }) => void;
    readonly signal?: AbortSignal;
  },
): Promise<number> {
  const waiting = await db.selectFrom("image").select("sha256").where("pixels", "is", null).orderBy("sha256").execute();
  let done = 0;
  for (let at = 0; at < waiting.length; at += BATCH) {
    const hashes = waiting.slice(at, at + BATCH).map(({ sha256 }) => sha256);
    const places = await db.selectFrom("place").select(["sha256", "path"]).where("sha256", "in", hashes).execute();
    for (const sha256 of hashes) {
      signal?.throwIfAborted();
      onLooked?.({ done: done++, total: waiting.length });
      const paths = places.filter((place) => place.sha256 === sha256).map(({ path }) => path);
      await db
        .updateTable("image")
        .set(await looksOf(sha256, paths.sort()))
        .where("sha256", "=", sha256)
        .execute();
      // Questions that came meanwhile get their turn.
      await setImmediate();
    }
  }
  return waiting.length;
}

/** What the image looks like; of a file that has changed since nothing is taken, and the next update reads it anew. */
async function looksOf(sha256: string, paths: readonly string[]): Promise<Looks> {
  for (const path of paths) {
    const bytes = await readFile(path).catch(() => undefined);
    if (!bytes || createHash("sha256").update(bytes).digest("hex") !== sha256) continue;
    try {
      const displayed = await decodeDisplayed(bytes);
      const hash = createHash("sha256");
      for (const part of hashedPixels(displayed)) hash.update(part);
      const { hash: own, quality } = pdq(pdqInput(lumaOf(displayed)));
      return { pixels: hash.digest("hex"), pdq: own, pdq_quality: quality };
    } catch (error) {
      if (!(error instanceof SeedproofError)) throw error;
      return UNDECODABLE;
    }
  }
  return UNDECODABLE;
}

/** Puts images that show the same or nearly into groups, each named by the one that was seen first. @returns rows that changed */
export async function groupNear(db: Database): Promise<number> {
  const images = await db
    .selectFrom("image")
    .select(["sha256", "pixels", "pdq", "pdq_quality", "near"])
    .select((eb) =>
      eb
        .selectFrom("place")
        .whereRef("place.sha256", "=", "image.sha256")
        .where("place.kind", "in", OWN_PLACES)
        .select(sql<number>`count(*)::int`.as("n"))
        .as("files"),
    )
    .orderBy("seen")
    .orderBy("sha256")
    .execute();
  const groups = nearGroups(
    images.map(({ pixels, pdq: hash, pdq_quality: quality }) => ({
      ...(pixels && { pixels }),
      ...(hash !== null && { pdq: { hash, quality: quality ?? 0 } }),
    })),
  );
  const sizes = new Map<number, number>();
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const changed = images.flatMap(({ sha256, near, files }, i) => {
    const group = groups[i]!;
    const now = sizes.get(group)! > 1 || (files ?? 0) > 1 ? images[group]!.sha256 : null;
    return now === near ? [] : [{ sha256, now }];
  });
  for (const { sha256, now } of changed) {
    await db.updateTable("image").set({ near: now }).where("sha256", "=", sha256).execute();
  }
  return changed.length;
}
