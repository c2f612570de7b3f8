/** One writer: a lock file that names its holder, taken over only from a holder that is gone. */

import { randomUUID } from "node:crypto";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { fromUtf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import { isObject } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";

/** A takeover lasts under a millisecond; one this old, in milliseconds, was left by a crash. */
const TAKEOVER_STALE_MS = 10_000;

/** Who holds a lock. A process number alone may be used again, so the machine's run and the process's start go with it. */
interface Holder {
  readonly host: string;
  readonly boot: string;
  readonly pid: number;
  readonly started: string;
  readonly token: string;
}

/** A held lock; letting go twice does nothing. */
export interface Lock {
  release(): void;
}

/** Names this run of the machine; empty where the system does not say. */
export function bootId(): string {
  return readText("/proc/sys/kernel/random/boot_id")?.trim() ?? "";
}

/** @throws SeedproofError `ledger.locked` when another living process holds it, with that process's number */
export function takeLock(path: string): Lock {
  const holder: Holder = {
    host: hostname(),
    boot: bootId(),
    pid: process.pid,
    started: startOf(process.pid),
    token: randomUUID(),
  };
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

/** A holder on another machine cannot be asked: it counts as alive. */
function isAlive({ host, boot, pid, started }: Holder): boolean {
  if (host !== hostname()) return true;
  if (boot !== bootId()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return startOf(pid) === started;
}

/** When a process started, in the kernel's ticks; "gone" for one that ended and waits to be reaped; empty where unknown. */
function startOf(pid: number): string {
  const stat = readText(`/proc/${pid}/stat`) ?? "";
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" || fields[0] === "X" ? "gone" : (fields[19] ?? "");
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
