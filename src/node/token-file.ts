/** The workspace's token: a secret that only the user of this machine can read, and that clients show. */

import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** 32 random bytes in base64url: nobody guesses it. */
const TOKEN = /^[\w-]{43}$/;

/**
 * The token of a workspace, made when it is first asked for. It outlives the server, so that a client that was set up
 * yesterday works today; deleting `server-token` makes a new one.
 */
export function workspaceToken(home: string): string {
  const file = join(home, "server-token");
  const kept = existsSync(file) ? readFileSync(file, "utf8").trim() : "";
  if (TOKEN.test(kept)) return kept;
  mkdirSync(home, { recursive: true });
  const token = randomBytes(32).toString("base64url");
  writeFileSync(file, `${token}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
  return token;
}

/** A secret for one purpose that follows from the token and does not give it away. */
export function derivedSecret(token: string, purpose: string): string {
  return createHmac("sha256", token).update(purpose).digest("base64url");
}

/** Compares in a time that depends on neither. */
export function sameSecret(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
