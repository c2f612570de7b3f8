/** What the Read screen shows: one opened file, which value is lit, which block is chosen. */

import { batch, computed, signal } from "@preact/signals";
import { utf8 } from "../../base/bytes.ts";
import type { FileReading } from "../../label/file-reading.ts";
import type { FoundModel } from "../../model/find.ts";
import type { Provenance } from "../../recipe/reading.ts";
import { type BlockBytes, bytesOfBlock } from "./locate.ts";
import { readInThread } from "./reading-client.ts";

/** A file that was opened. */
export interface OpenedFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Address of its picture within the page. */
  readonly picture: string;
  readonly reading?: FileReading;
  readonly error?: { readonly code: string; readonly message: string };
}

/** The opened file; nothing at first. */
export const opened = signal<OpenedFile | undefined>(undefined);

/** What was found of a recipe's files on this machine, by place in the recipe. */
export interface FoundFiles {
  readonly models: readonly FoundModel[];
  readonly adapters: readonly FoundModel[];
}

/** What was found for the opened file; `undefined` while or where nobody looks. */
export const found = signal<FoundFiles | undefined>(undefined);

/** The value under the pointer or focus, as a JSON pointer into the recipe. */
export const hovered = signal<string | undefined>(undefined);
/** The value that was pinned. */
export const pinned = signal<string | undefined>(undefined);

/** The value that is lit. */
export const lit = computed(() => hovered.value ?? pinned.value);

/** The block that is chosen by hand. */
export const chosenBlock = signal<number | undefined>(undefined);

/** Files larger than this are read by the command line. */
export const MAX_FILE_BYTES = 1024 * 1024 * 1024;

/** Opens a file and reads it. What was shown before goes at once; a second file while the first is read wins. */
export async function openFile(file: File): Promise<void> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  await openBytes(file.name, bytes, file.type);
}

/** Opens bytes under a name. */
export async function openBytes(name: string, bytes: Uint8Array<ArrayBuffer>, type = ""): Promise<void> {
  await open({ name, bytes, picture: URL.createObjectURL(new Blob([bytes], { type })) }, bytes);
}

/** Opens pasted generation data. */
export async function openPasted(name: string, text: string): Promise<void> {
  await open({ name, bytes: utf8(text), picture: "" }, text);
}

async function open(file: OpenedFile, from: Uint8Array<ArrayBuffer> | string): Promise<void> {
  const before = opened.value;
  if (before && before.picture !== "") URL.revokeObjectURL(before.picture);
  batch(() => {
    opened.value = file;
    hovered.value = undefined;
    pinned.value = undefined;
    chosenBlock.value = undefined;
  });
  const answer = await readInThread(file.name, from);
  if (opened.value === file) opened.value = { ...file, ...answer };
}

/** The block that is shown: that of the lit value, else the chosen one, else the one that the prompt came from. */
export const shownBlock = computed<number | undefined>(() => {
  const reading = opened.value?.reading;
  if (!reading) return undefined;
  const of = (path: string | undefined): number | undefined =>
    path === undefined ? undefined : provenanceOf(reading, path)?.block;
  return (
    of(lit.value) ??
    chosenBlock.value ??
    of("/prompt/positive") ??
    of("/seed") ??
    (reading.blocks.length > 0 ? 0 : undefined)
  );
});

/** The bytes of the shown block. */
export const shownBytes = computed<BlockBytes | undefined>(() => {
  const [file, index] = [opened.value, shownBlock.value];
  const block = index === undefined ? undefined : file?.reading?.blocks[index];
  return file && block && bytesOfBlock(block, file.bytes);
});

/** Values of the shown block with the bytes that said them, the shortest first, so that the closest wins. */
export const shownValues = computed<readonly { readonly path: string; readonly range: readonly [number, number] }[]>(
  () => {
    const [reading, bytes, index] = [opened.value?.reading, shownBytes.value, shownBlock.value];
    if (!reading || !bytes) return [];
    return Object.entries(reading.provenance)
      .flatMap(([path, { block, span }]) => {
        const range = block === index && span ? bytes.span(span) : undefined;
        return range ? [{ path, range }] : [];
      })
      .sort((a, b) => a.range[1] - a.range[0] - (b.range[1] - b.range[0]));
  },
);

/** The bytes of the lit value, where they are in the shown block. */
export const litRange = computed(() => {
  const path = lit.value;
  if (path === undefined) return undefined;
  const reading = opened.value?.reading;
  const from = reading && provenanceOf(reading, path);
  return from?.span && from.block === shownBlock.value ? shownBytes.value?.span(from.span) : undefined;
});

/** The provenance of a value: its own, or that of the object that holds it. */
export function provenanceOf({ provenance }: FileReading, path: string): Provenance | undefined {
  for (let at = path; at !== ""; at = at.slice(0, at.lastIndexOf("/"))) {
    if (Object.hasOwn(provenance, at)) return provenance[at];
  }
  return Object.entries(provenance).find(([other]) => other.startsWith(`${path}/`))?.[1];
}

/** Pins the lit value, or lets it go. */
export function togglePin(path: string | undefined = lit.value): void {
  pinned.value = pinned.value === path ? undefined : path;
}
