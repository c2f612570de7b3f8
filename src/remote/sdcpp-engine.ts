/**
 * stable-diffusion.cpp's server as an engine, by its own asynchronous API; one from before that API is asked by its
 * routes that are shaped like OpenAI's, with the same settings inside the prompt.
 */

import { fromBase64, toBase64 } from "../base/base64.ts";
import { SeedproofError } from "../base/errors.ts";
import { isObject, type Json, type JsonObject } from "../base/json.ts";
import type { Engine, EngineHooks, EngineOrder, Resolution } from "../engine/engine.ts";
import type { Recipe } from "../recipe/recipe.ts";
import { textOf } from "../recipe/values.ts";
import type { RemoteHost } from "./host.ts";
import { identityOf } from "./identity.ts";
import { notOffered } from "./loss.ts";
import { sameName } from "./offers.ts";
import { readCapabilities, type SdcppInputs, type SdcppOffers, sdcppRequest, seedText } from "./sdcpp-request.ts";
import { countedSeeds } from "./seeds.ts";
import { foreign, REMOTE_LIMITS, type RemoteServer, remoteServer } from "./server.ts";
import { statedRecipe, statementFindings } from "./statement.ts";

/** What a server said of itself. */
interface Said {
  readonly offers: SdcppOffers;
  readonly facts: JsonObject;
  /** Whether it has the API of its own. */
  readonly native: boolean;
}

/** @param address - of the server, such as `http://127.0.0.1:1234` */
export function sdcppEngine(address: string, host: RemoteHost): Engine {
  const server = remoteServer(address, "sdcpp", host);
  return {
    name: "sdcpp",
    capabilities: async (signal) => {
      const { loraPaths: _, ...capabilities } = (await said(server, signal)).offers;
      return capabilities;
    },
    resolve: async (order, signal) => planned(order, await said(server, signal)),
    identity: async (_, signal) => identityOf(server, (await said(server, signal)).facts),
    async *generate(order, hooks = {}) {
      const { signal } = hooks;
      const { offers, native } = await said(server, signal);
      for (const [image, seed] of countedSeeds(order.recipe, order.count).entries()) {
        signal?.throwIfAborted();
        const asked: Recipe = seed === undefined ? order.recipe : { ...order.recipe, seed };
        const { body } = sdcppRequest(asked, inputsOf(order), offers);
        const bytes = await (native ? runJob(server, host, body, image, hooks) : runOpenAi(server, body, signal));
        const stated = statedRecipe(bytes);
        const findings = statementFindings(asked, stated);
        const pixels = await host.decode(bytes);
        yield { image, seed: stated?.seed ?? seed ?? "-1", bytes, pixels, recipe: stated ?? asked, findings };
      }
    },
    close: async () => undefined,
  };
}

function inputsOf({ init, mask }: EngineOrder): SdcppInputs {
  return { ...(init && { init: toBase64(init) }), ...(mask && { mask: toBase64(mask) }) };
}

/** The one model is chosen when the server starts. */
function planned(order: EngineOrder, { offers }: Said): Resolution {
  const { losses, missing } = sdcppRequest(order.recipe, inputsOf(order), offers);
  const [loaded] = offers.models;
  const wanted = order.recipe.models.find(({ role }) => role === "checkpoint");
  const other = wanted && loaded && !sameName(wanted.name, loaded.name) ? [wanted.name] : [];
  const vae = order.recipe.models.findIndex(({ role }) => role === "vae");
  return {
    assumed: !wanted && loaded ? [{ field: "/models", value: loaded.name }] : [],
    losses: [...losses, ...(vae < 0 ? [] : [notOffered(`/models/${vae}`, order.recipe.models[vae]!.name)])],
    missing: [...missing, ...other],
  };
}

/** @throws SeedproofError `remote.foreign`, `remote.too-old` for a server with neither API; as asking throws */
async function said(server: RemoteServer, signal?: AbortSignal): Promise<Said> {
  const capabilities = await server.optional("/sdcpp/v1/capabilities", { signal });
  if (isObject(capabilities)) {
    return { offers: readCapabilities(capabilities), facts: { api: "sdcpp/v1", ...capabilities }, native: true };
  }
  const models = await server.optional("/v1/models", { signal });
  const data = isObject(models) && Array.isArray(models.data) ? models.data.filter(isObject) : [];
  if (data.some(({ id }) => id === "sd-cpp-local")) {
    return {
      offers: readCapabilities({ samplers: [], schedulers: [] }),
      facts: { api: "openai", models: data },
      native: false,
    };
  }
  // Its first servers answered with a page at their root and had one route for text and one for images.
  if ((await server.optional("/txt2img", { signal, method: "POST", json: {} })) !== undefined) {
    throw new SeedproofError(
      "remote.too-old",
      `${server.url} is a server of stable-diffusion.cpp without /sdcpp/v1 and /v1`,
    );
  }
  throw foreign(server.url, "sdcpp", "neither /sdcpp/v1/capabilities nor its /v1/models is there");
}

