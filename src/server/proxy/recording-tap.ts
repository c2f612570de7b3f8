/** The tap of the recording proxy: copies of requests for images and of their answers, handed on as files. */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Moment } from "../../ledger/entry.ts";
import { moment } from "../../node/moment.ts";
import { generationKind } from "../../process/capture.ts";
import type { Tap } from "./relay.ts";
import { spoolTo } from "./spool.ts";

/** One thing that passed. Files are the receiver's to read and remove; no file means that the copy failed. */
export type Passed =
  | {
      readonly step: "requested";
      readonly n: number;
      readonly kind: "a1111" | "comfyui";
      readonly path: string;
      readonly at: Moment;
      readonly file?: string;
    }
  | {
      readonly step: "answered";
      readonly n: number;
      readonly status: number;
      readonly at: Moment;
      readonly file?: string;
    }
  | { readonly step: "failed"; readonly n: number; readonly why: string; readonly at: Moment }
  /** A message of an extension inside the generator. */
  | { readonly step: "hooked"; readonly at: Moment; readonly file?: string };

/** A tap that spools into a folder and tells what passed, request before answer. */
export function recordingTap(folder: string, tell: (passed: Passed) => void): Tap {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let count = 0;
  return (request) => {
    const path = new URL(request.url ?? "/", "http://local").pathname;
    const kind = generationKind(request.method ?? "", path);
    if (!kind) return undefined;
    const n = count++;
    const named = (file: string | undefined): { file?: string } => (file === undefined ? {} : { file });
    return {
      request,
      requestSink: spoolTo(join(folder, `${process.pid}-${n}.request`), (file) =>
        tell({ step: "requested", n, kind, path, at: moment(), ...named(file) }),
      ),
      answered: ({ statusCode = 0 }) =>
        spoolTo(join(folder, `${process.pid}-${n}.answer`), (file) =>
          tell({ step: "answered", n, status: statusCode, at: moment(), ...named(file) }),
        ),
      failed: ({ message }) => tell({ step: "failed", n, why: message, at: moment() }),
    };
  };
}
