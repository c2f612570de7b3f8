/** ComfyUI's server as an engine: a recipe becomes a graph, a recorded graph is run as it stands. */

import type { Finding } from "../base/findings.ts";
import type { JsonObject } from "../base/json.ts";
import type { Engine, EngineOrder, Resolution } from "../engine/engine.ts";
import type { ModelRef, Recipe } from "../recipe/recipe.ts";
import { samplerIn, schedulerIn } from "../recipe/samplers.ts";
import { writeComfyui } from "../recipe/write-comfyui.ts";
import { type ComfyuiEnvironment, checkpointHeader, comfyuiEnvironment } from "./comfyui-environment.ts";
import {
  type ComfyuiGraph,
  readGraph,
  recipeIn,
  type UploadedImages,
  withImages,
  withNamesOf,
  withNonce,
  withSeed,
} from "./comfyui-graph.ts";
import { runGraph } from "./comfyui-run.ts";
import type { RemoteHost } from "./host.ts";
import { identityOf } from "./identity.ts";
import { notOffered } from "./loss.ts";
import { offeredModel, offeredName } from "./offers.ts";
import { countedSeeds } from "./seeds.ts";
import { type RemoteServer, remoteServer } from "./server.ts";
import { statedRecipe, statementFindings } from "./statement.ts";

/** @param address - of the server, such as `http://127.0.0.1:8188` */
export function comfyuiEngine(address: string, host: RemoteHost): Engine {
  const server = remoteServer(address, "comfyui", host);
  return {
    name: "comfyui",
    capabilities: async (signal) => (await comfyuiEnvironment(server, signal)).capabilities,
    resolve: async (order, signal) => planned(order, await comfyuiEnvironment(server, signal)).resolution,
    identity: async (order, signal) => {
      const environment = await comfyuiEnvironment(server, signal);
      return identityOf(server, {
        ...environment.facts,
        checkpoint: await headerOf(server, order, environment, signal),
      });
    },
    async *generate(order, hooks = {}) {
      const { signal, onProgress, previewMs } = hooks;
      const environment = await comfyuiEnvironment(server, signal);
      const { recipe } = planned(order, environment);
      const images = await upload(server, host, order, signal);
      let image = 0;
      for (const seed of countedSeeds(recipe, order.count)) {
        signal?.throwIfAborted();
        const asked: Recipe = seed === undefined ? recipe : withPassSeeds(recipe, seed);
        const graph = withNonce(graphOf(order, asked, images, environment), host.nonce());
        const told = onProgress && ((progress: Parameters<typeof onProgress>[0]) => onProgress(progress));
        const files = await runGraph({
          ...{ server, host, graph, signal, previewMs },
          onProgress: told && ((progress) => told({ image, ...progress })),
        });
        for (const bytes of files) {
          const stated = statedRecipe(bytes);
          const findings = statementFindings(asked, stated);
          const pixels = await host.decode(bytes);
          yield { image, seed: seed ?? stated?.seed ?? "0", bytes, pixels, recipe: stated ?? asked, findings };
          image++;
        }
      }
    },
    close: async () => undefined,
  };
}

/** The recipe with the server's own names, and what it will not follow. */
function planned(order: EngineOrder, { capabilities }: ComfyuiEnvironment): { recipe: Recipe; resolution: Resolution } {
  const missing: string[] = [];
  const named = (name: string, offered: readonly string[]): string => {
    const found = offeredName(name, offered);
    if (found === undefined) missing.push(name);
    return found ?? name;
  };
  const first = capabilities.models[0]?.name;
  const models = order.recipe.models.map((model): ModelRef => {
    if (model.role === "vae") return { ...model, name: named(model.name, capabilities.vaes) };
    if (model.role !== "checkpoint") return model;
    const found = offeredModel(model, capabilities.models);
    if (!found) missing.push(model.name);
    return found ? { ...model, name: found.name } : model;
  });
  const none = order.graph === undefined && !models.some(({ role }) => role === "checkpoint" || role === "unet");
  const assumed = none && first !== undefined ? [{ field: "/models", value: first }] : [];
  const recipe: Recipe = {
    ...order.recipe,
    models: none && first !== undefined ? [{ role: "checkpoint", name: first, hashes: [] }, ...models] : models,
    adapters: order.recipe.adapters.map((adapter) =>
      adapter.type === "lora" || adapter.type === "lycoris"
        ? { ...adapter, name: named(adapter.name, capabilities.adapters) }
        : adapter,
    ),
  };
  const losses = order.graph === undefined ? graphLosses(recipe, order, capabilities) : [];
  return { recipe, resolution: { assumed, losses, missing } };
}

