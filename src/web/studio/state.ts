/** What the Studio holds: the form with its undo, the engine, jobs as the server tells them, and what is looked at. */

import { batch, computed, signal } from "@preact/signals";
import type { Capabilities } from "../../engine/engine.ts";
import type { Recipe } from "../../recipe/recipe.ts";
import type { Job, JobImage } from "../../server/jobs/job.ts";
import { addresses, type ServerId } from "../addresses.ts";
import { keep, kept } from "../keep.ts";
import { ask, hear, link, type ServerError } from "../server.ts";
import { withAdded, withTask } from "../tasks.ts";
import { type Axis, valuesOf, withValue } from "./axis.ts";
import { DEFAULT_FORM, drawnSeed, type Form, formWith, isModel, recipeOfForm } from "./form-recipe.ts";

/** Ways of making. */
export type Way = "txt2img" | "img2img" | "inpaint" | "xyz";

/** The way that is chosen. */
export const way = signal<Way>("txt2img");

/** The form. */
export const form = signal<Form>(restored());

const past: Form[] = [];

function restored(): Form {
  try {
    return { ...DEFAULT_FORM, ...(JSON.parse(kept("form") ?? "{}") as Partial<Form>) };
  } catch {
    return DEFAULT_FORM;
  }
}

/** Changes the form; what was there before can be had back. */
export function change(part: Partial<Form>): void {
  past.push(form.value);
  if (past.length > 200) past.shift();
  form.value = { ...form.value, ...part };
  keep("form", JSON.stringify(form.value));
}

/** Takes the last change of the form back. */
export function undo(): void {
  const before = past.pop();
  if (!before) return;
  form.value = before;
  keep("form", JSON.stringify(before));
}

/** Takes a recipe over: with its seed, or all but the seed. */
export function takeRecipe(recipe: Recipe, seed: boolean): void {
  change(formWith(form.value, recipe, { seed }));
  wanted.value = recipe.models.find(({ role }) => role === "checkpoint" || role === "unet");
  takeModel();
}

/** The model of a recipe that was taken over, while the chosen engine does not have it. */
export const wanted = signal<Recipe["models"][number] | undefined>(undefined);

/** Chooses the model that a taken recipe names, where the engine has it: by hash, else by name. */
function takeModel(): void {
  const model = wanted.value;
  if (!model) return;
  const found = offered.value?.models.find((one) => isModel(one, model));
  if (!found) return;
  wanted.value = undefined;
  if (found.name !== form.value.model) form.value = { ...form.value, model: found.name };
}

/** Engines that can be chosen. */
export type EngineId = "reference" | "fast" | "a1111" | "comfyui" | "sdcpp";

/** The chosen engine. */
export const engine = signal<EngineId>((kept("engine") as EngineId | undefined) ?? "reference");

/** Why a connected program has nothing to offer: the server's code and words. */
export interface Away {
  readonly code: string;
  readonly message: string;
}

/** What each engine has, or why it does not answer; nothing where it was not asked. */
export const capabilities = signal<Readonly<Partial<Record<EngineId, Capabilities | Away>>>>({});

/** Engines that are being asked. */
export const asking = signal<ReadonlySet<EngineId>>(new Set());

/** What an engine has, where it answers. */
export function offerOf(id: EngineId): Capabilities | undefined {
  const state = capabilities.value[id];
  return state && "models" in state ? state : undefined;
}

/** Why an engine does not answer; `undefined` where it does, or was not asked. */
export function awayOf(id: EngineId): Away | undefined {
  const state = capabilities.value[id];
  return state && "code" in state ? state : undefined;
}

/** Whether the native runtime is installed. */
export const hasFast = signal(false);

/** The engine as a request names it. */
export function engineChoice(id: EngineId = engine.value): Job["engine"] {
  if (id === "reference" || id === "fast") return { name: "embedded", mode: id };
  return { name: id, url: addresses.value[id] };
}

/** What the chosen engine has. */
export const offered = computed(() => offerOf(engine.value));

/** Words that call an adapter's effect up, by the adapter's name: as its file's metadata says. */
export const triggers = signal<Readonly<Record<string, readonly string[]>>>({});

