/** A1111's or Forge's server as an engine: one request an image, every setting said, and what it states held against it. */

import { fromBase64, toBase64 } from "../base/base64.ts";
import { SeedproofError } from "../base/errors.ts";
import type { Finding } from "../base/findings.ts";
import { isObject, type Json, type JsonObject } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import type { Engine, EngineHooks, EngineImage, EngineOrder, Resolution } from "../engine/engine.ts";
import type { ModelRef, Named, Recipe } from "../recipe/recipe.ts";
import { textOf } from "../recipe/values.ts";
import { type A1111Environment, a1111Environment } from "./a1111-environment.ts";
import { type A1111Request, type A1111Spelling, a1111Request } from "./a1111-request.ts";
import type { RemoteHost } from "./host.ts";
import { identityOf } from "./identity.ts";
import { notOffered } from "./loss.ts";
import { offeredModel, offeredName, offeredSampler, offeredSamplerWith, offeredSchedule } from "./offers.ts";
import { countedSeeds } from "./seeds.ts";
import { REMOTE_LIMITS, type RemoteServer, remoteServer } from "./server.ts";
import { statedRecipe, statementFindings } from "./statement.ts";

/** @param address - of the server, such as `http://127.0.0.1:7860` */
export function a1111Engine(address: string, host: RemoteHost): Engine {
  const server = remoteServer(address, "a1111", host);
  return {
    name: "a1111",
    capabilities: async (signal) => (await a1111Environment(server, signal)).capabilities,
    resolve: async (order, signal) => planned(order, await a1111Environment(server, signal)).resolution,
    identity: async (_, signal) => identityOf(server, (await a1111Environment(server, signal)).facts),
    async *generate(order, hooks = {}) {
      const environment = await a1111Environment(server, hooks.signal);
      const { recipe, spelling, resolution } = planned(order, environment);
      for (const [image, seed] of countedSeeds(recipe, order.count).entries()) {
        hooks.signal?.throwIfAborted();
        const asked: Recipe = seed === undefined ? recipe : { ...recipe, seed };
        const request = a1111Request(byName(asked), inputsOf(order), spelling);
        const answer = await run(server, host, request, image, hooks);
        yield await imageOf(answer, { host, server, asked, image, resolution, environment, request });
      }
    },
    close: async () => undefined,
  };
}

/** Models by the names that the server gave them: it need not have worked out the hash that we know. */
function byName(recipe: Recipe): Recipe {
  return { ...recipe, models: recipe.models.map((model) => ({ ...model, hashes: [] })) };
}

function inputsOf({ init, mask }: EngineOrder): { init?: string; mask?: string } {
  return { ...(init && { init: toBase64(init) }), ...(mask && { mask: toBase64(mask) }) };
}

interface Planned {
  /** With the server's own names of models. */
  readonly recipe: Recipe;
  readonly spelling: A1111Spelling;
  readonly resolution: Resolution;
}

/** What the server makes of an order: which of its models and names, and what it has not. */
function planned(order: EngineOrder, environment: A1111Environment): Planned {
  const { capabilities, hasSchedules, options } = environment;
  const losses: Finding[] = [];
  const missing: string[] = [];
  const models = order.recipe.models.flatMap((model): ModelRef[] => {
    if (model.role === "vae") {
      const name = offeredName(model.name, ["Automatic", "None", ...capabilities.vaes]);
      if (name === undefined) missing.push(model.name);
      return name === undefined ? [] : [{ ...model, name }];
    }
    if (model.role !== "checkpoint") return [model];
    const found = offeredModel(model, capabilities.models);
    if (!found) missing.push(model.name);
    // A1111 takes the model that is loaded for one that it does not know, and says nothing.
    return found ? [{ ...model, name: found.name, hashes: found.hashes.length > 0 ? found.hashes : model.hashes }] : [];
  });
  for (const { type, name } of order.recipe.adapters) {
    if ((type === "lora" || type === "lycoris") && offeredName(name, capabilities.adapters) === undefined)
      missing.push(name);
  }
  const spelling: A1111Spelling = (sampler, scheduler) => {
    const joined = sampler && scheduler && offeredSamplerWith(sampler, scheduler, capabilities.samplers);
    if (!hasSchedules && joined) return { sampler: joined };
    return {
      sampler: sampler && (offeredSampler(sampler, capabilities.samplers) ?? sampler.raw),
      scheduler: hasSchedules
        ? scheduler && (offeredSchedule(scheduler, capabilities.schedules) ?? scheduler.raw)
        : undefined,
    };
  };
  for (const [i, { sampler, scheduler }] of order.recipe.passes.entries()) {
    const names = spelling(sampler, scheduler);
    if (names.sampler !== undefined && !capabilities.samplers.includes(names.sampler)) {
      losses.push(notOffered(`/passes/${i}/sampler`, names.sampler));
    }
    if (scheduler && !hasSchedule(sampler, scheduler, environment)) {
      losses.push(notOffered(`/passes/${i}/scheduler`, scheduler.raw));
    }
  }
  const current = textOf(options.sd_model_checkpoint);
  const named = order.recipe.models.some(({ role }) => role === "checkpoint");
  const assumed = named || current === undefined ? [] : [{ field: "/models", value: current }];
  const recipe = { ...order.recipe, models };
  const request = a1111Request({ ...recipe, seed: "0" }, inputsOf(order), spelling);
  return { recipe, spelling, resolution: { assumed, losses: [...losses, ...request.losses], missing } };
}

