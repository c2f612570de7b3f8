/** What clients of the faces ask and get, as events of the session that is being recorded. */

import { SeedproofError } from "../../base/errors.ts";
import { tryJson } from "../../base/json-text.ts";
import type { LedgerStore } from "../../node/ledger-store.ts";
import { recordEvent, type Software } from "../../node/recorder.ts";
import { a1111Requested, type CaptureTools, comfyuiRequested } from "../../process/capture.ts";
import type { Agent } from "../../process/event.ts";
import type { FaceRecorder } from "./deps.ts";

/** Where events go. */
export interface FaceRecording {
  readonly home: string;
  readonly sw: Software;
  /** The session that is open now; `undefined` where none is, and nothing is recorded. */
  readonly session: () => string | undefined;
  /** Told of what could not be recorded; generation goes on. */
  readonly report: (error: unknown) => void;
}

const CLIENT: Agent = { kind: "software", name: "client of the generator" };

/**
 * A recorder for {@link FaceDeps}. The program that draws tells of it itself: events are of the grade `hooked`, the
 * strongest there is.
 */
export function faceRecorder({ home, sw, session, report }: FaceRecording): FaceRecorder {
  return async ({ kind, path, body }) => {
    const open = session();
    if (open === undefined) return async () => undefined;
    const engine: Agent = { kind: "software", name: sw.name, version: sw.version };
    const said = tryJson(body) ?? {};
    const started = performance.now();
    const asked = await recordEvent(
      home,
      sw,
      open,
      "generation.requested",
      (store) => (kind === "a1111" ? a1111Requested(path, said, tools(store)) : comfyuiRequested(said, tools(store))),
      { capture: "hooked", agent: CLIENT },
    ).catch(told(report));
    if (!asked) return async () => undefined;
    const frame = { capture: "hooked", agent: engine, follows: [asked.id] } as const;
    return async (outcome) => {
      const written =
        outcome.status === "failed"
          ? recordEvent(home, sw, open, "generation.failed", { request: asked.id, why: outcome.why }, frame)
          : recordEvent(
              home,
              sw,
              open,
              "generation.completed",
              (store) => ({
                request: asked.id,
                images: outcome.images.map((bytes) => store.putBlob(bytes, "image", "image/png")),
                seeds: outcome.seeds,
                durationMs: Math.round(performance.now() - started),
                ...(outcome.cached && { cached: true as const }),
              }),
              frame,
            );
      await written.catch(told(report));
    };
  };
}

function told(report: (error: unknown) => void): (error: unknown) => undefined {
  return (error) => {
    report(error instanceof SeedproofError ? error : new SeedproofError("record.failed", String(error)));
    return undefined;
  };
}

function tools(store: LedgerStore): CaptureTools {
  return {
    putBlob: (...blob) => store.putBlob(...blob),
    fromBase64: (text) => Buffer.from(text.slice(text.startsWith("data:") ? text.indexOf(",") + 1 : 0), "base64"),
  };
}
