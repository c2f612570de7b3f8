/** Debian's PostgreSQL, started for a test on a socket in a folder of its own, never as root. */

import { execFileSync, spawn } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A running server. */
export interface PostgresServer {
  /** As `DATABASE_URL` takes it. */
  readonly url: string;
  readonly version: string;
  stop(): Promise<void>;
}

/** The newest installed version's programs. */
function binaries(): string {
  const root = "/usr/lib/postgresql";
  const versions = existsSync(root)
    ? readdirSync(root).filter((name) => existsSync(join(root, name, "bin", "initdb")))
    : [];
  const newest = versions.sort((a, b) => Number(b) - Number(a))[0];
  if (newest === undefined) throw new Error("PostgreSQL is not installed: scripts/install-tools.sh does that");
  return join(root, newest, "bin");
}

/** Starts a server with an empty database. PostgreSQL refuses to run as root, and takes the package's own user then. */
export async function startPostgres(): Promise<PostgresServer> {
  const bin = binaries();
  const folder = mkdtempSync(join(tmpdir(), "sp-pg-"));
  const isRoot = process.getuid?.() === 0;
  const as = isRoot ? ["runuser", "-u", "postgres", "--"] : [];
  if (isRoot) {
    const id = (flag: string): number => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
    chownSync(folder, id("-u"), id("-g"));
  }
  chmodSync(folder, 0o755);
  const data = join(folder, "data");
  const run = (...command: string[]): string => {
    const [program, ...args] = [...as, ...command];
    return execFileSync(program!, args, { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  };
  run(
    join(bin, "initdb"),
    "-D",
    data,
    "-U",
    "seedproof",
    "-A",
    "trust",
    "-E",
    "UTF8",
    "--no-sync",
    "--no-instructions",
  );
  const version = run(join(bin, "postgres"), "--version").trim();
  const options = ["-D", data, "-k", folder, "-c", "listen_addresses=", "-c", "fsync=off"];
  const [program, ...args] = [...as, join(bin, "postgres"), ...options];
  const server = spawn(program!, args, { cwd: folder, stdio: "ignore" });
  const exited = new Promise<void>((done) => server.once("exit", () => done()));
  for (let i = 0; !existsSync(join(folder, ".s.PGSQL.5432")); i++) {
    if (i > 600 || server.exitCode !== null) throw new Error("PostgreSQL did not start");
    await sleep(100);
  }
  return {
    url: `postgresql://seedproof@/postgres?host=${encodeURIComponent(folder)}`,
    version,
    async stop() {
      run(join(bin, "pg_ctl"), "-D", data, "-m", "fast", "-w", "stop");
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
