/** A witness: it cosigns a log's checkpoint only if that continues the last one it cosigned. C2SP tlog-witness. */

import { fromBase64 } from "../base/base64.ts";
import { equalBytes, fromUtf8 } from "../base/bytes.ts";
import { isSize, readCheckpoint, type SignedCheckpoint } from "./checkpoint.ts";
import { cosign } from "./cosignature.ts";
import { EMPTY_ROOT, type TreeHead, verifyConsistency } from "./merkle.ts";
import type { Note, Signer, VerifierKey } from "./note.ts";
import { checkSignature, formatNote, NOTE_LIMITS } from "./note.ts";
import { MAX_PROOF_HASHES } from "./proof.ts";

/** What a witness knows. */
export interface WitnessMemory {
  /** Keys of a log that this witness serves; `undefined` for any other origin. */
  keys(origin: string): readonly VerifierKey[] | undefined;
  /** The last head it cosigned for an origin. */
  latest(origin: string): TreeHead | undefined;
}

/** Answer to `POST /add-checkpoint`. `cosigned` must be durable before it is sent, with nothing in between. */
export interface WitnessAnswer {
  readonly status: 200 | 400 | 403 | 404 | 409 | 422;
  readonly body: string;
  readonly contentType: string;
  readonly cosigned?: SignedCheckpoint;
}

/** Decides on a request. @param time - the witness's clock, seconds since 1970 */
export function addCheckpoint(request: Uint8Array, memory: WitnessMemory, signer: Signer, time: number): WitnessAnswer {
  const asked = parseRequest(request);
  if (!asked) return refuse(400, "a request is an old size, a proof, an empty line and a checkpoint");
  const { old, proof, signed } = asked;
  const { origin, size } = signed.checkpoint;
  const keys = memory.keys(origin);
  if (!keys) return refuse(404, "this witness does not know the log");
  if (!keys.some((key) => checkSignature(signed.note, key) === "good"))
    return refuse(403, "no key of the log signed this");
  if (old > size) return refuse(400, "the old size is above the checkpoint's");
  const latest = memory.latest(origin) ?? { size: 0, root: EMPTY_ROOT };
  if (latest.size !== old) return { status: 409, body: `${latest.size}\n`, contentType: "text/x.tlog.size" };
  if (size === 0 && !equalBytes(signed.checkpoint.root, EMPTY_ROOT))
    return refuse(422, "the empty tree has another root");
  if (!verifyConsistency(latest, signed.checkpoint, proof))
    return refuse(422, "the checkpoint does not continue the last one");
  const line = cosign(signed.note.text, time, signer);
  const note: Note = { text: signed.note.text, signatures: [...signed.note.signatures, line] };
  const body = formatNote({ text: note.text, signatures: [line] }).slice(note.text.length + 1);
  return { status: 200, body, contentType: "text/plain; charset=utf-8", cosigned: { ...signed, note } };
}

/** The request that asks a witness for its cosignature. */
export function witnessRequest(old: number, proof: readonly string[], checkpoint: Note): string {
  return `old ${old}\n${proof.map((line) => `${line}\n`).join("")}\n${formatNote(checkpoint)}`;
}

interface Request {
  readonly old: number;
  readonly proof: readonly Uint8Array[];
  readonly signed: SignedCheckpoint;
}

function parseRequest(request: Uint8Array): Request | undefined {
  const text = request.length > NOTE_LIMITS.bytes ? undefined : fromUtf8(request);
  const gap = text?.indexOf("\n\n") ?? -1;
  if (text === undefined || gap < 0) return undefined;
  const [first, ...lines] = text.slice(0, gap).split("\n");
  const old = /^old (\d+)$/.exec(first ?? "")?.[1];
  const proof = lines.map((line) => fromBase64(line)).filter((hash) => hash?.length === 32);
  if (!isSize(old) || proof.length !== lines.length || proof.length > MAX_PROOF_HASHES) return undefined;
  try {
    return { old: Number(old), proof: proof as Uint8Array[], signed: readCheckpoint(text.slice(gap + 2)) };
  } catch {
    return undefined;
  }
}

function refuse(status: 400 | 403 | 404 | 422, why: string): WitnessAnswer {
  return { status, body: `${why}\n`, contentType: "text/plain; charset=utf-8" };
}
