/** A witness as a small server: what a co-author, a lawyer or a platform runs for somebody's ledger. C2SP tlog-witness. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { utf8 } from "../base/bytes.ts";
import { sha256Hex } from "../base/hash.ts";
import { readCheckpoint } from "../ledger/checkpoint.ts";
import { formatNote, NOTE_LIMITS, type Signer, type VerifierKey } from "../ledger/note.ts";
import { addCheckpoint, type WitnessMemory } from "../ledger/witness.ts";
import { type FileSystem, nodeFileSystem, writeDurable } from "./durable-fs.ts";

/** What a witness runs with. */
export interface WitnessOptions {
  /** Folder for the last cosigned checkpoint of each log. */
  readonly folder: string;
  readonly signer: Signer;
  /** Keys of the logs that it serves; a log's origin is its key's name. */
  readonly logs: readonly VerifierKey[];
  readonly fs?: FileSystem;
  /** Seconds since 1970. */
  readonly now?: () => number;
}

/** A server that is not yet listening. */
export function witnessServer(options: WitnessOptions): Server {
  return createServer((request, response) => {
    answer(options, request, response).catch(() => {
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
}

async function answer(options: WitnessOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { fs = nodeFileSystem, folder } = options;
  const path = new URL(request.url ?? "/", "http://witness").pathname;
  if (request.method === "POST" && path.endsWith("/add-checkpoint")) {
    const body = await readBody(request);
    if (!body) return send(response, 413, "the request is too long\n");
    const { status, contentType, body: text } = decide(options, body);
    return send(response, status, text, contentType);
  }
  const log = request.method === "GET" ? /\/([0-9a-f]{64})\/checkpoint$/.exec(path)?.[1] : undefined;
  const kept = log && fs.read(join(folder, log));
  if (kept) return send(response, 200, Buffer.from(kept).toString());
  send(response, 404, "there is nothing here\n");
}

/** Checks, persists and answers in one go: nothing else runs in between, so two requests cannot cross. */
export function decide(options: WitnessOptions, request: Uint8Array): ReturnType<typeof addCheckpoint> {
  const { folder, signer, fs = nodeFileSystem, now = () => Math.floor(Date.now() / 1000) } = options;
  const place = (origin: string) => join(folder, sha256Hex(origin));
  const memory: WitnessMemory = {
    keys(origin) {
      const keys = options.logs.filter(({ name }) => name === origin);
      return keys.length > 0 ? keys : undefined;
    },
    latest(origin) {
      const kept = fs.read(place(origin));
      return kept && readCheckpoint(kept).checkpoint;
    },
  };
  const decision = addCheckpoint(request, memory, signer, now());
  if (decision.cosigned) {
    const { checkpoint, note } = decision.cosigned;
    writeDurable(fs, [place(checkpoint.origin), utf8(formatNote(note))]);
  }
  return decision;
}

async function readBody(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    size += part.length;
    if (size > NOTE_LIMITS.bytes) return undefined;
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}

function send(response: ServerResponse, status: number, body: string, type = "text/plain; charset=utf-8"): void {
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) });
  response.end(body);
}
