/** What the Library screen holds: the wish, what fits it, the images that have been fetched, and the one that is looked at. */

import { batch, computed, signal } from "@preact/signals";
import type { ImageDetail } from "../../node/library/detail.ts";
import type { LibraryFolder } from "../../node/library/folders.ts";
import type { LibraryState } from "../../node/library/library.ts";
import type { FacetName, GridImage } from "../../node/library/search.ts";
import type { Fault } from "../faults.ts";
import { t } from "../language.ts";
import { go, query, screen } from "../route.ts";
import { ask, hear } from "../server.ts";
import { complain, say } from "../toast.ts";
import { LIBRARY } from "./texts.ts";
import { EVERYTHING, paramsOf, type Wish, wishOf } from "./wish.ts";

/** What fits. */
export interface Found {
  readonly total: number;
  readonly all: number;
  /** Width to height of each, in hundredths. */
  readonly ratios: readonly number[];
  /** Of duplicates: how many of each group follow one another. */
  readonly groups?: readonly number[];
  readonly facets: Readonly<
    Record<
      string,
      { readonly values: readonly { readonly value: string; readonly count: number }[]; readonly distinct: number }
    >
  >;
  readonly months: readonly { readonly month: string; readonly count: number }[];
}

/** What is looked for; the address says it. */
export const wish = computed<Wish>(() => (screen.value === "library" ? wishOf(query.value) : EVERYTHING));

/** Facets whose values are all shown. */
export const unfolded = signal<readonly FacetName[]>([]);

/** What fits, once the library has answered. */
export const found = signal<Found | undefined>(undefined);

/** Why the library does not answer. */
export const trouble = signal<Fault | undefined>(undefined);

/** Images that are fetched at once. */
const PAGE = 100;

/** One page of what fits; `null` for an image that has gone since. */
type Page = readonly (GridImage | null)[];

/** The pages that are here, by their number: one that comes copies no other. */
export const pages = signal<ReadonlyMap<number, Page>>(new Map());

/** The image of a place, as far as it is here. */
export function imageAt(place: number): GridImage | null | undefined {
  return pages.value.get(Math.floor(place / PAGE))?.[place % PAGE];
}

/** Where the index stands. */
export const library = signal<LibraryState>({ state: "opening" });

/** The folders that were added. */
export const folders = signal<readonly LibraryFolder[]>([]);

/** Place of the image that is looked at. */
export const active = signal(0);

/** Images that were picked, by hash. */
export const picked = signal<ReadonlySet<string>>(new Set());

/** The image that is looked at, as the grid has it. */
export const current = computed(() => imageAt(active.value) ?? undefined);

/** All that is known of it. */
export const detail = signal<ImageDetail | undefined>(undefined);

/** Between two looks at which pages a scroll has come to: who drags the bar passes by most of them. */
const PAUSE_MS = 80;

let asked = "";
const fetching = new Map<number, AbortController>();
let wanted: readonly [from: number, to: number] = [0, 0];
let pause: ReturnType<typeof setTimeout> | undefined;

/** Looks for something else. */
export function look(for_: Wish, { replace = false } = {}): void {
  go("library", paramsOf(for_), { replace });
}

function searchOf({ text, facets, from, to, family, sort, view }: Wish): object {
  return { text, facets, from, to, family, sort, view, more: unfolded.value };
}

/** Asks what fits. */
export async function search(): Promise<void> {
  const json = searchOf(wish.value);
  const key = JSON.stringify(json);
  const isSame = key === asked;
  asked = key;
  try {
    const answer = await ask<Found & { readonly images: readonly (GridImage | null)[] }>("/library/search", { json });
    if (key !== asked) return;
    const before = isSame ? current.value?.sha256 : undefined;
    const { images, ...rest } = answer;
    forget(() => true);
    batch(() => {
      found.value = rest;
      trouble.value = undefined;
      pages.value = new Map([[0, images]]);
      const at = images.findIndex((image) => image?.sha256 === before);
      active.value = at >= 0 ? at : isSame ? Math.min(active.value, Math.max(0, rest.ratios.length - 1)) : 0;
    });
  } catch (error) {
    if (key === asked) trouble.value = error as Error;
  }
}

/** Fetches the images of these places, where they are not here yet; those of places that were left again are let go. */
export function fetchImages(from: number, to: number): void {
  wanted = [from, to];
  if (pause !== undefined) return;
  fetchWanted();
  pause = setTimeout(() => {
    pause = undefined;
    fetchWanted();
  }, PAUSE_MS);
}

