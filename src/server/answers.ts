/** How the server answers: JSON, and one form of error for everything that goes wrong. */

import { SeedproofError } from "../base/errors.ts";

/** HTTP statuses of errors that are not plainly a bad request; the code keeps its meaning in every transport. */
const STATUS: Readonly<Record<string, 401 | 403 | 404 | 409 | 413 | 421 | 422 | 501 | 503>> = {
  "server.no-token": 401,
  "server.foreign-host": 421,
  "server.foreign-origin": 403,
  "server.not-found": 404,
  "server.too-large": 413,
  "server.stopping": 503,
  "server.page-not-built": 503,
  "server.key-needed": 401,
  "server.busy": 503,
  "server.thread-ended": 503,
  "index.locked": 409,
  "index.unreachable": 503,
  "library.folder-missing": 404,
  "file.not-found": 404,
  "record.running": 409,
  "record.none": 409,
  "record.no-proxy": 404,
  "record.no-folder": 404,
  "record.folder-refused": 422,
  "record.proxy-loop": 422,
  "record.port-taken": 409,
  "record.import-running": 409,
  "record.import-none": 409,
  "record.too-large": 413,
  "tour.busy": 409,
  "tour.order": 409,
  "job.not-found": 404,
  "job.finished": 409,
  "job.running": 409,
  "recipe.none": 422,
  "compare.not-done": 409,
  "doctrine.case-not-found": 404,
  "doctrine.exhibit-used": 409,
  "engine.model-none": 409,
  "remote.unreachable": 503,
  "remote.timed-out": 503,
  "engine.fast-unavailable": 501,
};

/** The public form of an error, as the command line prints it. */
export interface ErrorAnswer {
  readonly error: { readonly code: string; readonly message: string; readonly where?: object };
}

/**
 * The answer to an error: those of the library with their code, anything else as our own fault, without its text, which may
 * name files of this machine.
 */
export function errorAnswer(error: unknown): { readonly status: number; readonly body: ErrorAnswer } {
  if (!(error instanceof SeedproofError)) {
    return {
      status: 500,
      body: { error: { code: "server.internal", message: "the server made a mistake; its log says more" } },
    };
  }
  const { code, message, where } = error;
  return { status: STATUS[code] ?? 400, body: { error: { code, message, ...(where && { where }) } } };
}
