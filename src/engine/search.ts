/**
 * Search over what a recipe leaves out: fields with their likely values, tried in the order of their likelihood, first those
 * that decide the composition, then the others one at a time around the best so far, then whatever combination is left.
 */

import type { Json } from "../base/json.ts";
import { canonicalJson } from "../base/json.ts";
import type { Named, Pass, Recipe } from "../recipe/recipe.ts";
import type { ToolId } from "../recipe/tools.ts";
import type { PixelSize } from "./request.ts";

/** A field that the file does not give, and the values worth trying, likeliest first. */
export interface OpenField {
  /** JSON pointer into the recipe. */
  readonly field: string;
  readonly values: readonly Json[];
  /** Whether another value gives another picture, so that the other fields tell nothing until it is right. */
  readonly coarse: boolean;
}

/** What is known beside the recipe. */
export interface OpenFacts {
  readonly tool: ToolId;
  /** Of the picture. */
  readonly size: PixelSize;
  /** Seeds to try where none is recorded. */
  readonly seeds?: readonly bigint[];
  /** Values for fields in place of, or beside, those that are open. */
  readonly values?: Readonly<Record<string, readonly Json[]>>;
}

/** By how often pictures on the web are made with them. */
const SAMPLERS =
  "dpmpp-2m euler-ancestral euler dpmpp-sde dpmpp-2m-sde ddim dpmpp-2s-a heun lms unipc dpm2-a dpm2 dpmpp-3m-sde plms lcm".split(
    " ",
  );
const SCHEDULES = "karras automatic uniform exponential sgm_uniform simple normal ddim_uniform beta".split(" ");
const STEPS = [20, 28, 30, 25, 40, 50, 15, 35, 24, 60];
const CFGS = [7, 5, 6, 4.5, 8, 3.5, 4, 7.5, 9, 10, 1];

/** Tools that write nothing where the noise came from the graphics card. */
const NOISE_UNSAID = /^(?:a1111|forge|reforge|sd-next|stability-matrix|civitai|tensorart|none)/;
const FRESH = /-a$|ancestral|sde|lcm/;