async function askTriggers(): Promise<void> {
  type Shelf = { models: readonly { name: string; kind: string; triggers: readonly { word: string }[] }[] };
  const answer = await ask<Shelf>("/models").catch(() => undefined);
  const adapters = answer?.models.filter(({ kind }) => kind === "lora" || kind === "lycoris") ?? [];
  triggers.value = Object.fromEntries(adapters.map(({ name, triggers }) => [name, triggers.map(({ word }) => word)]));
}

/** The model that comes with the package. */
const SHIPPED = "scenes-128";

/** Asks what the embedded engine has. */
export async function askEmbedded(): Promise<void> {
  const answer = await ask<{ embedded: { fast: boolean }; capabilities: Capabilities }>("/engines").catch(
    () => undefined,
  );
  if (!answer) return;
  void askTriggers();
  batch(() => {
    hasFast.value = answer.embedded.fast;
    capabilities.value = { ...capabilities.value, reference: answer.capabilities, fast: answer.capabilities };
    const { models } = answer.capabilities;
    if (form.value.model === "" || !models.some(({ name }) => name === form.value.model)) {
      const shipped = models.find(({ name }) => name === SHIPPED) ?? models[0];
      form.value = { ...form.value, model: shipped?.name ?? "" };
    }
    takeModel();
  });
}

function isServer(id: EngineId): id is ServerId {
  return id !== "reference" && id !== "fast";
}

/** Asks a connected program what it has. */
export async function askServer(id: ServerId): Promise<void> {
  asking.value = new Set([...asking.value, id]);
  const answer = await ask<Capabilities>("/engines/ask", { json: engineChoice(id) }).catch(
    ({ code, message }: ServerError): Away => ({ code, message }),
  );
  batch(() => {
    asking.value = new Set([...asking.value].filter((one) => one !== id));
    capabilities.value = { ...capabilities.value, [id]: answer };
    takeModel();
  });
}

/** Codes of a program that went away while it was to draw. */
const GONE: ReadonlySet<string> = new Set(["remote.unreachable", "remote.timed-out", "remote.foreign"]);

/** A job that failed because its program is gone tells so of the program. */
function heed({ engine: { name }, error }: Job): void {
  if (!error || name === "embedded" || !GONE.has(error.code)) return;
  capabilities.value = { ...capabilities.value, [name]: error };
}

/** Jobs, oldest first. */
export const jobs = signal<readonly Job[]>([]);

/** The job that is looked at. */
export const shownJob = signal<string | undefined>(undefined);
/** Place of the image of it that is looked at; the last one where none was chosen. */
export const shownImage = signal<number | undefined>(undefined);

/** Where the running image stands, and the previews that it gave, by step. */
export interface Running {
  readonly job: string;
  readonly index: number;
  readonly pass: number;
  readonly step: number;
  readonly steps: number;
  readonly since: number;
  readonly previews: readonly { readonly step: number; readonly picture: string }[];
}

/** The running image; `undefined` where nothing runs. */
export const running = signal<Running | undefined>(undefined);

/** The job that is looked at. */
export const job = computed(() => jobs.value.find(({ id }) => id === shownJob.value) ?? jobs.value.at(-1));

/** The image that is looked at: the chosen one, else the last of the job. */
export const image = computed<JobImage | undefined>(() => {
  const images = job.value?.images ?? [];
  return images.find(({ index }) => index === shownImage.value) ?? images.at(-1);
});

/** Address of an image, whole or small. */
export function imageUrl(sha256: string, width?: 96 | 256 | 512): string {
  return `/api/v1/images/${sha256}${width === undefined ? "" : `?width=${width}`}`;
}

/** Asks for all jobs anew. */
export async function refreshJobs(): Promise<void> {
  const answer = await ask<{ jobs: readonly Job[] }>("/jobs?limit=200").catch(() => undefined);
  if (answer) jobs.value = [...answer.jobs].reverse();
}

/** The image or images to start from, by hash. */
export const initImage = signal<
  { readonly sha256: string; readonly width: number; readonly height: number } | undefined
>(undefined);

/** Makes the mask as an image file when it is asked for; set by the brush. */
export const maskMaker = signal<(() => Promise<Blob | undefined>) | undefined>(undefined);

/** The axes of a grid. */
export const axes = signal<readonly [Axis, Axis, Axis]>([
  { name: "seed", values: "1-4" },
  { name: "cfg", values: "4, 7" },
  { name: "nothing", values: "" },
]);

