/** What the tour holds: the steps with what was drawn, where the reader stands, and what is being drawn. */

import { batch, computed, signal } from "@preact/signals";
import type { TourState as Told } from "../../server/tour/desk.ts";
import type { TourImage } from "../../server/tour/folder.ts";
import { DRAWN_STEPS, type DrawnStep } from "../../server/tour/steps.ts";
import { faultWords } from "../faults.ts";
import { keep, kept } from "../keep.ts";
import type { SessionTimeline } from "../record/state.ts";
import { ask, hear, type ServerError } from "../server.ts";
import { STEPS, type Step } from "./steps.ts";

/** The example's record. */
export interface TourRecord extends SessionTimeline {
  readonly ok: boolean;
  readonly head: { readonly size: number; readonly root: string };
}

/** What the server tells of the tour. */
export interface TourState extends Omit<Told, "record"> {
  readonly record: TourRecord | null;
}

/** The tour; nothing before the server was asked. */
export const tour = signal<TourState | undefined>(undefined);

/** Where the reader stands. */
export const at = signal<Step>("intro");

/** What is being drawn now, as far as it was told. */
export const drawing = signal<
  { readonly step: DrawnStep; readonly done: number; readonly steps: number; readonly preview?: string } | undefined
>(undefined);

/** What went wrong last. */
export const fault = signal<string | undefined>(undefined);

/** The images so far, in the order of the steps. */
export const images = computed<readonly TourImage[]>(() => tour.value?.notes?.images ?? []);

/** The image of a step. */
export function imageOf(step: Step): TourImage | undefined {
  return images.value.find((image) => image.step === step);
}

/** Whether a step draws. */
export function isDrawn(step: Step): step is DrawnStep {
  return (DRAWN_STEPS as readonly string[]).includes(step);
}

/** How far one may go: one step beyond what is there. */
export const reach = computed(() => {
  const count = images.value.length;
  return count < DRAWN_STEPS.length ? count + 1 : STEPS.length - 1;
});

/** Asks for the tour anew. */
export async function refresh(): Promise<void> {
  const answer = await ask<TourState>("/tour").catch(() => undefined);
  if (!answer) return;
  batch(() => {
    tour.value = answer;
    if (!answer.drawing) drawing.value = undefined;
    else drawing.value ??= { step: answer.drawing, done: 0, steps: 0 };
  });
}

/** Stands at a step; it is kept, so that a tour that was left goes on there. */
export function stand(step: Step): void {
  batch(() => {
    at.value = step;
    fault.value = undefined;
  });
  keep("tour.at", step);
}

/** Draws a step. What goes wrong is said where the reader looks. */
export async function draw(step: DrawnStep): Promise<void> {
  batch(() => {
    fault.value = undefined;
    drawing.value = { step, done: 0, steps: 0 };
  });
  try {
    await ask("/tour/draw", { json: { step } });
  } catch (error) {
    const { code, message } = error as ServerError;
    // Who said stop knows; a page that comes while another draws sees that in the state.
    if (code !== "engine.cancelled" && code !== "tour.busy") fault.value = message;
    else if (code === "tour.busy") return refresh();
  }
  drawing.value = undefined;
  await refresh();
}

/** Stops what is being drawn. */
export async function halt(): Promise<void> {
  await ask("/tour/stop", { json: {} }).catch(() => undefined);
}

/** Keeps the last image. */
export async function keepLast(why: string): Promise<void> {
  await ask("/tour/keep", { json: { step: "return", why } }).catch((error: Error) => {
    fault.value = faultWords(error);
  });
  await refresh();
}

/** Removes the example. */
export async function remove(): Promise<boolean> {
  try {
    await ask("/tour", { method: "DELETE" });
  } catch (error) {
    fault.value = faultWords(error as Error);
    return false;
  }
  keep("tour.at", "intro");
  await refresh();
  return true;
}

/** Listens to the server, and goes on where the tour was left; gives back how to stop. */
export function listen(): () => void {
  const all = [
    hear("tour", (data) => {
      if ((data as { over?: true }).over) return void refresh();
      const told = data as NonNullable<typeof drawing.value>;
      const before = drawing.value?.step === told.step ? drawing.value.preview : undefined;
      drawing.value = { ...(before && { preview: before }), ...told };
    }),
    hear("reset", () => void refresh()),
    hear("hello", () => void refresh()),
  ];
  void refresh().then(() => {
    const left = kept("tour.at") as Step | undefined;
    const known = left !== undefined && STEPS.includes(left) ? left : "intro";
    at.value = STEPS[Math.min(STEPS.indexOf(known), reach.value)] ?? "intro";
    if (!tour.value?.notes && known !== "make") at.value = "intro";
  });
  return () => {
    for (const end of all) end();
  };
}