/** The fields that a recipe leaves open. */
export function openFields(recipe: Recipe, facts: OpenFacts): OpenField[] {
  const pass = recipe.passes[0] ?? {};
  const fresh = pass.sampler === undefined || FRESH.test(pass.sampler.id);
  const weighted = /[([]/.test(`${recipe.prompt.positive ?? ""}${recipe.prompt.negative ?? ""}`);
  const gpuUnsaid = NOISE_UNSAID.test(facts.tool) && recipe.rng?.source === undefined;
  const noise = gpuUnsaid ? ["nv", "torch-cpu", "torch-cpu-libm"] : ["torch-cpu", "torch-cpu-libm"];
  const open = (condition: boolean, field: string, values: readonly Json[], coarse: boolean): OpenField[] =>
    condition && values.length > 0 ? [{ field, values, coarse }] : [];
  const told = (field: string): boolean => facts.values?.[field] !== undefined;
  const found = [
    ...open(recipe.seed === undefined && pass.seed === undefined, "/seed", (facts.seeds ?? []).map(String), true),
    ...open(recipe.size === undefined, "/size", sizesOf(facts.size), true),
    ...open(facts.tool === "none", "/dialect", ["a1111", "comfyui"], true),
    ...open(recipe.extra.noise === undefined && recipe.rng?.source !== "nv", "/extra/noise", noise, gpuUnsaid),
    ...open(pass.sampler === undefined, "/passes/0/sampler", SAMPLERS, false),
    ...open(pass.scheduler === undefined, "/passes/0/scheduler", SCHEDULES, false),
    ...open(pass.steps === undefined, "/passes/0/steps", STEPS, false),
    ...open(pass.cfg === undefined, "/passes/0/cfg", CFGS, false),
    ...open(recipe.clipSkip === undefined, "/clipSkip", [1, 2], false),
    ...open(fresh && recipe.rng?.ensd === undefined && recipe.dialect === "a1111", "/rng/ensd", [0, 31337], false),
    ...open(
      weighted && recipe.extra.emphasis === undefined && recipe.dialect === "a1111",
      "/extra/emphasis",
      ["original", "no-norm"],
      false,
    ),
  ].filter(({ field }) => !told(field));
  const asked = Object.entries(facts.values ?? {}).map(([field, values]) => ({
    field,
    values,
    coarse: field === "/seed",
  }));
  return [...found, ...asked];
}

/** The picture's own size down to whole latent cells, and the multiples of 64 nearby that programs offer. */
function sizesOf({ width, height }: PixelSize): Json[] {
  const to = (unit: number, round: (n: number) => number): Json => ({
    width: Math.max(unit, round(width / unit) * unit),
    height: Math.max(unit, round(height / unit) * unit),
  });
  const all = [to(8, Math.floor), to(64, Math.round), to(64, Math.floor)];
  return all.filter((size, i) => all.findIndex((one) => canonicalJson(one) === canonicalJson(size)) === i);
}

/** The recipe with a value in an open field. */
export function withField(recipe: Recipe, field: string, value: Json): Recipe {
  const [, first, ...rest] = field.split("/");
  if (first === "passes") {
    const [index, key] = [Number(rest[0]), rest[1] as keyof Pass];
    const named = key === "sampler" || key === "scheduler" ? nameOf(String(value)) : value;
    const passes = recipe.passes.length > index ? recipe.passes : [...recipe.passes, {}];
    return { ...recipe, passes: passes.map((pass, i) => (i === index ? { ...pass, [key]: named } : pass)) };
  }
  if (rest.length === 0) return { ...recipe, [first!]: value };
  const parent = recipe[first as "rng" | "extra"];
  return { ...recipe, [first!]: { ...parent, [rest[0]!]: value } };
}

function nameOf(id: string): Named {
  return id === "unipc-bh2" ? { id: "unipc", raw: id, variant: "bh2" } : { id, raw: id };
}

/** How long is searched at most. */
export interface SearchBudget {
  readonly runs: number;
  readonly seconds: number;
  /** Decides the order among values that are equally likely. */
  readonly seed: number;
}

/** What one attempt came to. */
export interface Judged {
  /** 0 for the same image; smaller is nearer. */
  readonly distance: number;
  /** Step after which it was given up: far behind the best at the same noise level. */
  readonly stoppedAt?: number;
  /** The picture is the very same. */
  readonly identical?: boolean;
}

/** One attempt. */
export interface Attempt extends Judged {
  readonly values: Readonly<Record<string, Json>>;
}

/** All that was tried. */
export interface Searched {
  /** Nearest first. */
  readonly attempts: readonly Attempt[];
  readonly recipe: Recipe;
  /** `identical` · `tried-all`: every combination · `runs`, `seconds`: the budget ended. */
  readonly ended: "identical" | "tried-all" | "runs" | "seconds";
}

/** Judges a recipe; called one at a time. */
export type JudgeRecipe = (recipe: Recipe) => Promise<Judged>;

type Values = Readonly<Record<string, Json>>;

/** Share of the runs that the composition may take where other fields are open too. */
const COARSE_SHARE = 0.6;

/**
 * Tries values until the budget ends. The first attempt is the likeliest value of every field.
 * @param clock - seconds, from any start
 */
export async function searchFields(
  recipe: Recipe,
  fields: readonly OpenField[],
  judge: JudgeRecipe,
  budget: SearchBudget,
  clock: () => number,
): Promise<Searched> {
  const start = clock();
  const tried = new Map<string, Attempt>();
  let best: Attempt | undefined;
  const ended = (): Searched["ended"] | undefined => {
    if (best?.identical) return "identical";
    if (tried.size >= budget.runs) return "runs";
    return clock() - start >= budget.seconds && tried.size > 0 ? "seconds" : undefined;
  };
  const attempt = async (values: Values): Promise<void> => {
    const key = canonicalJson(values);
    if (tried.has(key)) return;
    const made: Attempt = { values, ...(await judge(recipeWith(recipe, values))) };
    tried.set(key, made);
    if (made.stoppedAt === undefined && (best === undefined || made.distance < best.distance)) best = made;
  };
  const first: Values = Object.fromEntries(fields.map(({ field, values }) => [field, values[0]!]));
  const [coarse, fine] = [fields.filter((f) => f.coarse), fields.filter((f) => !f.coarse)];
  const most = fine.length > 0 ? Math.max(1, Math.floor(budget.runs * COARSE_SHARE)) : budget.runs;
  for (const values of combinations(coarse, budget.seed)) {
    if (ended() || tried.size >= most) break;
    await attempt({ ...first, ...values });
  }
  // One field after the other around the best, again as long as that helps.
  for (let before: Attempt | undefined = undefined; best !== before && !ended(); ) {
    before = best;
    for (const { field, values } of [...fine, ...coarse.filter((f) => f.values.length <= 4)]) {
      for (const value of values) {
        if (ended()) break;
        await attempt({ ...(best ?? { values: first }).values, [field]: value });
      }
    }
  }
  // What is right together may be wrong alone: all other combinations, the fewest changes from the best first.
  const around = fields.map((open) => startingWith(open, (best ?? { values: first }).values[open.field]!));
  for (const values of combinations(around, budget.seed)) {
    if (ended()) break;
    await attempt(values);
  }
  const attempts = [...tried.values()].sort((a, b) => rank(a) - rank(b));
  return { attempts, recipe: recipeWith(recipe, (best ?? { values: first }).values), ended: ended() ?? "tried-all" };
}

/** Attempts that were given up stand behind those that were not. */
function rank({ distance, stoppedAt }: Attempt): number {
  return distance + (stoppedAt === undefined ? 0 : 1e6);
}

function recipeWith(recipe: Recipe, values: Values): Recipe {
  return Object.entries(values).reduce((made, [field, value]) => withField(made, field, value), recipe);
}

function startingWith({ field, values, coarse }: OpenField, value: Json): OpenField {
  const same = (other: Json): boolean => canonicalJson(other) === canonicalJson(value);
  return { field, coarse, values: [value, ...values.filter((other) => !same(other))] };
}

/** Combinations of one sum that are put into the seed's order; what is beyond stays in the fields' order. */
const SHUFFLED = 65_536;

/** All combinations by the sum of their values' places, the likeliest first; equal sums in an order that the seed decides. */
export function* combinations(fields: readonly OpenField[], seed: number): Generator<Values> {
  const lengths = fields.map(({ values }) => values.length);
  const longest = lengths.reduce((sum, length) => sum + length - 1, 0);
  let state = seed >>> 0;
  for (let total = 0; total <= longest; total++) {
    const all = placesOf(lengths, total);
    const places: number[][] = [];
    for (let next = all.next(); !next.done; next = all.next()) if (places.push(next.value) === SHUFFLED) break;
    for (let i = places.length - 1; i > 0; i--) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const j = state % (i + 1);
      [places[i], places[j]] = [places[j]!, places[i]!];
    }
    for (const place of places) yield valuesAt(fields, place);
    for (const place of all) yield valuesAt(fields, place);
  }
}

function valuesAt(fields: readonly OpenField[], place: readonly number[]): Values {
  return Object.fromEntries(fields.map(({ field, values }, i) => [field, values[place[i]!]!]));
}

/** Ways to choose places below the lengths that sum to `total`. */
function* placesOf([length, ...rest]: readonly number[], total: number): Generator<number[]> {
  if (length === undefined) {
    if (total === 0) yield [];
    return;
  }
  for (let place = 0; place < length && place <= total; place++) {
    for (const others of placesOf(rest, total - place)) yield [place, ...others];
  }
}
