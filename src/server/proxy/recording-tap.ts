/** The tap of the recording proxy: copies of requests for images and of their answers, handed on as files. */

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Moment } from "../../ledger/entry.ts";
import { moment } from "../../node/moment.ts";
import { generationKind } from "../../process/capture.ts";
import type { Tap } from "./relay.ts";
import { type Copied, OrderedTelling } from "./spool.ts";

/** One thing that passed. Files of copies are the receiver's to read and remove; no copy means that it failed. */
export type Passed =
  | {
      readonly step: "requested";
      readonly n: number;
      readonly kind: "a1111" | "comfyui";
      readonly path: string;
      readonly at: Moment;
      readonly copy?: Copied;
    }
  | {
      readonly step: "answered";
      readonly n: number;
      readonly status: number;
      readonly at: Moment;
      readonly copy?: Copied;
    }
  | { readonly step: "failed"; readonly n: number; readonly why: string; readonly at: Moment }
  /** A message of an extension inside the generator. */
  | { readonly step: "hooked"; readonly at: Moment; readonly copy?: Copied };

/** Counts over all taps of the process: a proxy that is switched off and on must not meet its own earlier numbers. */
let passed = 0;

/** A tap that copies into a folder and tells what passed, in order: request before answer. */
export function recordingTap(
  folder: string,
  tell: (passed: Passed) => void,
): { readonly tap: Tap; settled(): Promise<void> } {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const telling = new OrderedTelling<Passed>(tell);
  const tap: Tap = (request) => {
    const path = new URL(request.url ?? "/", "http://local").pathname;
    const kind = generationKind(request.method ?? "", path);
    if (!kind) return undefined;
    const n = passed++;
    const file = (end: string): string => join(folder, `${process.pid}-${n}.${end}`);
    const told = <T extends object>(what: T) => {
      const at = moment();
      return (copy: Copied | undefined): T & { at: Moment; copy?: Copied } => ({
        ...what,
        at,
        ...(copy && { copy }),
      });
    };
    return {
      request,
      requestSink: telling.sink(file("request"), () => told({ step: "requested", n, kind, path } as const)),
      answered: ({ statusCode = 0 }) =>
        telling.sink(file("answer"), () => told({ step: "answered", n, status: statusCode } as const)),
      failed: ({ message }) => telling.say({ step: "failed", n, why: message, at: moment() }),
    };
  };
  return { tap, settled: () => telling.settled() };
}
