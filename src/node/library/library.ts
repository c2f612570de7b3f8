/** The library of a workspace: its index, kept up to date while it is open, and the user's marks. */

import { SeedproofError } from "../../base/errors.ts";
import { recordEvent, type Software } from "../recorder.ts";
import { discard, type IndexDatabase, openIndex } from "./database.ts";
import { type ImageDetail, imageDetail } from "./detail.ts";
import { addFolder, type LibraryFolder, libraryFolders, removeFolder } from "./folders.ts";
import { type Mark, readMarks, tidyMarks, writeMark } from "./marks.ts";
import { dropTables } from "./schema.ts";
import { type GridImage, imagesOf, type LibrarySearch, type SearchResult, searchIndex } from "./search.ts";
import { markOne, type UpdateReport, updateIndex } from "./update.ts";

/** Where the index stands. */
export interface LibraryState {
  readonly state: "opening" | "reading" | "looking" | "ready";
  readonly kind?: IndexDatabase["kind"];
  /** Of the update under way. */
  readonly done?: number;
  readonly total?: number;
}

/** What the index holds. */
export interface LibraryStats {
  readonly database: IndexDatabase["kind"];
  readonly images: number;
  readonly files: number;
  /** Files that could not be read, with why. */
  readonly unreadable: readonly { readonly path: string; readonly code: string }[];
  readonly folders: readonly LibraryFolder[];
}

/** How a library is opened. */
export interface LibraryOptions {
  readonly home: string;
  readonly sw: Software;
  /** A PostgreSQL server instead of the embedded database. */
  readonly url?: string | undefined;
  readonly onState?: (state: LibraryState) => void;
  /** Told when rows have changed. */
  readonly onChange?: () => void;
}

/** An open library. Everything that asks waits until the index is open; nothing waits until it is up to date. */
export class Library {
  readonly #options: LibraryOptions;
  #index: Promise<IndexDatabase> | undefined;
  #update: Promise<UpdateReport> | undefined;
  #again = false;
  #stop = new AbortController();
  state: LibraryState = { state: "opening" };

  constructor(options: LibraryOptions) {
    this.#options = options;
  }

