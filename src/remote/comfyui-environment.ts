/** What a ComfyUI server can do, asked before each run. @see ComfyUI server.py, nodes.py, as behaviour */

import { SeedproofError } from "../base/errors.ts";
import { isObject, type Json, type JsonObject } from "../base/json.ts";
import type { Capabilities } from "../engine/engine.ts";
import { textOf } from "../recipe/values.ts";
import { foreign, type RemoteServer } from "./server.ts";

/** What a server said of itself. */
export interface ComfyuiEnvironment {
  readonly capabilities: Capabilities;
  readonly facts: JsonObject;
}

/** Where the lists stand: node, and input of it. */
const LISTS = {
  models: ["CheckpointLoaderSimple", "ckpt_name"],
  vaes: ["VAELoader", "vae_name"],
  adapters: ["LoraLoader", "lora_name"],
  samplers: ["KSampler", "sampler_name"],
  schedules: ["KSampler", "scheduler"],
  upscalers: ["UpscaleModelLoader", "model_name"],
} as const;

/** Items of a list. CWE-770. */
const MAX_ITEMS = 50_000;

/** A person's own, and what opens something. */
const SECRETS = /password|token|api_?key|secret|auth/i;

/**
 * @throws SeedproofError `remote.foreign` for a server without `/system_stats`, `remote.too-old` for one that does not
 *   describe its nodes; as asking throws
 */
export async function comfyuiEnvironment(server: RemoteServer, signal?: AbortSignal): Promise<ComfyuiEnvironment> {
  const stats = await server.optional("/system_stats", { signal });
  if (!isObject(stats) || !isObject(stats.system)) throw foreign(server.url, "comfyui", "/system_stats is not there");
  const nodes = new Map<string, Json | undefined>();
  for (const [node] of Object.values(LISTS)) {
    if (!nodes.has(node)) nodes.set(node, await server.optional(`/object_info/${node}`, { signal }));
  }
  if (!isObject(nodes.get("KSampler"))) {
    throw new SeedproofError(
      "remote.too-old",
      `${server.url} does not describe its nodes one by one; ComfyUI has since April 2023`,
    );
  }
  const list = (part: keyof typeof LISTS): string[] => {
    const [node, input] = LISTS[part];
    return choices(nodes.get(node), node, input);
  };
  const version = textOf(stats.system.comfyui_version);
  const capabilities: Capabilities = {
    ...(version !== undefined && { version }),
    models: list("models").map((name) => ({ name, hashes: [] })),
    vaes: list("vaes"),
    adapters: list("adapters"),
    samplers: list("samplers"),
    schedules: list("schedules"),
    upscalers: list("upscalers"),
  };
  const { argv, ...system } = stats.system;
  const facts = {
    system: {
      ...open(system),
      ...(Array.isArray(argv) && { argv: argv.filter((word) => !SECRETS.test(String(word))) }),
    },
    devices: stats.devices ?? null,
    ...(JSON.parse(JSON.stringify(capabilities)) as JsonObject),
  };
  return { capabilities, facts };
}

/** What stands in a checkpoint's header: the nearest thing to a hash that ComfyUI tells. Long texts are left out. */
export async function checkpointHeader(server: RemoteServer, name: string, signal?: AbortSignal): Promise<JsonObject> {
  const question = { signal, maxBytes: 4 * 1024 * 1024 };
  const path = `/view_metadata/checkpoints?${new URLSearchParams({ filename: name })}`;
  const metadata = await server.optional(path, question).catch(() => undefined);
  if (!isObject(metadata)) return {};
  return Object.fromEntries(Object.entries(metadata).filter(([, value]) => String(value).length <= 200));
}

/** The choices of an input, in the old form (a list) and the new one (`COMBO` with options). */
function choices(info: Json | undefined, node: string, input: string): string[] {
  const described = isObject(info) && isObject(info[node]) ? info[node] : undefined;
  const inputs = isObject(described?.input) ? described.input : {};
  const required = isObject(inputs.required) ? inputs.required[input] : undefined;
  const [first, settings] = Array.isArray(required) ? required : [];
  const options = Array.isArray(first) ? first : isObject(settings) ? settings.options : undefined;
  return (Array.isArray(options) ? options : []).filter((item) => typeof item === "string").slice(0, MAX_ITEMS);
}

function open(system: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(system).filter(([key]) => !SECRETS.test(key)));
}
