/** `seedproof index`: the library's index, for whoever has no browser open. */

import { resolve } from "node:path";
import { fill } from "../base/texts.ts";
import { workspace } from "../node/home.ts";
import { Library } from "../node/library/library.ts";
import type { UpdateReport } from "../node/library/update.ts";
import { INDEX_TEXTS } from "./index-texts.ts";
import { EXIT, type GlobalOptions, langFor, note, print, printJson } from "./output.ts";
import { VERSION } from "./version.ts";

/** Opens the library, does something with it, and closes it. */
async function within<T>(options: GlobalOptions, work: (library: Library) => Promise<T>): Promise<T> {
  const lang = langFor(options);
  let told = 0;
  const library = new Library({
    home: workspace(options.home),
    sw: { name: "seedproof", version: VERSION },
    url: process.env.DATABASE_URL,
    onState: ({ state, done = 0, total = 0 }) => {
      if (state !== "reading" || !process.stderr.isTTY || Date.now() - told < 1_000) return;
      told = Date.now();
      note(fill(INDEX_TEXTS.reading, { done, total })[lang]);
    },
  });
  try {
    return await work(library);
  } finally {
    await library.close();
  }
}

/** `index add`: folders, which are read and never written. */
export async function add(options: GlobalOptions, folders: readonly string[]): Promise<number> {
  return within(options, async (library) => {
    for (const folder of folders) library.addFolder(resolve(folder));
    return told(options, library, await library.update());
  });
}

/** `index remove`: the folder's files stay as they are. */
export async function remove(options: GlobalOptions, folder: string): Promise<number> {
  return within(options, async (library) => {
    const path = resolve(folder);
    library.removeFolder(library.folders().find((one) => one.path === path)?.id ?? "");
    return told(options, library, await library.update());
  });
}

/** `index stats`, of an index that is brought up to date first. */
export async function stats(options: GlobalOptions): Promise<number> {
  return within(options, async (library) => told(options, library, await library.update()));
}

/** `index rebuild`: from nothing. */
export async function rebuild(options: GlobalOptions): Promise<number> {
  return within(options, async (library) => told(options, library, await library.rebuild()));
}

/** `index search`: images whose prompt, name, tool, model or seed has all of these words. */
export async function search(options: GlobalOptions & { readonly limit: number }, text: string): Promise<number> {
  return within(options, async (library) => {
    await library.update();
    const { hits, total } = await library.search({ text });
    const images = await library.images(hits.slice(0, options.limit).map(({ sha256 }) => sha256));
    if (options.json) printJson({ total, images });
    else for (const { sha256, grade, tool, name } of images) print(`${sha256.slice(0, 8)}  ${grade}  ${tool}  ${name}`);
    return total === 0 ? EXIT.fails : EXIT.ok;
  });
}

async function told(options: GlobalOptions, library: Library, report: UpdateReport): Promise<number> {
  const { unreadable, folders, ...counts } = await library.stats();
  if (options.json) printJson({ ...counts, ...report, unreadable, folders });
  else {
    print(fill(INDEX_TEXTS.stats, { ...counts, read: report.read, gone: report.gone })[langFor(options)]);
    for (const { path, present } of folders) print(`${present ? " " : "?"} ${path}`);
    for (const { path, code } of unreadable.slice(0, 20)) note(`${path} (${code})`);
  }
  return unreadable.length > 0 ? EXIT.incomplete : EXIT.ok;
}
