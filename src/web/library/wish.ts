/** What is looked for in the library, and how it stands in the address: links, back and reload keep it. */

import type { FacetName, LibrarySearch } from "../../node/library/search.ts";

/** What is looked for. */
export interface Wish {
  readonly text: string;
  readonly facets: Readonly<Partial<Record<FacetName, readonly string[]>>>;
  readonly from?: string;
  readonly to?: string;
  readonly family?: string;
  readonly sort: NonNullable<LibrarySearch["sort"]>;
  readonly view: NonNullable<LibrarySearch["view"]>;
}

/** Everything, newest first. */
export const EVERYTHING: Wish = { text: "", facets: {}, sort: "newest", view: "images" };

/** Facets in the order of the page. */
export const SHOWN_FACETS = [
  ...(["grade", "mark", "tool", "model", "lora", "sampler", "size", "seed"] as const),
  ...(["session", "capture", "label"] as const),
] satisfies readonly FacetName[];

const SORTS: readonly Wish["sort"][] = ["newest", "oldest", "rating", "name"];
/** Ways to show what fits. */
export const VIEWS = ["images", "families", "duplicates"] as const satisfies readonly Wish["view"][];
const MONTH = /^\d{4}-\d{2}$/;

/** The address of a wish; what is as always is left out. */
export function paramsOf({ text, facets, from, to, family, sort, view }: Wish): Record<string, string> {
  const chosen = Object.entries(facets).filter(([, values]) => values.length > 0);
  return {
    ...(text !== "" && { q: text }),
    ...Object.fromEntries(chosen.map(([name, values]) => [name, JSON.stringify(values)])),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(family !== undefined && { family }),
    ...(sort !== "newest" && { sort }),
    ...(view !== "images" && { view }),
  };
}

/** The wish of an address. Anything in it that is none is left out. */
export function wishOf(query: URLSearchParams): Wish {
  const facets = SHOWN_FACETS.flatMap((name) => {
    const values = valuesOf(query.get(name));
    return values.length > 0 ? [[name, values] as const] : [];
  });
  const [from, to, family, sort] = ["from", "to", "family", "sort"].map((name) => query.get(name) ?? "");
  return {
    text: (query.get("q") ?? "").slice(0, 500),
    facets: Object.fromEntries(facets),
    ...(MONTH.test(from!) && { from: from! }),
    ...(MONTH.test(to!) && { to: to! }),
    ...(/^[0-9a-f]{64}$/.test(family!) && { family: family! }),
    sort: SORTS.find((one) => one === sort) ?? "newest",
    view: VIEWS.find((one) => one === query.get("view")) ?? "images",
  };
}

function valuesOf(text: string | null): string[] {
  try {
    const values: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(values) ? values.filter((one): one is string => typeof one === "string").slice(0, 100) : [];
  } catch {
    return [];
  }
}

/** The wish with a value of a facet chosen, or no more. */
export function toggled(wish: Wish, name: FacetName, value: string): Wish {
  const values = wish.facets[name] ?? [];
  const now = values.includes(value) ? values.filter((one) => one !== value) : [...values, value];
  return { ...wish, facets: { ...wish.facets, [name]: now } };
}

/** Whether anything narrows the library. */
export function isNarrowed({ text, facets, from, to, family }: Wish): boolean {
  const chosen = Object.values(facets).some((values) => values.length > 0);
  return text !== "" || chosen || from !== undefined || to !== undefined || family !== undefined;
}
