/** What an A1111 or Forge server can do and how it is set, asked before each run. @see A1111 modules/api/api.py, as behaviour */

import { SeedproofError } from "../base/errors.ts";
import { isObject, type Json, type JsonObject } from "../base/json.ts";
import type { Capabilities, OfferedModel } from "../engine/engine.ts";
import { typedHash } from "../recipe/hashes.ts";
import { textOf } from "../recipe/values.ts";
import { foreign, type RemoteServer } from "./server.ts";

/** What a server said of itself. */
export interface A1111Environment {
  readonly capabilities: Capabilities;
  /** The server's settings, without secrets. */
  readonly options: JsonObject;
  /** All of it, for the record. */
  readonly facts: JsonObject;
  /** Before 1.9 the schedule is part of the sampler's name. */
  readonly hasSchedules: boolean;
}

/** Settings that open something or are a person's own. They are never kept. */
const SECRETS = /password|token|api_?key|secret|auth|cookie/i;

/** Items of a list. The largest collections have some ten thousand LoRAs. CWE-770. */
const MAX_ITEMS = 50_000;

/** Parts of `/internal/sysinfo` that tell what a picture depends on. */
const SYSTEM = ["Platform", "Python", "Version", "Commit", "Commandline", "Torch env info", "CPU", "Packages"] as const;

/**
 * @throws SeedproofError `remote.foreign` for a server that has no `/sdapi/v1/options`, `remote.too-old` for one without
 *   a list of samplers; as asking throws
 */
export async function a1111Environment(server: RemoteServer, signal?: AbortSignal): Promise<A1111Environment> {
  const question = { signal };
  const options = await server.optional("/sdapi/v1/options", question);
  if (!isObject(options) || !("sd_model_checkpoint" in options || "samples_format" in options)) {
    throw foreign(server.url, "a1111", "/sdapi/v1/options is not there");
  }
  const list = async (path: string): Promise<readonly Json[]> => {
    const value = await server.optional(path, question);
    return Array.isArray(value) ? value.slice(0, MAX_ITEMS) : [];
  };
  const samplers = await list("/sdapi/v1/samplers");
  if (samplers.length === 0) {
    throw new SeedproofError(
      "remote.too-old",
      `${server.url} is an A1111 without a list of samplers; 1.0 and later have one`,
    );
  }
  const [models, schedules, vaes, loras, upscalers, latent] = [
    await list("/sdapi/v1/sd-models"),
    await list("/sdapi/v1/schedulers"),
    await list("/sdapi/v1/sd-vae"),
    await list("/sdapi/v1/loras"),
    await list("/sdapi/v1/upscalers"),
    await list("/sdapi/v1/latent-upscale-modes"),
  ];
  const flags = await server.optional("/sdapi/v1/cmd-flags", question);
  const system = systemOf(
    await server.optional("/internal/sysinfo", { ...question, timeoutMs: 20_000 }).catch(() => undefined),
  );
  const version = textOf(system.Version);
  const capabilities: Capabilities = {
    ...(version !== undefined && { version }),
    models: models.flatMap(modelOf),
    vaes: named(vaes, "model_name"),
    adapters: named(loras, "name"),
    samplers: named(samplers, "name"),
    schedules: named(schedules, "label"),
    upscalers: [...named(latent, "name"), ...named(upscalers, "name")],
  };
  const open = withoutSecrets(options);
  const facts = {
    ...{ options: open, system, flags: isObject(flags) ? withoutSecrets(flags) : null },
    ...(JSON.parse(JSON.stringify(capabilities)) as JsonObject),
  };
  return { capabilities, options: open, facts, hasSchedules: schedules.length > 0 };
}

function modelOf(item: Json): OfferedModel[] {
  if (!isObject(item)) return [];
  const name = textOf(item.title) ?? textOf(item.model_name);
  const hashes = [item.sha256, item.hash].flatMap((hash) => typedHash(textOf(hash) ?? "") ?? []);
  return name === undefined ? [] : [{ name, hashes }];
}

function named(items: readonly Json[], key: string): string[] {
  return items.flatMap((item) => (isObject(item) ? (textOf(item[key]) ?? textOf(item.name) ?? []) : []));
}

function systemOf(info: Json | undefined): JsonObject {
  if (!isObject(info)) return {};
  return Object.fromEntries(SYSTEM.flatMap((key) => (info[key] === undefined ? [] : [[key, info[key]!]])));
}

function withoutSecrets(settings: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(settings).filter(([key]) => !SECRETS.test(key)));
}
