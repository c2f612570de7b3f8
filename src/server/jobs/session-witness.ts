/** Jobs of the workbench as events of the session that is open: recorded from inside the engine, as they happen. */

import type { Contents } from "../../node/recorder.ts";
import { type Recorded, recordEvent, type Software } from "../../node/recorder.ts";
import type { EventData, EventType } from "../../process/event.ts";
import { recordingState } from "../recording.ts";
import { recipeOfImage } from "./job.ts";
import type { JobWitness } from "./queue.ts";

/** Writes what jobs do to the ledger, while a session is open. */
export function sessionWitness(home: string, sw: Software): JobWitness {
  const session = (): string | undefined => {
    const state = recordingState(home);
    return state?.running ? state.state.session : undefined;
  };
  const agent = { kind: "software", name: sw.name, version: sw.version } as const;
  const write = async <T extends EventType>(
    type: T,
    contents: Contents<T>,
    follows: readonly string[],
  ): Promise<Recorded | undefined> => {
    const open = session();
    return open === undefined
      ? undefined
      : recordEvent(home, sw, open, type, contents, { capture: "hooked", agent, follows });
  };
  return {
    session,
    async asked(job, index) {
      const data: EventData["generation.requested"] = { engine: job.engine.name, recipe: recipeOfImage(job, index) };
      return (await write("generation.requested", data, []))?.id;
    },
    async made(_, asked, image, bytes) {
      const { seed, seconds, file } = image;
      await write(
        "generation.completed",
        (store) => ({
          request: asked,
          images: [{ ...store.putBlob(bytes, "image", "image/png"), name: file.replace(/^.*\//, "") }],
          seeds: [seed],
          durationMs: Math.round(seconds * 1000),
        }),
        [asked],
      );
    },
    async failed(_, asked, why) {
      await write("generation.failed", { request: asked, why: why.slice(0, 2_000) }, [asked]);
    },
  };
}