/** A job of its own API: accepted, asked after, and cancelled when the caller stops. */
async function runJob(
  server: RemoteServer,
  host: RemoteHost,
  body: JsonObject,
  image: number,
  { signal, onProgress }: EngineHooks,
): Promise<Uint8Array> {
  const accepted = await server.json("/sdcpp/v1/img_gen", { body: seedText(body), method: "POST", signal });
  const id = isObject(accepted) ? textOf(accepted.id) : undefined;
  if (id === undefined) throw foreign(server.url, "sdcpp", "an accepted job has no id");
  const path = `/sdcpp/v1/jobs/${encodeURIComponent(id)}`;
  try {
    for (let asked = 0; asked < REMOTE_LIMITS.jobMs / REMOTE_LIMITS.pollMs; asked++) {
      const job = await server.json(path, { signal, maxBytes: REMOTE_LIMITS.imageBytes });
      const status = isObject(job) ? job.status : undefined;
      if (status === "completed") return imageIn((job as JsonObject).result, server);
      if (status === "failed" || status === "cancelled") throw jobEnded(server, job as JsonObject);
      report(job, image, onProgress);
      await host.sleep(REMOTE_LIMITS.pollMs, signal);
    }
    throw new SeedproofError("remote.timed-out", `${server.url} has not finished job ${id} within a day`);
  } catch (error) {
    if (signal?.aborted) await server.optional(`${path}/cancel`, { method: "POST", json: {} }).catch(() => undefined);
    throw error;
  }
}

/** Newer servers tell the step of a running job. */
function report(job: Json, image: number, onProgress: EngineHooks["onProgress"]): void {
  const progress = isObject(job) && isObject(job.progress) ? job.progress : {};
  const [step, steps] = [Number(progress.step ?? 0), Number(progress.steps ?? 0)];
  if (steps > 0) onProgress?.({ image, pass: 0, step, steps });
}

function jobEnded({ url }: RemoteServer, { status, error }: JsonObject): SeedproofError {
  const why = isObject(error) ? (textOf(error.message) ?? "") : "";
  if (status === "cancelled") return new SeedproofError("remote.interrupted", `somebody stopped the job on ${url}`);
  return new SeedproofError(
    "remote.run-failed",
    `${url} says that the job failed: ${why.slice(0, REMOTE_LIMITS.words)}`,
  );
}

/** The older way: settings of the same form stand inside the prompt. Input images have another route, with a form. */
async function runOpenAi(server: RemoteServer, body: JsonObject, signal?: AbortSignal): Promise<Uint8Array> {
  const { prompt, width, height, init_image, mask_image, ...rest } = body;
  const text = `${String(prompt)} <sd_cpp_extra_args>${seedText(rest)}</sd_cpp_extra_args>`;
  const size = width === undefined || height === undefined ? {} : { size: `${width}x${height}` };
  const limits = { signal, timeoutMs: REMOTE_LIMITS.jobMs, maxBytes: REMOTE_LIMITS.imageBytes };
  if (typeof init_image !== "string") {
    const json = { prompt: text, n: 1, ...size, output_format: "png" };
    return imageIn(await server.json("/v1/images/generations", { json, ...limits }), server);
  }
  const form = new FormData();
  const file = (base64: string): Blob => new Blob([fromBase64(base64)!], { type: "image/png" });
  form.append("prompt", text);
  form.append("image[]", file(init_image), "init.png");
  if (typeof mask_image === "string") form.append("mask", file(mask_image), "mask.png");
  form.append("n", "1");
  form.append("output_format", "png");
  if (size.size) form.append("size", size.size);
  return imageIn(await server.json("/v1/images/edits", { body: form, method: "POST", ...limits }), server);
}

/** The first picture of a result, in the form of either API. */
function imageIn(result: Json | undefined, { url }: RemoteServer): Uint8Array {
  const list = isObject(result) ? (result.images ?? result.data) : undefined;
  const [first] = (Array.isArray(list) ? list : []).filter(isObject);
  const bytes = fromBase64(textOf(first?.b64_json) ?? "");
  if (bytes && bytes.length > 0) return bytes;
  throw new SeedproofError("remote.no-image", `${url} answered without an image`);
}
