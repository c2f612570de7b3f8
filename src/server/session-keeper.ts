/** The session that this server records: at most one a workspace, ended with the server, known when another process has it. */

import { SeedproofError } from "../base/errors.ts";
import type { Software } from "../node/recorder.ts";
import { type Recording, type RecordingState, recordingState, startRecording } from "./recording.ts";

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

/** Starts, ends and tells of sessions. */
export interface SessionKeeper {
  /** The open session, or one that was cut off and when it was last seen. */
  state(): { readonly open?: OpenSession; readonly cutOff?: { readonly session: string; readonly lastSeen: string } };
  /** @throws SeedproofError `record.running`, `record.port-taken`, `ledger.*` */
  start(wish: SessionWish): Promise<void>;
  /** @throws SeedproofError `record.none` where this server has none */
  stop(): Promise<void>;
  /** Ends the own session, if there is one: all that passed is durable then. */
  close(): Promise<void>;
}

/** Keeps the sessions of a workspace. */
export function sessionKeeper(home: string, sw: Software, report: (error: unknown) => void): SessionKeeper {
  let own: Recording | undefined;
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
      if (!running) return { cutOff: { session: state.session, lastSeen: lastSeen.toISOString() } };
      return { open: { ...state, own: own !== undefined } };
    },
    async start({ session, a1111, comfyui, watch }) {
      const upstreams = [
        ...(a1111 === undefined ? [] : [{ kind: "a1111", url: a1111, port: 0 } as const]),
        ...(comfyui === undefined ? [] : [{ kind: "comfyui", url: comfyui, port: 0 } as const]),
      ];
      own = await startRecording({ home, session, sw, upstreams, watch, hook: true, report });
    },
    async stop() {
      if (!own) throw new SeedproofError("record.none", "this server records no session");
      await stop();
    },
    close: stop,
  };
}