function fetchWanted(): void {
  const [from, to] = wanted;
  const last = Math.min(to, (found.value?.ratios.length ?? 0) - 1);
  const [firstPage, lastPage] = [Math.floor(from / PAGE), Math.floor(last / PAGE)];
  forget((page) => page < firstPage || page > lastPage);
  for (let page = firstPage; page <= lastPage; page++) {
    const isHere = (place: number): boolean => imageAt(place) !== undefined;
    const ends = [Math.max(from, page * PAGE), Math.min(last, (page + 1) * PAGE - 1)];
    if (!fetching.has(page) && !ends.every(isHere)) void fetchPage(page);
  }
}

/** Lets requests for pages go. */
function forget(isLeft: (page: number) => boolean): void {
  for (const [page, request] of fetching) {
    if (!isLeft(page)) continue;
    fetching.delete(page);
    request.abort();
  }
}

async function fetchPage(page: number): Promise<void> {
  const key = asked;
  const request = new AbortController();
  fetching.set(page, request);
  try {
    const json = { search: JSON.parse(key) as object, offset: page * PAGE, limit: PAGE };
    const { images } = await ask<{ images: Page }>("/library/page", { json, signal: request.signal });
    if (key === asked && !request.signal.aborted) pages.value = new Map(pages.value).set(page, images);
  } catch {
    // It is asked for again when it is scrolled to.
  } finally {
    if (fetching.get(page) === request) fetching.delete(page);
  }
}

/** Fetches all that is known of the image that is looked at. */
export async function refreshDetail(): Promise<void> {
  const sha256 = current.value?.sha256;
  if (sha256 === undefined) {
    detail.value = undefined;
    return;
  }
  const answer = await ask<ImageDetail>(`/library/images/${sha256}`).catch(() => undefined);
  if (current.value?.sha256 === sha256) detail.value = answer;
}

/** Rates or rejects an image: seen at once, taken back where it could not be kept. */
export async function mark(
  sha256: string,
  change: { readonly rating?: number; readonly rejected?: boolean },
): Promise<void> {
  const put = (said: typeof change): void => {
    const changed = [...pages.value].map(
      ([page, images]) => [page, images.map((one) => (one?.sha256 === sha256 ? { ...one, ...said } : one))] as const,
    );
    pages.value = new Map(changed);
  };
  const before = [...pages.value.values()].flat().find((one) => one?.sha256 === sha256);
  if (!before) return;
  put(change);
  try {
    await ask(`/library/images/${sha256}/mark`, { json: change });
    if (change.rating !== undefined)
      say(change.rating === 0 ? t(LIBRARY.unrated) : t(LIBRARY.rated, { n: change.rating }));
    if (change.rejected !== undefined) say(t(change.rejected ? LIBRARY.rejected : LIBRARY.restored));
  } catch (error) {
    put({ rating: before.rating, rejected: before.rejected });
    complain(error);
  }
}

/** Picks an image, or puts it back. */
export function pick(sha256: string): void {
  const now = new Set(picked.value);
  if (!now.delete(sha256)) now.add(sha256);
  picked.value = now;
}

async function refreshState(): Promise<void> {
  const answer = await ask<LibraryState & { folders: readonly LibraryFolder[] }>("/library").catch(() => undefined);
  if (!answer) return;
  const { folders: all, ...state } = answer;
  batch(() => {
    library.value = state;
    folders.value = all;
  });
}

/** Adds a folder. @throws ServerError */
export async function addFolder(path: string): Promise<void> {
  await ask("/library/folders", { json: { path } });
  await refreshState();
}

/** Takes a folder out. @throws ServerError */
export async function removeFolder(id: string): Promise<void> {
  await ask(`/library/folders/${id}`, { method: "DELETE" });
  await refreshState();
}

/** Looks at the disk again, or makes the whole index anew. @throws ServerError */
export async function refreshLibrary(rebuild: boolean): Promise<void> {
  await ask("/library/refresh", { json: { rebuild } });
}

/** While files are being read, the grid is brought up to date this often. */
const READING_MS = 2_000;
const SOON_MS = 250;

/** Listens to the server; gives back how to stop. */
export function listen(): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const soon = (): void => {
    timer ??= setTimeout(
      () => {
        timer = undefined;
        void search().then(refreshDetail);
      },
      library.value.state === "reading" ? READING_MS : SOON_MS,
    );
  };
  const all = [
    hear("library", (data) => {
      const news = data as { readonly state?: LibraryState; readonly changed?: true };
      if (news.state) library.value = news.state;
      if (news.changed) soon();
    }),
    hear("reset", () => void refreshState().then(soon)),
    hear("hello", () => void refreshState()),
  ];
  void refreshState();
  void ask("/library/refresh", { json: {} }).catch(() => undefined);
  return () => {
    clearTimeout(timer);
    for (const end of all) end();
  };
}