/** What the written graph does not do, what an input image mends, and names that this server has not. */
function graphLosses(
  recipe: Recipe,
  { init }: EngineOrder,
  { samplers, schedules }: ComfyuiEnvironment["capabilities"],
): Finding[] {
  const written = writeComfyui(recipe).losses.filter(({ where }) => !(init && where?.pointer === "/mode"));
  const names = recipe.passes.flatMap(({ sampler, scheduler }, i) => {
    const own = sampler && samplerIn(sampler.id, "comfyui", sampler.variant);
    const schedule = scheduler && schedulerIn(scheduler.id, "comfyui");
    return [
      ...(own !== undefined && !samplers.includes(own) ? [notOffered(`/passes/${i}/sampler`, own)] : []),
      ...(schedule !== undefined && !schedules.includes(schedule)
        ? [notOffered(`/passes/${i}/scheduler`, schedule)]
        : []),
    ];
  });
  return [...written, ...names];
}

function graphOf(
  order: EngineOrder,
  recipe: Recipe,
  images: UploadedImages,
  { capabilities }: ComfyuiEnvironment,
): ComfyuiGraph {
  if (order.graph === undefined) return withImages(readGraph(writeComfyui(recipe).text), images);
  const recorded = withNamesOf(readGraph(order.graph), capabilities);
  const own = recipeIn(recorded)?.seed;
  // A control or the next image of a batch asks for another seed than the recorded one.
  return own === undefined || recipe.seed === undefined || own === recipe.seed
    ? recorded
    : withSeed(recorded, own, recipe.seed);
}

/** A seed of a pass that was the recipe's own counts up with it. */
function withPassSeeds(recipe: Recipe, seed: string): Recipe {
  const passes = recipe.passes.map((pass) =>
    pass.seed === undefined || pass.seed === recipe.seed ? { ...pass, seed } : pass,
  );
  return { ...recipe, seed, passes };
}

async function upload(
  server: RemoteServer,
  host: RemoteHost,
  order: EngineOrder,
  signal?: AbortSignal,
): Promise<UploadedImages> {
  const send = async (bytes: Uint8Array, role: string): Promise<string> => {
    const form = new FormData();
    form.append(
      "image",
      new Blob([Uint8Array.from(bytes)], { type: "image/png" }),
      `seedproof-${role}-${host.nonce()}.png`,
    );
    form.append("type", "input");
    const answer = (await server.json("/upload/image", { body: form, method: "POST", signal })) as JsonObject;
    return [answer.subfolder, answer.name].filter((part) => typeof part === "string" && part !== "").join("/");
  };
  return {
    ...(order.init && { init: await send(order.init, "init") }),
    ...(order.mask && { mask: await send(order.mask, "mask") }),
  };
}

async function headerOf(
  server: RemoteServer,
  { recipe }: EngineOrder,
  { capabilities }: ComfyuiEnvironment,
  signal?: AbortSignal,
): Promise<JsonObject> {
  const model = recipe.models.find(({ role }) => role === "checkpoint");
  const name = model ? offeredModel(model, capabilities.models)?.name : capabilities.models[0]?.name;
  return name === undefined ? {} : { name, metadata: await checkpointHeader(server, name, signal) };
}
