/** The session that this server records: at most one a workspace, ended with the server, known when another process has it. */

import { SeedproofError } from "../base/errors.ts";
import type { Software } from "../node/recorder.ts";
import { watchableFolder } from "../node/watched-folder.ts";
import { type Recording, type RecordingState, recordingState, type ShownProxy, startRecording } from "./recording.ts";

/** What is recorded in a session that the page starts. */
export interface SessionWish {
  readonly session: string;
  readonly a1111?: string | undefined;
  readonly comfyui?: string | undefined;
  readonly watch: readonly string[];
}

/** What is open in the workspace. */
export interface OpenSession extends RecordingState {
  /** Whether this server has it; another process must end its own. */
  readonly own: boolean;
}

/** A session that was cut off, and what it captured when it was last seen. */
export interface CutOff {
  readonly session: string;
  readonly lastSeen: string;
  readonly proxies: readonly ShownProxy[];
  readonly watch: readonly string[];
}

/** Starts, ends and tells of sessions. */
export interface SessionKeeper {
  /** The open session, or one that was cut off and when it was last seen. */
  state(): { readonly open?: OpenSession; readonly cutOff?: CutOff };
  /** @throws SeedproofError `record.running`, `record.port-taken`, `record.folder-refused`, `ledger.*` */
  start(wish: SessionWish): Promise<void>;
  /**
   * The session that this server records, to add and leave off what it captures.
   * @throws SeedproofError `record.none` where this server has none
   */
  own(): Recording;
  /** Puts a proxy before a generator, where it was before at the same port if that is still free. @throws as `Recording.addProxy` */
  addProxy(kind: ShownProxy["kind"], url: string): Promise<ShownProxy>;
  /** @throws SeedproofError `record.folder-refused`, `file.not-found` */
  addFolder(folder: string): Promise<string>;
  /** @throws SeedproofError `record.none` where this server has none */
  stop(): Promise<void>;
  /** Ends the own session, if there is one: all that passed is durable then. */
  close(): Promise<void>;
}

/** Keeps the sessions of a workspace. */
export function sessionKeeper(home: string, sw: Software, report: (error: unknown) => void): SessionKeeper {
  let own: Recording | undefined;
  /** Ports that proxies answered at: an address that was pasted somewhere should stay good. */
  const ports = new Map<string, number>();
  const theOwn = (): Recording => {
    if (!own) throw new SeedproofError("record.none", "this server records no session");
    return own;
  };
  const remember = ({ upstream, address }: ShownProxy): void => {
    ports.set(upstream, Number(new URL(address).port));
  };
  const stop = async (): Promise<void> => {
    const ending = own;
    own = undefined;
    await ending?.stop();
  };
  return {
    state() {
      const found = recordingState(home);
      if (!found) return {};
      const { state, running, lastSeen } = found;
      if (!running) {
        const { session, proxies, watch } = state;
        return { cutOff: { session, lastSeen: lastSeen.toISOString(), proxies, watch } };
      }
      return { open: { ...state, own: own !== undefined } };
    },
    async start({ session, a1111, comfyui, watch }) {
      for (const proxy of recordingState(home)?.state.proxies ?? []) remember(proxy);
      const port = (url: string): number => ports.get(url) ?? 0;
      const upstreams = [
        ...(a1111 === undefined ? [] : [{ kind: "a1111", url: a1111, port: port(a1111), orAny: true } as const]),
        ...(comfyui === undefined
          ? []
          : [{ kind: "comfyui", url: comfyui, port: port(comfyui), orAny: true } as const]),
      ];
      const folders = watch.map((path) => watchableFolder(path, home));
      const wanted = { home, session, sw, watch: folders, hook: true, report };
      own = await startRecording({ ...wanted, upstreams });
      for (const proxy of own.state.proxies) remember(proxy);
    },
    own: theOwn,
    async addProxy(kind, url) {
      const shown = await theOwn().addProxy({ kind, url, port: ports.get(url) ?? 0, orAny: true });
      remember(shown);
      return shown;
    },
    async addFolder(folder) {
      const real = watchableFolder(folder, home);
      await theOwn().addFolder(real);
      return real;
    },
    async stop() {
      theOwn();
      await stop();
    },
    close: stop,
  };
}
