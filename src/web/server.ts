/** The server behind the page: asking it, hearing from it, and knowing when it is gone. */

import { signal } from "@preact/signals";

/** How the page stands to its server; `none`: the page is a file from disk. */
export type Link = "unknown" | "linked" | "no-key" | "gone" | "none";

/** The current link. */
export const link = signal<Link>(location.protocol === "file:" ? "none" : "unknown");

/** What the server says of itself. */
export interface Status {
  readonly version: string;
  readonly home: string;
  readonly ledger: {
    readonly origin: string;
    readonly size: number;
    readonly root: string;
    readonly signedAt: string;
  } | null;
  /** The session that is recorded now. */
  readonly session: string | null;
}

/** The last status. */
export const status = signal<Status | undefined>(undefined);

/** An error that the server answered with. */
export class ServerError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Asks the own API.
 * @throws ServerError with the server's code, or `server.gone` where nobody answers; what `signal` aborted says so itself
 */
export async function ask<T>(path: string, init: RequestInit & { readonly json?: unknown } = {}): Promise<T> {
  const { json, ...rest } = init;
  const body =
    json === undefined
      ? {}
      : { method: "POST", body: JSON.stringify(json), headers: { "content-type": "application/json" } };
  let response: Response;
  try {
    response = await fetch(`/api/v1${path}`, { ...body, ...rest });
  } catch (error) {
    if (rest.signal?.aborted) throw error;
    if (link.value !== "none") link.value = "gone";
    throw new ServerError("server.gone", "the program does not answer");
  }
  link.value = response.status === 401 ? "no-key" : "linked";
  if (response.ok) return (await response.json()) as T;
  const { error } = (await response.json().catch(() => ({}))) as { error?: { code: string; message: string } };
  throw new ServerError(error?.code ?? "server.internal", error?.message ?? response.statusText);
}

type Listener = (data: unknown) => void;

const listeners = new Map<string, Set<Listener>>();

/** Hears events of a kind; gives back how to stop. `reset` is heard by all who must ask anew. */
export function hear(kind: string, listener: Listener): () => void {
  const all = listeners.get(kind) ?? new Set();
  listeners.set(kind, all.add(listener));
  return () => all.delete(listener);
}

/** Asks for the status. */
export async function refreshStatus(): Promise<void> {
  try {
    status.value = await ask<Status>("/status");
  } catch {
    // The link says why.
  }
}

/** Connects to the server and stays connected; the browser takes up the stream where it broke. */
export function connect(): void {
  if (link.value === "none") return;
  void refreshStatus().then(() => {
    if (link.value === "no-key") return;
    const stream = new EventSource("/api/v1/events");
    const tell = (kind: string, data: unknown): void => {
      for (const listener of listeners.get(kind) ?? []) listener(data);
    };
    stream.onopen = () => {
      const wasGone = link.value === "gone";
      link.value = "linked";
      void refreshStatus();
      if (wasGone) tell("reset", {});
    };
    stream.onerror = () => {
      link.value = "gone";
      // A server that was restarted answers such requests with an error, after which browsers give up.
      if (stream.readyState === EventSource.CLOSED) setTimeout(connect, 2_000);
    };
    for (const kind of KINDS) stream.addEventListener(kind, ({ data }) => tell(kind, JSON.parse(data)));
  });
}

/** Kinds of events. */
const KINDS = [
  "hello",
  "reset",
  "stopping",
  "job",
  "progress",
  "reproduction",
  "record",
  "library",
  "import",
  "tour",
  "comparison",
  "examination",
  "dossier",
  "case",
] as const;
