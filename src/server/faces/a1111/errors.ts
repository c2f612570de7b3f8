/** Errors as A1111's API answers them. @see A1111 modules/api/api.py (api_middleware), FastAPI's validation, as behaviour */

import type { Context } from "hono";
import { SeedproofError } from "../../../base/errors.ts";

/** An error with the status that A1111 gives it. */
export class FaceError extends Error {
  readonly status: 400 | 404 | 422 | 500 | 501;
  constructor(status: FaceError["status"], message: string) {
    super(message);
    this.status = status;
  }
}

/** One value that is not as it must be. */
export interface BadValue {
  readonly field: string;
  readonly message: string;
  readonly type: string;
}

/** Status 422 with FastAPI's list. */
export class BadRequest extends Error {
  readonly values: readonly BadValue[];
  constructor(values: readonly BadValue[]) {
    super(values.map(({ field, message }) => `${field}: ${message}`).join(", "));
    this.values = values;
  }
}

/** The answer to an error. What is refused for what was asked is the client's; everything else is an error of the server. */
export function answerError(c: Context, error: unknown): Response {
  if (error instanceof BadRequest) {
    const detail = error.values.map(({ field, message, type }) => ({ loc: ["body", field], msg: message, type }));
    return c.json({ detail }, 422);
  }
  if (error instanceof FaceError) {
    return c.json({ error: "HTTPException", detail: error.message, body: "", errors: error.message }, error.status);
  }
  const known = error instanceof SeedproofError;
  const name = known ? error.code : "InternalError";
  const errors = known ? error.message : "the request could not be carried out";
  return c.json({ error: name, detail: "", body: "", errors }, known && isAsked(error.code) ? 422 : 500);
}

/** Codes that say that what was asked for cannot be. */
function isAsked(code: string): boolean {
  return /^engine\.(?:size-unfit|sampler-unknown|schedule-unknown|steps-out-of-range|denoise-out-of-range|seed-out-of-range|clip-skip)$|^image\./.test(
    code,
  );
}
