/** The job that is being drawn, as `/sdapi/v1/progress` tells it, and how it is stopped. */

import { SeedproofError } from "../../../base/errors.ts";
import type { Json, JsonObject } from "../../../base/json.ts";
import type { EngineProgress } from "../../../engine/engine.ts";

/** A job under way. */
export interface Job {
  /** Aborted by `interrupt`: nothing further is drawn. */
  readonly stop: AbortController;
  /** Aborted by `skip`: the image under way is given up. */
  skip: AbortController;
  readonly id: string;
  readonly started: number;
  readonly images: number;
  image: number;
  at?: EngineProgress;
  preview?: Uint8Array;
}

/** At most one job at a time. */
export interface Jobs {
  begin(id: string, images: number): Job;
  end(job: Job): void;
  interrupt(): void;
  skip(): void;
  /** @param preview - whether the picture is wanted */
  state(preview: boolean): JsonObject;
}

/** No job yet. */
export function jobs(): Jobs {
  let job: Job | undefined;
  const cancelled = (): SeedproofError => new SeedproofError("engine.cancelled", "stopped by a client");
  return {
    begin: (id, images) => {
      job = {
        stop: new AbortController(),
        skip: new AbortController(),
        id,
        started: performance.now(),
        images,
        image: 0,
      };
      return job;
    },
    end: (ended) => {
      if (job === ended) job = undefined;
    },
    interrupt: () => job?.stop.abort(cancelled()),
    skip: () => job?.skip.abort(cancelled()),
    state: (preview) => progressOf(job, preview),
  };
}

function progressOf(job: Job | undefined, preview: boolean): JsonObject {
  const { step = 0, steps = 0 } = job?.at ?? {};
  const share = job ? Math.min((job.image + (steps > 0 ? step / steps : 0)) / job.images, 1) : 0;
  const elapsed = job ? (performance.now() - job.started) / 1000 : 0;
  const picture: Json = preview && job?.preview ? Buffer.from(job.preview).toString("base64") : null;
  return {
    progress: share,
    eta_relative: share > 0 ? (elapsed / share) * (1 - share) : 0,
    state: {
      skipped: job?.skip.signal.aborted ?? false,
      interrupted: job?.stop.signal.aborted ?? false,
      stopping_generation: false,
      job: job?.id ?? "",
      job_count: job?.images ?? 0,
      job_timestamp: job ? new Date(Date.now() - elapsed * 1000).toISOString().replace(/[-:T]|\..*$/g, "") : "0",
      job_no: job?.image ?? 0,
      sampling_step: step,
      sampling_steps: steps,
    },
    current_image: picture,
    textinfo: null,
  };
}
