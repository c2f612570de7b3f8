/** ComfyUI's WebSocket: who listens under which id, and the messages that they get. @see ComfyUI server.py, protocol.py, as behaviour */

import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";
import type { Json, JsonObject } from "../../../base/json.ts";

/** The listeners. */
export interface Events {
  /** Takes over an upgraded connection to `/ws`. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** To one client, or to all where none is named. A client that is not there misses it. */
  send(type: string, data: JsonObject, client?: string): void;
  /** A preview: PNG or JPEG. */
  preview(image: Uint8Array, client: string | undefined): void;
  close(): void;
}

/** Bytes that a client may send at once, and that may wait for a slow one: what it does not read is left out. CWE-770. */
const MOST = { message: 64 * 1024, waiting: 32 * 1024 * 1024 } as const;

const PREVIEW_IMAGE = 1;
const FORMATS = { jpeg: 1, png: 2 } as const;

/** @param status - what is told to a client that has just come */
export function events(status: () => JsonObject): Events {
  const server = new WebSocketServer({ noServer: true, maxPayload: MOST.message, perMessageDeflate: false });
  const clients = new Map<string, WebSocket>();
  const open = (socket: WebSocket): boolean =>
    socket.readyState === WebSocket.OPEN && socket.bufferedAmount < MOST.waiting;
  const to = (client: string | undefined): WebSocket[] => {
    const one = client === undefined ? undefined : clients.get(client);
    return (client === undefined ? [...clients.values()] : one ? [one] : []).filter(open);
  };
  return {
    accept: (request, socket, head) => {
      server.handleUpgrade(request, socket, head, (client) => {
        const asked = new URL(request.url ?? "/", "http://local").searchParams.get("clientId") ?? "";
        const sid = /^[\w.:-]{1,200}$/.test(asked) ? asked : randomUUID().replaceAll("-", "");
        // As in ComfyUI: who comes later under an id takes its place.
        clients.set(sid, client);
        client.on("message", (data, isBinary) => !isBinary && answerFeatures(client, String(data)));
        client.on("error", () => client.terminate());
        client.on("close", () => clients.get(sid) === client && clients.delete(sid));
        client.send(JSON.stringify({ type: "status", data: { status: status(), sid } }));
      });
    },
    send: (type, data, client) => {
      const text = JSON.stringify({ type, data });
      for (const socket of to(client)) socket.send(text);
    },
    preview: (image, client) => {
      const head = Buffer.alloc(8);
      head.writeUInt32BE(PREVIEW_IMAGE, 0);
      head.writeUInt32BE(image[0] === 0xff ? FORMATS.jpeg : FORMATS.png, 4);
      for (const socket of to(client)) socket.send(Buffer.concat([head, image]));
    },
    close: () => {
      for (const socket of clients.values()) socket.terminate();
      server.close();
    },
  };
}

/** What a client's first message may ask, and what is there. */
export const FEATURES: { readonly [key: string]: Json } = {
  supports_preview_metadata: false,
  max_upload_size: 100 * 1024 * 1024,
};

function answerFeatures(client: WebSocket, text: string): void {
  if (text.includes('"feature_flags"')) client.send(JSON.stringify({ type: "feature_flags", data: FEATURES }));
}
