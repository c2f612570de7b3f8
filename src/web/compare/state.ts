/** What the Compare screen holds: the two images, what is asked of them, and the comparisons as the server tells them. */

import { computed, signal } from "@preact/signals";
import type { PairVerdict } from "../../compare/pair/comparison.ts";
import type { Box } from "../../compare/pair/geometry.ts";
import type { Asked, ComparisonTask } from "../../server/compare/comparison.ts";
import { ask, hear } from "../server.ts";
import { imageUrl, upload } from "../studio/state.ts";
import type { StagePictures } from "./stage.tsx";

/** One of the two images; `preview` is an address of it in this page. */
export interface Slot {
  readonly image: string;
  readonly name: string;
}

/** Which of the two. */
export type SlotName = "a" | "b";

/** The images to compare next. */
export const slots = signal<Readonly<Partial<Record<SlotName, Slot>>>>({});

/** A comparison in the list: without its report. */
export type ComparisonHead = Omit<ComparisonTask, "report"> & { readonly verdict?: PairVerdict };

/** The last comparisons, newest first. */
export const comparisons = signal<readonly ComparisonHead[]>([]);

/** The one that is looked at, whole. */
export const current = signal<ComparisonTask | undefined>(undefined);

/** What is asked beside the verdict, as it is being put together. */
export interface Draft {
  readonly regions: Asked["regions"];
  readonly elements: Asked["elements"];
  readonly mark?: Asked["mark"];
}

/** Nothing is asked. */
const NOTHING: Draft = { regions: [], elements: [] };

/** The draft. */
export const draft = signal<Draft>(NOTHING);

/** Whether something else is asked than what the shown comparison answered. */
export const isChanged = computed(() => {
  const one = current.value;
  if (!one) return false;
  return JSON.stringify(draftOf(one)) !== JSON.stringify(plain(draft.value));
});

function draftOf({ regions, elements, mark }: ComparisonTask): Draft {
  return plain({ regions, elements, ...(mark && { mark }) });
}

function plain({ regions, elements, mark }: Draft): Draft {
  return JSON.parse(
    JSON.stringify({
      regions: regions.map(({ name, box }) => ({ name, box })),
      elements: elements.map(({ name, box, generic }) => ({ name, box, generic })),
      mark,
    }),
  ) as Draft;
}

/** What a box is drawn for. */
export type DrawKind = "region" | "element" | "mark";

/** What is drawn now. */
export const drawing = signal<DrawKind | undefined>(undefined);

/** Takes a drawn box into the draft; `name` stands until the user gives another. */
export function takeBox(kind: DrawKind, box: Box, name: string): void {
  const { regions, elements } = draft.value;
  const own = [...box] as [number, number, number, number];
  if (kind === "region") draft.value = { ...draft.value, regions: [...regions, { name, box: own }] };
  if (kind === "element") draft.value = { ...draft.value, elements: [...elements, { name, box: own, generic: false }] };
  if (kind === "mark") draft.value = { ...draft.value, mark: { by: "box", box: own } };
  drawing.value = undefined;
}

/** Puts a file into a slot: it is kept in the workspace. @throws ServerError */
export async function putFile(side: SlotName, file: File): Promise<void> {
  put(side, { image: await upload(file), name: file.name || "image" });
}

/** Puts an image of the workspace into a slot. */
export function put(side: SlotName, slot: Slot | undefined): void {
  const { [side]: _, ...rest } = slots.value;
  slots.value = slot ? { ...rest, [side]: slot } : rest;
}

/** The slot that takes the next file: the first that is empty, else the second. */
export function nextSlot(): SlotName {
  return slots.value.a === undefined ? "a" : "b";
}

/** Exchanges the two; what was asked was of the first picture, and goes. */
export function swapped(): void {
  const { a, b } = slots.value;
  slots.value = { ...(b && { a: b }), ...(a && { b: a }) };
  draft.value = NOTHING;
}

/** Compares what is in the slots. @throws ServerError */
export async function compare(asked: Draft = draft.value): Promise<void> {
  const { a, b } = slots.value;
  if (!a || !b) return;
  const added = await ask<ComparisonTask>("/comparisons", { json: { a, b, ...plain(asked) } });
  // Of what ends at once, the events may be here before this answer, which is then the older one.
  if (comparisons.value.some(({ id }) => id === added.id)) await open(added.id);
  else show(added);
}

/** Shows a comparison, with its images in the slots and its questions in the draft. */
export function show(one: ComparisonTask): void {
  current.value = one;
  slots.value = { a: one.a, b: one.b };
  draft.value = draftOf(one);
  drawing.value = undefined;
}

/** Shows one by its id. @throws ServerError */
export async function open(id: string): Promise<void> {
  show(await ask<ComparisonTask>(`/comparisons/${id}`));
}

/** Back to the two slots. */
export function close(): void {
  current.value = undefined;
  draft.value = NOTHING;
  drawing.value = undefined;
}

/** Stops one. @throws ServerError */
export async function stop(id: string): Promise<void> {
  await ask(`/comparisons/${id}/stop`, { json: {} });
}

/** Removes one that is over. @throws ServerError */
export async function remove(id: string): Promise<void> {
  await ask(`/comparisons/${id}`, { method: "DELETE" });
  comparisons.value = comparisons.value.filter((one) => one.id !== id);
  if (current.value?.id === id) close();
}

/** Asks for all anew, and for the shown one whole. */
export async function refresh(): Promise<void> {
  const answer = await ask<{ comparisons: readonly ComparisonHead[] }>("/comparisons").catch(() => undefined);
  if (answer) comparisons.value = answer.comparisons;
  const id = current.value?.id;
  if (id === undefined) return;
  const one = await ask<ComparisonTask>(`/comparisons/${id}`).catch(() => undefined);
  if (one) current.value = one;
}

function heard(one: ComparisonTask): void {
  const { report, ...head } = one;
  const others = comparisons.value.filter(({ id }) => id !== one.id);
  const all = [...others, { ...head, ...(report && { verdict: report.verdict }) }];
  comparisons.value = all.sort((p, q) => (p.id < q.id ? 1 : -1));
  if (current.value?.id === one.id) current.value = one;
}

/** Listens to the server; gives back how to stop. */
export function listen(): () => void {
  const all = [
    hear("comparison", (data) => heard(data as ComparisonTask)),
    hear("reset", () => void refresh()),
    hear("hello", () => void refresh()),
  ];
  void refresh();
  return () => {
    for (const end of all) end();
  };
}

/** Addresses of what a comparison shows: the files themselves where a browser can, else pictures of them. */
export function picturesOf({
  a,
  b,
  pictures = {},
}: ComparisonTask): StagePictures & { markA?: string; markB?: string } {
  const { map, markA, markB } = pictures;
  return {
    a: imageUrl(pictures.a ?? a.image),
    b: imageUrl(pictures.b ?? b.image),
    ...(map && { map: imageUrl(map) }),
    ...(markA && { markA: imageUrl(markA) }),
    ...(markB && { markB: imageUrl(markB) }),
  };
}
