/** Asking the index: which images fit, in which order, and how many fit each further choice. Parameters are parameters, never SQL. */

import { type ExpressionBuilder, type ExpressionWrapper, type SqlBool, sql } from "kysely";
import { storable } from "./image-row.ts";
import { OWN_PLACES } from "./places.ts";
import type { Database, ImageTable, Tables } from "./schema.ts";

/** Facets in the order in which they are shown. */
export const FACETS = [
  ...(["grade", "tool", "model", "lora", "sampler", "size", "seed"] as const),
  ...(["session", "capture", "label", "mark"] as const),
];

/** A facet. */
export type FacetName = (typeof FACETS)[number];

/** Limits of one search. CWE-770. */
export const SEARCH_LIMITS = {
  /** Characters and terms of a text. */
  text: 500,
  terms: 16,
  /** Images of an answer: more than anybody scrolls through. */
  images: 100_000,
  /** Values of a facet that are counted, unless more are asked for. */
  values: 8,
  moreValues: 500,
} as const;

/** What is looked for. */
export interface LibrarySearch {
  readonly text?: string | undefined;
  readonly facets?: Readonly<Partial<Record<FacetName, readonly string[]>>> | undefined;
  /** Months, `YYYY-MM`, both ends included. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Images of this family only. */
  readonly family?: string | undefined;
  readonly sort?: "newest" | "oldest" | "rating" | "name" | undefined;
  /**
   * `families`: one image of each, the first in the order. `duplicates`: images that show the same pixels or nearly, or stand
   * in several files, group by group, the first seen first in each.
   */
  readonly view?: "images" | "families" | "duplicates" | undefined;
  /** Facets of which more values are wanted. */
  readonly more?: readonly FacetName[] | undefined;
}

/** What a search gives. */
export interface SearchResult {
  /** Images that fit, in order, with their sizes in pixels. */
  readonly hits: readonly { readonly sha256: string; readonly width: number; readonly height: number }[];
  /** Of duplicates: how many images of each group follow one another. */
  readonly groups?: readonly number[];
  /** Images that fit, which may be more than are listed. */
  readonly total: number;
  /** Images of the library. */
  readonly all: number;
  readonly facets: Readonly<
    Record<
      string,
      { readonly values: readonly { readonly value: string; readonly count: number }[]; readonly distinct: number }
    >
  >;
  /** Images by month, whatever months are chosen. */
  readonly months: readonly { readonly month: string; readonly count: number }[];
}

type Builder = ExpressionBuilder<Tables, "image">;
type Condition = ExpressionWrapper<Tables, "image", SqlBool>;

/** Searches. @param schema - where the tables stand */
export async function searchIndex(all: Database, schema: string, search: LibrarySearch): Promise<SearchResult> {
  const db = all.withSchema(schema);
  const { facets = {}, more = [] } = search;
  const chosen = FACETS.filter((name) => (facets[name]?.length ?? 0) > 0);
  const count = await db.selectFrom("image").select(sql<number>`count(*)::int`.as("n")).executeTakeFirstOrThrow();
  const found = await hitsOf(db, search);
  const counted = await Promise.all([
    countFacets(
      db,
      search,
      FACETS.filter((name) => !chosen.includes(name)),
      undefined,
      more,
    ),
    // Within a facet any of its values may be added: it is counted as if nothing of it were chosen.
    ...chosen.map((name) => countFacets(db, search, [name], name, more)),
  ]);
  const months = await db
    .selectFrom("image")
    .where((eb) => conditions(eb, search, "months"))
    .select([sql<string>`substr(seen, 1, 7)`.as("month"), sql<number>`count(*)::int`.as("count")])
    .groupBy(sql`substr(seen, 1, 7)`)
    .orderBy("month")
    .execute();
  return { ...found, all: count.n, facets: Object.assign({}, ...counted), months };
}

async function hitsOf(db: Database, search: LibrarySearch): Promise<Pick<SearchResult, "hits" | "total" | "groups">> {
  const { sort = "newest", view = "images" } = search;
  if (view === "duplicates") return duplicatesOf(db, search);
  const order = ORDERS[sort];
  const fitting = db
    .selectFrom("image")
    .where((eb) => conditions(eb, search))
    .select(["sha256", "width", "height"])
    .select(sql<string>`coalesce(family, sha256)`.as("kin"))
    .select(sql<number>`row_number() over (order by ${order})`.as("place"));
  const rows =
    view === "images"
      ? db.selectFrom(fitting.as("fit")).select(["sha256", "width", "height", "place"])
      : db
          .selectFrom(fitting.as("fit"))
          .select(["sha256", "width", "height", "place"])
          .distinctOn("kin")
          .orderBy("kin")
          .orderBy("place");
  const hits = await db
    .selectFrom(rows.as("row"))
    .select(["sha256", "width", "height"])
    .select(sql<number>`(count(*) over ())::int`.as("total"))
    .orderBy("place")
    .limit(SEARCH_LIMITS.images)
    .execute();
  return {
    hits: hits.map(({ sha256, width, height }) => ({ sha256, width, height })),
    total: hits[0]?.total ?? 0,
  };
}

