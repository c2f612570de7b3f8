/** The faces that other programs' clients know, over an embedded engine in a thread of its own, recording while a session is open. */

import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Hono } from "hono";
import { engineThread } from "../node/engine-thread.ts";
import type { Software } from "../node/recorder.ts";
import { a1111Face } from "./faces/a1111/face.ts";
import { comfyFace } from "./faces/comfyui/face.ts";
import { faceRecorder } from "./faces/recorder.ts";

/** What the faces stand on. */
export interface FaceParts {
  readonly home: string;
  readonly version: string;
  readonly sw: Software;
  /** The session that is open now. */
  readonly session: () => string | undefined;
  readonly report: (error: unknown) => void;
}

/** The faces of a server. */
export interface Faces {
  readonly apps: readonly Hono[];
  /** Takes over a WebSocket's connection, or says that it is not for it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  close(): Promise<void>;
}

/** Opens the faces; the engine's thread starts with the first image that is asked for. */
export function openFaces({ home, version, sw, session, report }: FaceParts): Faces {
  const { engine, graphs } = engineThread({ home, version, mode: "reference", workers: 1 });
  const deps = { engine, graphs, home, version, record: faceRecorder({ home, sw, session, report }) };
  const comfy = comfyFace(deps);
  return {
    apps: [a1111Face(deps), comfy.app],
    upgrade: comfy.upgrade,
    async close() {
      comfy.close();
      await engine.close();
    },
  };
}
