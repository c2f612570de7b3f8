/**
 * NovelAI's signature: Ed25519 over the RGB bytes, row by row, followed by the recipe's JSON without the signature. It covers
 * every pixel and the recipe, but neither the alpha channel nor the other text chunks, the model's name among them.
 * @see https://github.com/NovelAI/novelai-image-metadata, nai_sig.py
 */

import { ed25519 } from "@noble/curves/ed25519.js";
import { concatBytes, utf8 } from "../base/bytes.ts";
import { isObject } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import { pythonJsonWithout } from "./python-json.ts";

/** NovelAI's public key, as its verification script publishes it (base64 `Y2JcQAOhLwzwSDUJPNgL04nS0Tbqm7cSRc4xk0vRMic=`). */
export const NOVELAI_PUBLIC_KEY: Uint8Array = Uint8Array.from(
  atob("Y2JcQAOhLwzwSDUJPNgL04nS0Tbqm7cSRc4xk0vRMic="),
  (c) => c.charCodeAt(0),
);

/** Decoded pixels: 8 bits a channel, interleaved, row-major, not premultiplied; 3 channels RGB or 4 RGBA. */
export interface SignedPixels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly data: Uint8Array;
}

/** `none`: the recipe carries no signature. */
export type SignatureStatus = "valid" | "invalid" | "none";

/**
 * Checks the signature of a NovelAI image.
 *
 * @param comment - the recipe's JSON text, as it stands in the `Comment` chunk
 * @param options - another key than NovelAI's, of 32 bytes; a quicker Ed25519 than the one built in
 */
export function verifyNovelaiSignature(
  pixels: SignedPixels,
  comment: string,
  { publicKey = NOVELAI_PUBLIC_KEY, verify = verifyEd25519 }: { publicKey?: Uint8Array; verify?: Ed25519 } = {},
): SignatureStatus {
  const json = tryJson(comment);
  if (!isObject(json) || json.signed_hash === undefined) return "none";
  const signature = signatureOf(json.signed_hash);
  const recipe = pythonJsonWithout(comment, "signed_hash");
  if (!signature || recipe === undefined) return "invalid";
  return verify(signature, concatBytes(rgbOf(pixels), utf8(recipe)), publicKey) ? "valid" : "invalid";
}

/** Whether the key signed the message. @see RFC 8032, section 5.1.7 */
export type Ed25519 = (signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array) => boolean;

function verifyEd25519(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  try {
    return ed25519.verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false;
  }
}

function signatureOf(value: unknown): Uint8Array | undefined {
  if (typeof value !== "string" || !/^[A-Za-z0-9+/]{86}==$/.test(value)) return undefined;
  return Uint8Array.from(atob(value), (c) => c.charCodeAt(0));
}

function rgbOf({ width, height, channels, data }: SignedPixels): Uint8Array {
  if (channels === 3) return data;
  const rgb = new Uint8Array(width * height * 3);
  for (let from = 0, to = 0; to < rgb.length; from += channels, to += 3) {
    rgb[to] = data[from]!;
    rgb[to + 1] = data[from + 1]!;
    rgb[to + 2] = data[from + 2]!;
  }
  return rgb;
}
