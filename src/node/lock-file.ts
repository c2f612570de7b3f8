/** One writer: a lock file that names its holder, taken over only from a holder that is gone. */

import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { fromUtf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import { isObject } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import { isAlive, ownIdentity, type ProcessIdentity } from "./process-identity.ts";

/** A takeover lasts under a millisecond; one this old, in milliseconds, was left by a crash. */
const TAKEOVER_STALE_MS = 10_000;

/** Who holds a lock. */
interface Holder extends ProcessIdentity {
  readonly token: string;
}

/** A held lock; letting go twice does nothing. */
export interface Lock {
  release(): void;
}

/** @throws SeedproofError `ledger.locked` when another living process holds it, with that process's number */
export function takeLock(path: string): Lock {
  const holder: Holder = { ...ownIdentity(), token: randomUUID() };
  const text = JSON.stringify(holder);
  if (!createWhole(path, text)) {
    const other = readHolder(path);
    if (other && isAlive(other)) throw locked(other);
    takeOver(path, text);
  }
  return {
    release() {
      if (readHolder(path)?.token === holder.token) rmSync(path, { force: true });
    },
  };
}

/** Replaces a dead holder's lock. A second file makes sure that two processes do not both do it. */
function takeOver(path: string, text: string): void {
  const guard = `${path}.takeover`;
  if (existsSync(guard) && Date.now() - statSync(guard).mtimeMs > TAKEOVER_STALE_MS) rmSync(guard, { force: true });
  if (!createWhole(guard, text)) throw locked(readHolder(guard));
  try {
    const other = readHolder(path);
    if (other && isAlive(other)) throw locked(other);
    rmSync(path, { force: true });
    if (!createWhole(path, text)) throw locked(readHolder(path));
  } finally {
    rmSync(guard, { force: true });
  }
}

function createWhole(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** The holder, or `undefined` where the file is gone or was cut by a crash. */
function readHolder(path: string): Holder | undefined {
  const value = tryJson(readText(path) ?? "");
  return isObject(value) && typeof value.pid === "number" ? (value as unknown as Holder) : undefined;
}

function readText(path: string): string | undefined {
  try {
    return fromUtf8(readFileSync(path));
  } catch {
    return undefined;
  }
}

function locked(holder: Holder | undefined): SeedproofError {
  const who = holder ? `process ${holder.pid} on ${holder.host}` : "another process";
  return new SeedproofError("ledger.locked", `${who} is writing to this ledger`);
}
