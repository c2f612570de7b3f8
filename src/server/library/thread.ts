/** The library's thread as the server asks it; it starts when somebody first looks at the library. */

import { SeedproofError } from "../../base/errors.ts";
import { releaseDead } from "../../node/library/index-folder.ts";
import { moduleWorker } from "../../node/module-worker.ts";
import { type CallThread, callThread } from "../../node/thread-calls.ts";
import type { EventBus } from "../events.ts";
import type { LibraryNews, LibrarySettings, libraryAnswers } from "./answers.ts";

type Calls = ReturnType<typeof libraryAnswers>;

/** The library as the API asks it. */
export interface LibraryThread {
  readonly ask: CallThread<Calls>["ask"];
  /** Something may have changed; nothing happens where nobody has looked at the library yet. */
  touch(): void;
  /** Where the bytes of an image stand; nowhere while nobody has looked at the library. @throws SeedproofError `file.not-found` */
  where(sha256: string): Promise<readonly string[]>;
  /** Closes the database. */
  close(): Promise<void>;
}

/** A library's thread; its news are told on the bus as `library`. */
export function libraryThread(settings: LibrarySettings, bus: EventBus, log: (error: unknown) => void): LibraryThread {
  const thread = callThread<Calls>(() => moduleWorker(import.meta.url, "./library-worker", { workerData: settings }));
  let listening = false;
  let closing = false;
  const listen = (): void => {
    if (listening) return;
    listening = true;
    const onPart = (news: LibraryNews): void => bus.tell({ kind: "library", data: news });
    thread.ask("listen", undefined, { onPart }).catch((error: unknown) => {
      listening = false;
      const code = error instanceof SeedproofError ? error.code : undefined;
      if (code === "server.thread-ended" && !closing) releaseDead(settings.home);
      if (!closing) log(error);
    });
    // What has changed since it was last open.
    thread.ask("touch", undefined).catch(() => undefined);
  };
  return {
    ask: (...args) => {
      listen();
      return thread.ask(...args);
    },
    touch() {
      if (listening) thread.ask("touch", undefined).catch(() => undefined);
    },
    where: async (sha256) => (listening ? thread.ask("where", sha256) : []),
    async close() {
      closing = true;
      if (listening) await thread.ask("close", undefined).catch(() => undefined);
      await thread.end();
    },
  };
}