/** Groups in the order of their first image; within a group the one that it is named by, then the order asked for. */
async function duplicatesOf(db: Database, search: LibrarySearch) {
  const placed = db
    .selectFrom("image")
    .where((eb) => conditions(eb, search))
    .where("near", "is not", null)
    .select(["sha256", "width", "height", "near"])
    .select(sql<number>`row_number() over (order by ${ORDERS[search.sort ?? "newest"]})`.as("place"));
  const hits = await db
    .selectFrom(placed.as("placed"))
    .select(["sha256", "width", "height", "near"])
    .select(sql<number>`(count(*) over ())::int`.as("total"))
    .orderBy(sql`min(place) over (partition by near)`)
    .orderBy(sql`case when sha256 = near then 0 else 1 end`)
    .orderBy("place")
    .limit(SEARCH_LIMITS.images)
    .execute();
  const groups: number[] = [];
  for (const [i, { near }] of hits.entries()) {
    if (i > 0 && hits[i - 1]!.near === near) groups[groups.length - 1]!++;
    else groups.push(1);
  }
  return {
    hits: hits.map(({ sha256, width, height }) => ({ sha256, width, height })),
    total: hits[0]?.total ?? 0,
    groups,
  };
}

const ORDERS = {
  newest: sql`seen desc, sha256`,
  oldest: sql`seen, sha256`,
  rating: sql`rejected, rating desc, seen desc, sha256`,
  name: sql`name, sha256`,
} as const;

async function countFacets(
  db: Database,
  search: LibrarySearch,
  names: readonly FacetName[],
  without: FacetName | undefined,
  more: readonly FacetName[],
): Promise<SearchResult["facets"]> {
  if (names.length === 0) return {};
  const counts = db
    .selectFrom("facet")
    .innerJoin("image", "image.sha256", "facet.sha256")
    .where("facet.name", "in", names)
    .where((eb) => conditions(eb as unknown as Builder, search, without) as never)
    .groupBy(["facet.name", "facet.value"])
    .select(["facet.name as facet", "facet.value as value", sql<number>`count(*)::int`.as("count")]);
  const ranked = db
    .selectFrom(counts.as("counted"))
    .select(["facet", "value", "count"])
    .select(sql<number>`(row_number() over (partition by facet order by count desc, value))::int`.as("rank"))
    .select(sql<number>`(count(*) over (partition by facet))::int`.as("distinct"));
  const rows = await db
    .selectFrom(ranked.as("ranked"))
    .selectAll()
    .where("rank", "<=", more.some((name) => names.includes(name)) ? SEARCH_LIMITS.moreValues : SEARCH_LIMITS.values)
    .orderBy("facet")
    .orderBy("rank")
    .execute();
  return Object.fromEntries(
    names.map((name) => {
      const most = more.includes(name) ? SEARCH_LIMITS.moreValues : SEARCH_LIMITS.values;
      const own = rows.filter(({ facet, rank }) => facet === name && rank <= most);
      const values = own.map(({ value, count }) => ({ value, count }));
      return [name, { values, distinct: own[0]?.distinct ?? 0 }];
    }),
  );
}

/** What an image must be to fit; one facet, or the months, may be left out of it. */
function conditions(eb: Builder, search: LibrarySearch, without?: FacetName | "months"): Condition {
  const { text = "", facets = {}, from, to, family } = search;
  const all: Condition[] = termsOf(text).map(({ term, excluded }) => {
    const found = sql<boolean>`strpos(image.haystack, ${term}) > 0`;
    const named = /^[0-9a-f]{6,64}$/.test(term)
      ? sql<boolean>`(${found} or starts_with(image.sha256, ${term}))`
      : found;
    return wrap(eb, excluded ? sql<boolean>`not ${named}` : named);
  });
  for (const [name, values] of Object.entries(facets)) {
    if (name === without || !values || values.length === 0) continue;
    all.push(
      eb.exists(
        eb
          .selectFrom("facet as chosen")
          .select("chosen.sha256")
          .whereRef("chosen.sha256", "=", "image.sha256")
          .where("chosen.name", "=", name)
          .where("chosen.value", "in", values.map(storable)),
      ) as Condition,
    );
  }
  if (without !== "months" && from !== undefined) all.push(wrap(eb, sql<boolean>`substr(image.seen, 1, 7) >= ${from}`));
  if (without !== "months" && to !== undefined) all.push(wrap(eb, sql<boolean>`substr(image.seen, 1, 7) <= ${to}`));
  if (family !== undefined) all.push(wrap(eb, sql<boolean>`image.family = ${family}`));
  return eb.and(all) as Condition;
}

