/** What the faces for existing clients stand on: one engine whose work is done elsewhere, and whoever records. */

import type { Engine } from "../../engine/engine.ts";
import type { GraphService } from "../../node/graph/service.ts";

/** A request for images as it came, in the client's own protocol. */
export interface FaceRequest {
  readonly kind: "a1111" | "comfyui";
  /** Such as `/sdapi/v1/txt2img`. */
  readonly path: string;
  /** The body as it came. */
  readonly body: string;
}

/** What it came to. */
export type FaceOutcome =
  | {
      readonly status: "done";
      readonly images: readonly Uint8Array[];
      readonly seeds: readonly string[];
      readonly cached: boolean;
    }
  | { readonly status: "failed"; readonly why: string };

/**
 * Told of each request before it is drawn; what it gives is told what came of it. A recorder that fails is not the client's
 * trouble: what it throws is caught, and generation goes on.
 */
export type FaceRecorder = (request: FaceRequest) => Promise<(outcome: FaceOutcome) => Promise<void>>;

/** Arguments of every face. */
export interface FaceDeps {
  /**
   * Draws. It must not hold up the thread that serves: the embedded engine runs in a thread of its own (`engineThread`), a
   * connected one in its own process.
   */
  readonly engine: Engine;
  /** Runs graphs node by node with the same models; without it a graph is drawn as the recipe that it comes to. */
  readonly graphs?: GraphService;
  /** Workspace: `models/` are offered; uploads and outputs stand under `faces/`. */
  readonly home: string;
  /** Version of this program. */
  readonly version: string;
  readonly record?: FaceRecorder | undefined;
}

/** Tells the recorder of a request; always gives something to tell the outcome to. */
export async function recorded(
  record: FaceRecorder | undefined,
  request: FaceRequest,
): Promise<(outcome: FaceOutcome) => Promise<void>> {
  const tell = await record?.(request).catch(() => undefined);
  return async (outcome) => {
    await tell?.(outcome).catch(() => undefined);
  };
}
