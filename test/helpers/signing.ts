/** Keys, certificates and a timestamp authority of the test's own, all made by openssl; certificates by the commands of docs/credentials.md. */

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";

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
export async function startAuthority(zoo: string) {
  execFileSync(join(ROOT, "test/interop/make-tsa-zoo.sh"), [zoo, "keep"], { stdio: "ignore" });
  let asked = 0;
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    asked++;
    writeFileSync(join(zoo, "asked.tsq"), Buffer.concat(parts));
    const reply = [
      "ts",
      "-reply",
      "-config",
      "tsa.cnf",
      "-section",
      "ec",
      "-queryfile",
      "asked.tsq",
      "-out",
      "answered.tsr",
    ];
    execFileSync("openssl", reply, { cwd: zoo, stdio: "ignore" });
    // openssl has stopped this thread meanwhile: a kept connection could be closed by either side.
    response.setHeader("connection", "close");
    response.setHeader("content-type", "application/timestamp-reply");
    response.end(readFileSync(join(zoo, "answered.tsr")));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/tsa`,
    root: join(zoo, "root.pem"),
    count: () => asked,
    close: () => server.close(),
  };
}