/** Keeps an image in the workspace. */
export async function upload(bytes: Blob): Promise<string> {
  const { sha256 } = await ask<{ sha256: string }>("/images", { method: "POST", body: bytes });
  return sha256;
}

/** Why nothing can be asked for now. */
export const obstacle = computed<"no-link" | "no-model" | "no-init" | "asking" | "away" | undefined>(() => {
  if (link.value !== "linked") return "no-link";
  const isEmbedded = !isServer(engine.value);
  if (awayOf(engine.value)) return "away";
  if (!isEmbedded && !offered.value) return "asking";
  if (isEmbedded && offered.value?.models.length === 0) return "no-model";
  return (way.value === "img2img" || way.value === "inpaint") && !initImage.value ? "no-init" : undefined;
});

/** Asks for the images of the form. @throws ServerError */
export async function generate(): Promise<void> {
  const current = form.value;
  if (way.value === "xyz") return generateGrid(current);
  const fromImage = way.value !== "txt2img";
  const seed = current.seed === "-1" ? drawnSeed() : current.seed;
  const blob = way.value === "inpaint" ? await maskMaker.value?.() : undefined;
  const mask = blob ? await upload(blob) : undefined;
  const init = fromImage ? initImage.value : undefined;
  const sized = init ? { ...current, width: init.width, height: init.height } : current;
  await add({
    engine: engineChoice(),
    recipe: recipeOfForm(sized, seed, fromImage),
    count: current.count,
    ...(init && { init: init.sha256 }),
    ...(mask && { mask }),
  });
}

/** One job a cell, in the order of reading; all with one seed unless the seed is an axis. */
async function generateGrid(current: Form): Promise<void> {
  const seed = current.seed === "-1" ? drawnSeed() : current.seed;
  const [x, y, z] = axes.value;
  const group = `grid-${Date.now().toString(36)}`;
  for (const zValue of valuesOf(z)) {
    for (const yValue of valuesOf(y)) {
      for (const xValue of valuesOf(x)) {
        const cell = [[x, xValue] as const, [y, yValue] as const, [z, zValue] as const].reduce(
          (so, [axis, value]) => withValue(so, axis, value),
          { ...current, seed },
        );
        const recipe = recipeOfForm(cell, cell.seed === "-1" ? drawnSeed() : cell.seed, false);
        await add({ engine: engineChoice(), recipe, count: 1, group: `${group}|${xValue}|${yValue}|${zValue}` });
      }
    }
  }
}

async function add(json: object): Promise<void> {
  const added = await ask<Job>("/jobs", { json });
  batch(() => {
    jobs.value = withAdded(jobs.value, added);
    shownJob.value = added.id;
    shownImage.value = undefined;
  });
}

function put(one: Job): void {
  jobs.value = withTask(jobs.value, one);
}

/** Stops a job. */
export async function stop(id: string): Promise<void> {
  await ask(`/jobs/${id}/stop`, { json: {} });
}

/** Keeps or rejects an image, or takes that back. */
export async function decide(
  id: string,
  index: number,
  decision: "kept" | "rejected" | null,
  why?: string,
): Promise<void> {
  put(await ask<Job>(`/jobs/${id}/images/${index}/decision`, { json: { decision, ...(why && { why }) } }));
}

/** Listens to the server; gives back how to stop. */
export function listen(): () => void {
  const all = [
    hear("job", (data) => {
      const told = data as Job;
      batch(() => {
        put(told);
        heed(told);
        if (running.value?.job === told.id && told.state !== "running") running.value = undefined;
        else if (running.value?.job === told.id && told.images.length > running.value.index) running.value = undefined;
      });
    }),
    hear("progress", (data) => {
      const { preview, ...told } = data as Omit<Running, "since" | "previews"> & { readonly preview?: string };
      const now = running.value;
      const same = now?.job === told.job && now.index === told.index && now.pass === told.pass;
      const before = same ? now.previews : [];
      const previews = preview === undefined ? before : [...before, { step: told.step, picture: preview }];
      running.value = { ...told, previews, since: same ? now.since : Date.now() };
    }),
    hear("reset", () => void refreshJobs()),
    hear("hello", () => void refreshJobs()),
  ];
  void refreshJobs();
  void askEmbedded();
  if (isServer(engine.value)) void askServer(engine.value);
  return () => {
    for (const end of all) end();
  };
}
