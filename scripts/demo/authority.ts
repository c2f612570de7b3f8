/** A timestamp authority on this computer, made and answered by openssl: for demonstrations and tests, never for proof. RFC 3161. */

import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

/** An authority that answers until it is closed. */
export interface LocalAuthority {
  readonly url: string;
  /** Its root certificate, PEM. */
  readonly root: string;
  /** How often it was asked. */
  count(): number;
  close(): void;
}

const CONFIG = `[req]
distinguished_name = dn
[dn]
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[leaf]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
[tsa]
serial = ./serial
crypto_device = builtin
signer_cert = ./tsa.pem
signer_key = ./tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
tsa_name = yes
ess_cert_id_alg = sha256
`;

/** The names say what it is wherever they are shown; at most 64 characters (RFC 5280). */
const NAMES = {
  root: "Untrusted demonstration root made on this computer",
  tsa: "Untrusted demonstration authority made on this computer",
};

/** Makes keys and certificates of an authority in a new folder. @returns false where there is no openssl */
export function makeAuthority(folder: string): boolean {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "tsa.cnf"), CONFIG);
  writeFileSync(join(folder, "serial"), "01\n");
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "ignore" });
  const certificate = (name: "root" | "tsa", section: string, issuer: readonly string[]): void => {
    openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", `${name}.key`);
    openssl(
      ...["req", "-new", "-key", `${name}.key`, "-subj", `/CN=${NAMES[name]}`, "-config", "tsa.cnf"],
      ...["-out", `${name}.csr`],
    );
    openssl(
      ...["x509", "-req", "-in", `${name}.csr`, ...issuer, "-days", "3650", "-extfile", "tsa.cnf"],
      ...["-extensions", section, "-out", `${name}.pem`],
    );
  };
  try {
    certificate("root", "root", ["-signkey", "root.key"]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
  certificate("tsa", "leaf", ["-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial"]);
  return true;
}

/**
 * Answers over HTTP on a free port of this computer.
 * @param folder - with `tsa.cnf`, the keys that it names and `root.pem`
 * @param section - of `tsa.cnf`
 */
export async function serveAuthority(folder: string, section: string): Promise<LocalAuthority> {
  let asked = 0;
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    asked++;
    writeFileSync(join(folder, "asked.tsq"), Buffer.concat(parts));
    const reply = ["ts", "-reply", "-config", "tsa.cnf", "-section", section, "-queryfile", "asked.tsq"];
    execFileSync("openssl", [...reply, "-out", "answered.tsr"], { cwd: folder, stdio: "ignore" });
    // openssl has stopped this thread meanwhile: a kept connection could be closed by either side.
    response.setHeader("connection", "close");
    response.setHeader("content-type", "application/timestamp-reply");
    response.end(readFileSync(join(folder, "answered.tsr")));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/tsa`,
    root: join(folder, "root.pem"),
    count: () => asked,
    close: () => server.close(),
  };
}
