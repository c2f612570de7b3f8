/** Which process it is, told apart from another that got the same number later, and whether it still lives. */

import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { fromUtf8 } from "../base/bytes.ts";

/** A process number alone may be used again, so the machine's run and the process's start go with it. */
export interface ProcessIdentity {
  readonly host: string;
  /** Names the run of the machine; empty where the system does not say. */
  readonly boot: string;
  readonly pid: number;
  /** When it started, in the kernel's ticks; empty where the system does not say. */
  readonly started: string;
}

/** This process. */
export function ownIdentity(): ProcessIdentity {
  return { host: hostname(), boot: bootId(), pid: process.pid, started: startOf(process.pid) };
}

/** Names this run of the machine; empty where the system does not say. */
export function bootId(): string {
  return readSystemFile("/proc/sys/kernel/random/boot_id")?.trim() ?? "";
}

/** Whether a process lives. One on another machine cannot be asked and counts as alive. */
export function isAlive({ host, boot, pid, started }: ProcessIdentity): boolean {
  if (host !== hostname()) return true;
  if (boot !== bootId()) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return startOf(pid) === started;
}

/** "gone" for a process that ended and waits to be reaped. @see proc(5), /proc/PID/stat */
function startOf(pid: number): string {
  const stat = readSystemFile(`/proc/${pid}/stat`) ?? "";
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" || fields[0] === "X" ? "gone" : (fields[19] ?? "");
}

function readSystemFile(path: string): string | undefined {
  try {
    return fromUtf8(readFileSync(path));
  } catch {
    return undefined;
  }
}
