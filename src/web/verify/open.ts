/** What a reader gives the page, as a bundle: a chosen folder, a chosen or dropped zip, a dropped folder. */

import { SeedproofError } from "../../base/errors.ts";
import { fileSource, memorySource } from "../../dossier/sources.ts";
import type { BundleSource } from "../../dossier/verify.ts";

/** A bundle from files that were chosen: one zip, or all files of a folder. */
export async function fromFiles(files: readonly File[]): Promise<BundleSource> {
  const [first] = files;
  if (!first) throw new SeedproofError("dossier.not-found", "there is no file in it");
  if (files.length === 1 && !first.webkitRelativePath) return fileSource(await bytesOf(first));
  return folderSource(files.map((file) => [file.webkitRelativePath || file.name, file]));
}

/** A bundle from what was dropped. @throws SeedproofError `dossier.folder-unreadable` where the browser gives no folder's contents */
export async function fromDrop(transfer: DataTransfer): Promise<BundleSource> {
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  const files = [...transfer.files];
  if (!entries.some((entry) => entry.isDirectory)) return fromFiles(files);
  const found: [string, File][] = [];
  try {
    for (const entry of entries) await collect(entry, found);
  } catch (cause) {
    throw new SeedproofError("dossier.folder-unreadable", "the folder cannot be read from here", { cause });
  }
  return folderSource(found);
}

async function collect(entry: FileSystemEntry, into: [string, File][]): Promise<void> {
  if (entry.isFile) {
    const file = await new Promise<File>((done, fail) => (entry as FileSystemFileEntry).file(done, fail));
    into.push([entry.fullPath.replace(/^\//, ""), file]);
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done, fail) => reader.readEntries(done, fail));
    if (some.length === 0) return;
    for (const one of some) await collect(one, into);
  }
}

/** The files below their common folder. */
function folderSource(files: readonly (readonly [string, File])[]): BundleSource {
  const declaration = files.find(([path]) => /(?:^|\/)bagit\.txt$/.test(path))?.[0];
  const root = declaration?.slice(0, -"bagit.txt".length) ?? "";
  const inside = new Map(
    files.flatMap(([path, file]) => (path.startsWith(root) ? [[path.slice(root.length), file]] : [])),
  );
  const read = async (path: string): Promise<Uint8Array> => bytesOf(inside.get(path)!);
  return { ...memorySource(new Map()), paths: [...inside.keys()], read };
}

async function bytesOf(file: File): Promise<Uint8Array> {
  return new Uint8Array(await file.arrayBuffer());
}
