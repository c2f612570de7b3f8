/** What connected engines need of the outside. Hosts bring it; tests bring their own. */

import type { Raster } from "../image/raster.ts";

/** What is told of an open WebSocket. */
export interface SocketEvents {
  readonly onText: (text: string) => void;
  readonly onBytes: (bytes: Uint8Array) => void;
  /** Once, when it closed or failed. */
  readonly onClose: () => void;
}

/** The outside. */
export interface RemoteHost {
  /** Without a time-out of its own for the head of an answer: a job may take hours before its first byte. */
  readonly fetch: typeof globalThis.fetch;
  /** Opens a WebSocket and gives its end. Absent where there is none: runs are then followed by asking. */
  readonly socket?: (url: string, events: SocketEvents) => { close(): void };
  /** The pixels of an image file, as displayed. */
  readonly decode: (file: Uint8Array) => Promise<Raster>;
  /** Waits; rejects with the signal's reason when it is aborted. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** A text that was never used before: names this client, and keeps a run from being answered by a cache. */
  readonly nonce: () => string;
}