  /** @throws SeedproofError as `openIndex` */
  #open(): Promise<IndexDatabase> {
    const { home, url } = this.#options;
    if (this.#stop.signal.aborted) {
      return Promise.reject(new SeedproofError("index.closed", "the library has been closed"));
    }
    if (!this.#index) {
      tidyMarks(home);
      this.#await(openIndex(home, url));
    }
    return this.#index!;
  }

  /** Makes an opening index the one that everybody waits for; where it fails, the next question tries again. */
  #await(opening: Promise<IndexDatabase>): void {
    this.#index = opening;
    opening.then(
      ({ kind }) => this.#tell({ state: "ready", kind }),
      () => {
        if (this.#index === opening) this.#index = undefined;
      },
    );
  }

  #tell(state: LibraryState): void {
    this.state = state;
    this.#options.onState?.(state);
  }

  /** Asks the index; one that turns out to be damaged is made anew and asked again, empty until it has been filled. */
  async #ask<T>(question: (index: IndexDatabase) => Promise<T>): Promise<T> {
    const index = await this.#open();
    try {
      return await question(index);
    } catch (error) {
      if (!isDamage(error)) throw error;
      await this.#forget(index);
      const anew = await this.#open();
      void this.update().catch(() => undefined);
      return question(anew);
    }
  }

  /** Throws an index away and opens another in its place; who asks meanwhile waits for that one. */
  async #forget(index: IndexDatabase): Promise<void> {
    const { home, url } = this.#options;
    // Somebody else has found the same damage.
    if ((await this.#index?.catch(() => undefined)) !== index) return;
    const thrown = (async () => {
      if (index.kind === "postgresql") await dropTables(index.db, index.schema).catch(() => undefined);
      await index.close().catch(() => undefined);
      if (index.kind === "embedded") discard(home);
    })();
    this.#await(thrown.then(() => openIndex(home, url)));
    await thrown;
  }

  /** Brings the index up to date; asked for while it works, it looks once more afterwards. */
  update(): Promise<UpdateReport> {
    if (this.#update) {
      this.#again = true;
      return this.#update;
    }
    this.#update = this.#updated().finally(() => {
      this.#update = undefined;
    });
    return this.#update;
  }

  async #updated(): Promise<UpdateReport> {
    const { home, onChange } = this.#options;
    const sum = { read: 0, unreadable: 0, gone: 0, changed: 0 };
    for (;;) {
      this.#again = false;
      const report = await this.#ask((index) =>
        updateIndex(home, index, {
          signal: this.#stop.signal,
          onProgress: ({ done, total }) => {
            this.#tell({ state: "reading", kind: index.kind, done, total });
            if (done % 100 === 0 && done > 0) onChange?.();
          },
          onLooked: ({ done, total }) => this.#tell({ state: "looking", kind: index.kind, done, total }),
        }),
      );
      const { kind } = await this.#open();
      this.#tell({ state: "ready", kind });
      if (report.read + report.gone + report.changed > 0) onChange?.();
      for (const name of ["read", "unreadable", "gone", "changed"] as const) sum[name] += report[name];
      if (!this.#again || this.#stop.signal.aborted) return sum;
    }
  }

  /** Throws the index away and makes it again from what it is a projection of. */
  async rebuild(): Promise<UpdateReport> {
    await this.#update?.catch(() => undefined);
    await this.#forget(await this.#open());
    const report = await this.update();
    // An index that is empty now has changed too.
    this.#options.onChange?.();
    return report;
  }

  search(search: LibrarySearch): Promise<SearchResult> {
    return this.#ask(({ db, schema }) => searchIndex(db, schema, search));
  }

  images(hashes: readonly string[]): Promise<GridImage[]> {
    return this.#ask(({ db, schema }) => imagesOf(db, schema, hashes));
  }

  /** @throws SeedproofError `file.not-found` where the library has no such image */
  image(sha256: string): Promise<ImageDetail> {
    return this.#ask(({ db, schema }) => imageDetail(db, schema, sha256));
  }

  /** Keeps what somebody thinks of an image; while a session is open it is a note of the record too. */
  async mark(sha256: string, change: Partial<Mark>, session: string | undefined): Promise<Mark> {
    const { home, sw } = this.#options;
    const image = await this.image(sha256);
    const before: Mark = { rating: image.rating, rejected: image.rejected };
    const mark = { ...before, ...change };
    writeMark(home, sha256, mark, new Date().toISOString());
    if (session !== undefined) await noted(home, sw, session, image, before, mark);
    await this.#ask((index) => markOne(index, sha256, readMarks(home).get(sha256)));
    this.#options.onChange?.();
    return mark;
  }

  folders(): LibraryFolder[] {
    return libraryFolders(this.#options.home);
  }

  /** Adds a folder and begins to read it. @throws SeedproofError as `addFolder` */
  addFolder(path: string): LibraryFolder {
    const folder = addFolder(this.#options.home, path);
    void this.update().catch(() => undefined);
    return folder;
  }

  /** @throws SeedproofError as `removeFolder` */
  removeFolder(id: string): void {
    removeFolder(this.#options.home, id);
    void this.update().catch(() => undefined);
  }

  async stats(): Promise<LibraryStats> {
    return this.#ask(async ({ kind, db: all, schema }) => {
      const db = all.withSchema(schema);
      const files = await db.selectFrom("place").select(["path", "problem"]).orderBy("path").execute();
      const images = await db.selectFrom("image").select("sha256").execute();
      const unreadable = files.flatMap(({ path, problem: code }) => (code === null ? [] : [{ path, code }]));
      return { database: kind, images: images.length, files: files.length, unreadable, folders: this.folders() };
    });
  }

  /** Every row in a fixed order, for whoever compares two indexes. */
  async rows(): Promise<Record<string, unknown[]>> {
    return this.#ask(async ({ db: all, schema }) => {
      const db = all.withSchema(schema);
      return {
        image: await db.selectFrom("image").selectAll().orderBy("sha256").execute(),
        place: await db.selectFrom("place").selectAll().orderBy("id").execute(),
        facet: await db.selectFrom("facet").selectAll().orderBy("sha256").orderBy("name").orderBy("value").execute(),
        entry: await db.selectFrom("entry").selectAll().orderBy("sha256").orderBy("position").execute(),
      };
    });
  }

  /** Stops an update in the middle; it goes on from there the next time. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#update?.catch(() => undefined);
    const index = await this.#index?.catch(() => undefined);
    this.#index = undefined;
    await index?.close();
  }
}

/** Whether an error says that the database itself is broken: PostgreSQL's class XX, missing tables, or a trap of WebAssembly. */
function isDamage(error: unknown): boolean {
  const { code, name, message } = error as { code?: unknown; name?: unknown; message?: unknown };
  if (error instanceof SeedproofError) return false;
  const state = typeof code === "string" ? code : "";
  if (/^(?:XX|58)/.test(state) || /^(?:42P01|3F000|42703)$/.test(state)) return true;
  return name === "RuntimeError" || /PGlite is closed|unreachable|memory access out of bounds/.test(String(message));
}

/** A mark as the record's own word: a rejection is one, a rating is a note. */
async function noted(
  home: string,
  sw: Software,
  session: string,
  image: ImageDetail,
  before: Mark,
  { rating, rejected }: Mark,
): Promise<void> {
  const frame = { capture: "noted", agent: { kind: "person", name: "" } } as const;
  const file = { role: "image", sha256: image.sha256, size: image.size_bytes, name: image.name };
  if (rejected && !before.rejected) await recordEvent(home, sw, session, "image.rejected", { image: file }, frame);
  const text = rating === 0 ? "the rating was taken back" : `rated ${rating} of 5`;
  if (rating !== before.rating) await recordEvent(home, sw, session, "note.added", { text, about: file }, frame);
  if (before.rejected && !rejected) {
    await recordEvent(home, sw, session, "note.added", { text: "the rejection was taken back", about: file }, frame);
  }
}
