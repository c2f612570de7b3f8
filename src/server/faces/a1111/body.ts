/** Bodies of A1111's requests: read without losing a digit of a seed, and each number held to its kind and range. */

import type { Context } from "hono";
import { isObject, type Json, type JsonObject } from "../../../base/json.ts";
import { tryJson } from "../../../base/json-text.ts";
import { BadRequest, type BadValue } from "./errors.ts";

/** Bytes of a body: two images of 8192 × 8192 pixels in Base64. CWE-770. */
export const MAX_BODY = 256 * 1024 * 1024;

/** Numbers of a request: whole or not, and from … to. */
const NUMBERS: Readonly<Record<string, readonly ["integer" | "float", number, number]>> = {
  steps: ["integer", 1, 1_000],
  width: ["integer", 8, 8_192],
  height: ["integer", 8, 8_192],
  batch_size: ["integer", 1, 64],
  n_iter: ["integer", 1, 1_000],
  cfg_scale: ["float", 0, 1_000],
  denoising_strength: ["float", 0, 1],
  subseed_strength: ["float", 0, 1],
  hr_scale: ["float", 1, 8],
  hr_second_pass_steps: ["integer", 0, 1_000],
  hr_resize_x: ["integer", 0, 8_192],
  hr_resize_y: ["integer", 0, 8_192],
  mask_blur: ["float", 0, 256],
  inpainting_fill: ["integer", 0, 3],
  inpaint_full_res_padding: ["integer", 0, 4_096],
  resize_mode: ["integer", 0, 3],
  upscaling_resize: ["float", 0.1, 8],
};

/** The body as it came and as an object. @throws BadRequest when it is none, or a number in it is none of its kind */
export async function readBody(c: Context): Promise<{ text: string; fields: JsonObject }> {
  const text = await c.req.text();
  const json = text.trim() === "" ? {} : tryJson(text);
  if (!isObject(json)) {
    throw new BadRequest([
      { field: "__root__", message: "the body is no JSON object", type: "value_error.jsondecode" },
    ]);
  }
  const wrong = Object.entries(NUMBERS).flatMap(([field, kind]) => wrongNumber(field, json[field], ...kind));
  if (wrong.length > 0) throw new BadRequest(wrong);
  return { text, fields: json };
}

function wrongNumber(
  field: string,
  value: Json | undefined,
  kind: "integer" | "float",
  from: number,
  to: number,
): BadValue[] {
  if (value === undefined || value === null) return [];
  const number = typeof value === "number" ? value : typeof value === "string" ? Number(value) : Number.NaN;
  if (!Number.isFinite(number) || (kind === "integer" && !Number.isInteger(number))) {
    return [{ field, message: `value is not a valid ${kind}`, type: `type_error.${kind}` }];
  }
  if (number >= from && number <= to) return [];
  return [{ field, message: `ensure this value is from ${from} to ${to}`, type: "value_error.number" }];
}
