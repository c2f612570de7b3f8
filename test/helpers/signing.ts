/** Keys, certificates and a timestamp authority of the test's own, all made by openssl; certificates by the commands of docs/credentials.md. */

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type LocalAuthority, serveAuthority } from "../../scripts/demo/authority.ts";

const ROOT = resolve(import.meta.dirname, "../..");

/** A folder with `my.key`, `my.pem` and `root.pem`, as the documentation makes them; other curves where asked. */
export function makeSigner(folder: string, curve: "P-256" | "P-384" | "Ed25519" = "P-256"): string {
  mkdirSync(folder, { recursive: true });
  const documented = /```sh\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, "docs/credentials.md"), "utf8"))![1]!;
  const own =
    curve === "Ed25519"
      ? "-algorithm ED25519 -out my.key"
      : `-algorithm EC -pkeyopt ec_paramgen_curve:${curve} -out my.key`;
  const script = documented.replace("-algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out my.key", own);
  execFileSync("bash", ["-e", "-c", script], { cwd: folder, stdio: "ignore" });
  return folder;
}

/** A timestamp authority over HTTP whose replies openssl makes, in a folder that make-tsa-zoo.sh has filled. */
export async function startAuthority(zoo: string): Promise<LocalAuthority> {
  execFileSync(join(ROOT, "test/interop/make-tsa-zoo.sh"), [zoo, "keep"], { stdio: "ignore" });
  return serveAuthority(zoo, "ec");
}
