/** The questions of the library's thread. */

import { utf8 } from "../../base/bytes.ts";
import { Library, type LibraryState } from "../../node/library/library.ts";
import type { Mark } from "../../node/library/marks.ts";
import type { LibrarySearch, SearchResult } from "../../node/library/search.ts";
import type { Software } from "../../node/recorder.ts";
import { Handed } from "../../node/thread-calls.ts";

/** The library that is asked. */
export interface LibrarySettings {
  readonly home: string;
  readonly sw: Software;
  /** `DATABASE_URL`, where the user gave one. */
  readonly url?: string | undefined;
}

/** What is told while one listens. */
export type LibraryNews = { readonly state: LibraryState } | { readonly changed: true };

/** Images that come with the answer to a search: more than a large screen shows at once. */
const FIRST = 60;
/** Searches whose order is remembered, so that their pages fit together while the library changes. */
const REMEMBERED = 6;
/** Changes that come in quick succession are looked at once. */
const PAUSE_MS = 1_500;
/** An update of a large library must leave time for questions: it rests this many times as long as it took. */
const REST = 4;

/** Opens the library with the first question. */
export function libraryAnswers({ home, sw, url }: LibrarySettings) {
  const listeners = new Set<(news: LibraryNews) => void>();
  const tell = (news: LibraryNews): void => {
    for (const listener of listeners) listener(news);
  };
  const library = new Library({
    ...{ home, sw, url },
    onState: (state) => tell({ state }),
    onChange: () => tell({ changed: true }),
  });
  const orders = new Map<string, SearchResult["hits"]>();
  const bring = later(() => library.update());
  const hitsOf = async (search: LibrarySearch): Promise<SearchResult["hits"]> =>
    orders.get(JSON.stringify(search)) ?? (await searched(search)).hits;
  const searched = async (search: LibrarySearch): Promise<SearchResult> => {
    const result = await library.search(search);
    orders.delete(JSON.stringify(search));
    orders.set(JSON.stringify(search), result.hits);
    const [oldest] = orders.keys();
    if (orders.size > REMEMBERED && oldest !== undefined) orders.delete(oldest);
    return result;
  };
  const imagesAt = async (hits: SearchResult["hits"]): Promise<unknown[]> => {
    const by = new Map((await library.images(hits.map(({ sha256 }) => sha256))).map((one) => [one.sha256, one]));
    return hits.map(({ sha256 }) => by.get(sha256) ?? null);
  };
  return {
    state: () => json({ ...library.state, folders: library.folders() }),
    search: async (search: LibrarySearch) => {
      const { hits, ...rest } = await searched(search);
      return json({ ...rest, ratios: hits.map(ratioOf), images: await imagesAt(hits.slice(0, FIRST)) });
    },
    page: async ({ search, offset, limit }: { search: LibrarySearch; offset: number; limit: number }) =>
      json({ images: await imagesAt((await hitsOf(search)).slice(offset, offset + limit)) }),
    image: async (sha256: string) => json(await library.image(sha256)),
    mark: async ({ sha256, mark, session }: { sha256: string; mark: Partial<Mark>; session: string | undefined }) =>
      json(await library.mark(sha256, mark, session)),
    /** Where the bytes of an image stand. */
    where: async (sha256: string) => (await library.image(sha256)).places.map(({ path }) => path),
    addFolder: (path: string) => json(library.addFolder(path)),
    removeFolder: (id: string) => library.removeFolder(id),
    stats: async () => json(await library.stats()),
    rebuild: () => {
      void library.rebuild().catch(() => undefined);
    },
    /** Something may have changed on the disk or in the record. */
    touch: () => bring(),
    /** Tells of what happens; never answers. */
    listen: (_: undefined, part: (news: unknown) => void) => {
      listeners.add(part);
      part({ state: library.state });
      return new Promise<never>(() => undefined);
    },
    close: () => library.close(),
  };
}

function json(value: unknown): Handed {
  return new Handed(utf8(JSON.stringify(value)));
}

/** Width to height in hundredths, within what a row can show; an image of unknown size is taken for a square. */
function ratioOf({ width, height }: SearchResult["hits"][number]): number {
  return width > 0 && height > 0 ? Math.min(800, Math.max(20, Math.round((100 * width) / height))) : 100;
}

/** Calls come soon, but once for many and with a rest in between; one that comes while it works has it work once more. */
function later(work: () => Promise<unknown>): () => void {
  let state: "idle" | "waiting" | "working" = "idle";
  let again = false;
  let notBefore = 0;
  const run = async (): Promise<void> => {
    state = "working";
    const since = Date.now();
    await work().catch(() => undefined);
    notBefore = Date.now() + Math.max(PAUSE_MS, REST * (Date.now() - since));
    state = "idle";
    if (again) call();
  };
  const call = (): void => {
    again = state === "working";
    if (state !== "idle") return;
    state = "waiting";
    setTimeout(() => void run(), Math.max(0, notBefore - Date.now()));
  };
  return call;
}