function wrap(eb: Builder, condition: ReturnType<typeof sql<boolean>>): Condition {
  return eb.and([condition as never]) as Condition;
}

/** A text as terms: words, “phrases in quotes”, and either with a minus before it. */
export function termsOf(text: string): { readonly term: string; readonly excluded: boolean }[] {
  const found = text
    .slice(0, SEARCH_LIMITS.text)
    .toLowerCase()
    .matchAll(/((?:-(?!-))?)(?:"([^"]*)"|“([^”]*)”|(\S+))/gu);
  return [...found]
    .map(([, minus, ...kinds]) => ({ term: storableTerm(kinds), excluded: minus === "-" }))
    .filter(({ term }) => term !== "")
    .slice(0, SEARCH_LIMITS.terms);
}

function storableTerm(kinds: readonly (string | undefined)[]): string {
  return storable(kinds.find((kind) => kind !== undefined) ?? "").trim();
}

/** One image as the grid shows it. */
export type GridImage = Pick<
  ImageTable,
  | ("sha256" | "name" | "width" | "height" | "grade" | "tool" | "sealed" | "rating" | "rejected" | "family")
  | ("prompt" | "container")
> & {
  /** Images of its family in the library, itself among them. */
  readonly kin: number;
} & Likeness;

/** How an image stands to the one that its group of duplicates is named by. */
interface Likeness {
  /** That image; `null` where nothing like it is here. */
  readonly near: string | null;
  /** Whether it shows the same pixels. */
  readonly same_pixels: boolean;
  /** Bits of 256 by which their PDQ hashes differ; `null` where one of them has none. */
  readonly bits: number | null;
  /** Files that hold the image, without the workspace's own copies. */
  readonly files: number;
}

const GRID_COLUMNS = [
  ...(["sha256", "name", "width", "height", "grade", "tool", "sealed", "rating", "rejected", "family"] as const),
  "container" as const,
];

type Counted = Omit<GridImage, "kin" | "same_pixels" | "files"> & {
  readonly [name in "kin" | "files"]: number | null;
} & { readonly same_pixels: boolean | null };

function asShown({ kin, same_pixels: same, files, ...row }: Counted): GridImage {
  return { ...row, kin: Math.max(1, kin ?? 1), same_pixels: same ?? false, files: files ?? 0 };
}

/** Characters of a prompt that the grid says aloud. */
const SHOWN_PROMPT = 160;

/** These images, in this order; those that are gone are left out. */
export async function imagesOf(all: Database, schema: string, hashes: readonly string[]): Promise<GridImage[]> {
  if (hashes.length === 0) return [];
  const rows = await all
    .withSchema(schema)
    .selectFrom("image")
    .where("sha256", "in", hashes)
    .select(GRID_COLUMNS)
    .select(sql<string | null>`left(prompt, ${SHOWN_PROMPT}::int)`.as("prompt"))
    .select((eb) =>
      eb
        .selectFrom("image as other")
        .whereRef("other.family", "=", "image.family")
        .select(sql<number>`count(*)::int`.as("n"))
        .as("kin"),
    )
    .select((eb) => {
      const first = eb.selectFrom("image as first").whereRef("first.sha256", "=", "image.near");
      return [
        "image.near",
        first.select(sql<boolean>`image.pixels <> '' and first.pixels = image.pixels`.as("same")).as("same_pixels"),
        first
          .select(sql<number>`bit_count(('x' || image.pdq)::bit(256) # ('x' || first.pdq)::bit(256))::int`.as("n"))
          .as("bits"),
        eb
          .selectFrom("place")
          .whereRef("place.sha256", "=", "image.sha256")
          .where("place.kind", "in", OWN_PLACES)
          .select(sql<number>`count(*)::int`.as("n"))
          .as("files"),
      ];
    })
    .execute();
  const by = new Map(rows.map((row) => [row.sha256, asShown(row)]));
  return hashes.flatMap((sha256) => by.get(sha256) ?? []);
}
