/** The tap of the recording proxy: copies of requests for images and of their answers, handed on as files. */

import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Moment } from "../../ledger/entry.ts";
import { moment } from "../../node/moment.ts";
import { generationKind } from "../../process/capture.ts";
import type { Tap } from "./relay.ts";
import { type Copied, OrderedTelling } from "./spool.ts";

/** What all of them have. */
interface Step {
  /** Names the exchange or the message, so that what came of it has the same name wherever it is written. */
  readonly key: string;
  readonly at: Moment;
}

/** What all steps of an exchange have. */
interface ExchangeStep extends Step {
  readonly kind: "a1111" | "comfyui";
  readonly path: string;
}

/** One thing that passed. Files of copies are the receiver's to read and remove; no copy means that it failed. */
export type Passed =
  | (ExchangeStep & { readonly step: "requested"; readonly copy?: Copied })
  /** `asked`: when its request had passed. */
  | (ExchangeStep & {
      readonly step: "answered";
      readonly status: number;
      readonly asked: Moment;
      readonly copy?: Copied;
    })
  | (ExchangeStep & { readonly step: "failed"; readonly why: string })
  /** A message of an extension inside the generator. */
  | (Step & { readonly step: "hooked"; readonly copy?: Copied });

/** A tap that copies into a folder and tells what passed, in order: request before answer. */
export function recordingTap(
  folder: string,
  tell: (passed: Passed) => void | Promise<void>,
): { readonly tap: Tap; settled(): Promise<void> } {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const telling = new OrderedTelling<Passed>(tell);
  const tap: Tap = (request) => {
    const path = new URL(request.url ?? "/", "http://local").pathname;
    const kind = generationKind(request.method ?? "", path);
    if (!kind) return undefined;
    const exchange = { key: randomUUID(), kind, path };
    let asked: Moment | undefined;
    const file = (end: string): string => join(folder, `${exchange.key}.${end}`);
    const copied = (copy: Copied | undefined) => copy && { copy };
    return {
      request,
      requestSink: telling.sink(file("request"), () => {
        const at = moment();
        asked = at;
        return (copy) => ({ step: "requested", ...exchange, at, ...copied(copy) });
      }),
      answered: ({ statusCode: status = 0 }) =>
        telling.sink(file("answer"), () => {
          const at = moment();
          return (copy) => ({ step: "answered", ...exchange, status, at, asked: asked ?? at, ...copied(copy) });
        }),
      failed: ({ message }) => telling.say({ step: "failed", ...exchange, why: message, at: moment() }),
    };
  };
  return { tap, settled: () => telling.settled() };
}
