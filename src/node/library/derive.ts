/** What follows for an image from where it stands, what the record says of it, and what its user thinks of it. */

import { basename } from "node:path";
import { GRADES, type Grade } from "../../base/grades.ts";
import type { ImageHistory } from "../../process/image-history.ts";
import { storable } from "./image-row.ts";
import type { Mark } from "./marks.ts";
import { PLACE_KINDS, type PlaceKind } from "./places.ts";
import type { ImageTable } from "./schema.ts";

/** A place as far as it tells something of its image. */
export interface KnownPlace {
  readonly path: string;
  readonly kind: string;
  readonly mtime_ms: number;
}

/** What an image's own bytes say, as far as it is needed here. */
export type OwnFacts = Pick<ImageTable, "sha256" | "own_grade" | "container">;

/** The columns that follow, but for the text that is searched. */
export type DerivedRow = Pick<
  ImageTable,
  "name" | "grade" | "capture" | "seen" | "decision" | "rating" | "rejected" | "derived"
>;

/** What follows for an image, with the facets that do. */
export interface Derived {
  readonly row: DerivedRow;
  readonly facets: readonly (readonly [name: string, value: string])[];
}

/** The derived columns; the same for the same things, whenever they are worked out. */
export function derivedOf(
  own: OwnFacts,
  places: readonly KnownPlace[],
  history: ImageHistory | undefined,
  mark: Mark | undefined,
): Derived {
  const name = nameOf(own, places, history);
  const grade = history ? stronger(history.grade, own.own_grade as Grade) : own.own_grade;
  const seen = history?.entries[0]?.at ?? new Date(Math.min(...places.map(({ mtime_ms }) => mtime_ms))).toISOString();
  const sessions = new Set(history?.entries.map(({ session }) => storable(session.slice(0, 160))));
  const known = {
    ...{ name, grade, seen, capture: history?.capture ?? null, decision: history?.decision ?? null },
    sessions: [...sessions].slice(0, 64),
  };
  return marked(known, mark);
}

/** What is known beside the user's mark. */
type Known = Omit<DerivedRow, "rating" | "rejected" | "derived"> & { readonly sessions: readonly string[] };

/** The same with another mark. @param derived - the column as it was kept */
export function withMark(derived: string, mark: Mark | undefined): Derived {
  return marked((JSON.parse(derived) as { known: Known }).known, mark);
}

function marked(known: Known, mark: Mark | undefined): Derived {
  const { sessions, ...row } = known;
  const rejected = mark?.rejected ?? known.decision === "rejected";
  const rating = mark?.rating ?? 0;
  const facets: [string, string][] = [
    ["grade", known.grade],
    ...(known.capture === null ? [] : [["capture", known.capture] as [string, string]]),
    ...sessions.map((session): [string, string] => ["session", session]),
    ...(rating > 0 ? [["mark", `${rating}`] as [string, string]] : []),
    ...(rejected ? [["mark", "rejected"] as [string, string]] : []),
    ...(known.decision === "kept" ? [["mark", "kept"] as [string, string]] : []),
  ];
  return { row: { ...row, rating, rejected, derived: JSON.stringify({ known, rating, rejected }) }, facets };
}

/** Facets that follow from record and marks. */
export const DERIVED_FACETS = ["grade", "capture", "session", "mark"] as const;

/** The name of its best place; a blob and an upload have only their hash, so what the record called it comes before those. */
function nameOf(
  { sha256, container }: OwnFacts,
  places: readonly KnownPlace[],
  history: ImageHistory | undefined,
): string {
  const order = (kind: string): number => PLACE_KINDS.indexOf(kind as PlaceKind);
  const [best] = places.toSorted((a, b) => order(a.kind) - order(b.kind) || (a.path < b.path ? -1 : 1));
  if (best && best.kind !== "ledger" && best.kind !== "upload") return storable(basename(best.path).slice(0, 400));
  const said = history?.name;
  return said ? storable(basename(said).slice(0, 400)) : `${sha256.slice(0, 8)}.${container}`;
}

function stronger(a: Grade, b: Grade): Grade {
  return GRADES.indexOf(a) <= GRADES.indexOf(b) ? a : b;
}

/** What a text search looks through: what the bytes say, and the name. */
export function haystackOf(words: string, name: string): string {
  return `${words}\n${name.toLowerCase()}`;
}
