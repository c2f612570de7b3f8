/** What an adapter's file says of itself, in A1111's form. */

import type { Json, JsonObject } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import { readSafetensors } from "../model/safetensors.ts";
import { openFile } from "./files.ts";
import { findModelPath } from "./find-model.ts";

/** What A1111 puts first. @see extensions-builtin/Lora/network.py, as behaviour */
const FIRST = ["ss_sd_model_name", "ss_resolution", "ss_clip_skip", "ss_num_train_images", "ss_tag_frequency"];

/**
 * The metadata of an adapter's safetensors header, objects in it parsed. They are claims of whoever wrote the file.
 * @param name - of the adapter, as it is offered
 * @returns empty where the file says nothing or cannot be read
 */
export function adapterMetadata(name: string, home: string): JsonObject {
  const path = findModelPath(name, home);
  if (path === undefined || !/\.safetensors$/i.test(path)) return {};
  const file = openFile(path);
  try {
    const place = ([key]: readonly [string, unknown]): number =>
      (FIRST.indexOf(key) + FIRST.length + 1) % (FIRST.length + 1);
    const { metadata } = readSafetensors(file);
    const entries = Object.entries(metadata).sort((a, b) => place(a) - place(b));
    return Object.fromEntries(entries.map(([key, value]): [string, Json] => [key, parsed(value)]));
  } catch {
    return {};
  } finally {
    file.close();
  }
}

function parsed(value: string | number | boolean): Json {
  const object = typeof value === "string" && value.startsWith("{") ? tryJson(value) : undefined;
  return object ?? value;
}