function hasSchedule(sampler: Named | undefined, scheduler: Named, { capabilities, hasSchedules }: A1111Environment) {
  if (hasSchedules) return offeredSchedule(scheduler, capabilities.schedules) !== undefined;
  // A name without a schedule means the model's own levels.
  if (/^(?:automatic|normal|uniform)$/.test(scheduler.id)) return true;
  return sampler !== undefined && offeredSamplerWith(sampler, scheduler, capabilities.samplers) !== undefined;
}

/** The request itself, watched: progress is asked for beside it, and stopping stops the server's job too. */
async function run(
  server: RemoteServer,
  host: RemoteHost,
  { path, body }: A1111Request,
  image: number,
  { signal, onProgress, previewMs }: EngineHooks,
): Promise<Json> {
  const done = new AbortController();
  const watching = onProgress ? watch(server, host, image, done.signal, onProgress, previewMs) : Promise.resolve();
  const interrupt = (): void => {
    // Told by its own request: the one that waits is cut off with the signal.
    server.optional("/sdapi/v1/interrupt", { method: "POST", json: {} }).catch(() => undefined);
  };
  signal?.addEventListener("abort", interrupt, { once: true });
  try {
    return await server.json(path, {
      json: body,
      signal,
      timeoutMs: REMOTE_LIMITS.jobMs,
      maxBytes: REMOTE_LIMITS.imageBytes,
    });
  } finally {
    signal?.removeEventListener("abort", interrupt);
    done.abort();
    await watching;
  }
}

async function watch(
  server: RemoteServer,
  host: RemoteHost,
  image: number,
  signal: AbortSignal,
  onProgress: NonNullable<EngineHooks["onProgress"]>,
  previewMs: number | undefined,
): Promise<void> {
  const skip = previewMs === undefined;
  try {
    for (;;) {
      await host.sleep(Math.max(REMOTE_LIMITS.pollMs, previewMs ?? 0), signal);
      const said = await server.optional(`/sdapi/v1/progress?skip_current_image=${skip}`, { signal });
      const state = isObject(said) && isObject(said.state) ? said.state : {};
      const [step, steps] = [Number(state.sampling_step ?? 0), Number(state.sampling_steps ?? 0)];
      const picture = isObject(said) ? fromBase64(textOf(said.current_image) ?? "") : undefined;
      if (!(steps > 0)) continue;
      onProgress({ image, pass: 0, step, steps, ...(picture && picture.length > 0 && { preview: picture }) });
    }
  } catch {
    // The job is over, or the server tells no progress.
  }
}

interface Asked {
  readonly host: RemoteHost;
  readonly server: RemoteServer;
  readonly asked: Recipe;
  readonly image: number;
  readonly resolution: Resolution;
  readonly environment: A1111Environment;
  readonly request: A1111Request;
}

async function imageOf(answer: Json, asked: Asked): Promise<EngineImage> {
  const images = isObject(answer) && Array.isArray(answer.images) ? answer.images : [];
  const info = isObject(answer) ? tryJson(textOf(answer.info) ?? "") : undefined;
  const facts = isObject(info) ? info : {};
  const text = textOf(images[0]) ?? "";
  const bytes = fromBase64(text.slice(text.startsWith("data:") ? text.indexOf(",") + 1 : 0));
  if (!bytes || bytes.length === 0) {
    throw new SeedproofError("remote.no-image", `${asked.server.url} answered without an image`);
  }
  const stated = statedRecipe(bytes);
  const [seed = asked.asked.seed] = Array.isArray(facts.all_seeds) ? facts.all_seeds.map(String) : [];
  return {
    image: asked.image,
    seed: seed ?? "-1",
    bytes,
    pixels: await asked.host.decode(bytes),
    recipe: stated ?? { ...asked.asked, ...(seed !== undefined && { seed }) },
    findings: [
      ...statementFindings(asked.asked, stated),
      ...infoFindings(asked.asked, facts),
      ...(await restored(asked)),
    ],
  };
}

/** The answer's own words beside the image's: another seed than was asked for, a job that somebody stopped. */
function infoFindings({ seed }: Recipe, info: JsonObject): Finding[] {
  const said = Array.isArray(info.all_seeds) ? String(info.all_seeds[0]) : undefined;
  if (said === undefined || seed === undefined || said === seed) return [];
  const text = {
    en: `the server was asked for seed ${seed} and says that it took ${said}`,
    zh: `向服务器请求的种子为 ${seed}，而其称使用了 ${said}`,
  };
  return [{ code: "remote.stated-otherwise", level: "fails", text, where: { pointer: "/seed" } }];
}

/** Settings that were said for this run alone must be as before: else the next person draws with ours. */
async function restored({ server, request, environment }: Asked): Promise<Finding[]> {
  const overridden = isObject(request.body.override_settings) ? Object.keys(request.body.override_settings) : [];
  const after = await server.optional("/sdapi/v1/options").catch(() => undefined);
  if (!isObject(after)) return [];
  const changed = overridden.filter(
    (key) => key in environment.options && JSON.stringify(after[key]) !== JSON.stringify(environment.options[key]),
  );
  return changed.map((key) => ({
    code: "remote.setting-left",
    level: "informs",
    text: {
      en: `the server did not put its setting ${key} back after the run`,
      zh: `服务器在运行后未恢复其设置 ${key}`,
    },
  }));
}
