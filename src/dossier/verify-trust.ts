/** The certificates that a bundle brings: told with their fingerprints, and never believed for being there. */

import { fromUtf8 } from "../base/bytes.ts";
import { certificateFacts } from "../base/certificate.ts";
import type { Finding } from "../base/findings.ts";
import { certificatesOf } from "../ledger/pem.ts";
import { found } from "./findings.ts";

interface Source {
  readonly paths: readonly string[];
  readonly read: (path: string) => Promise<Uint8Array>;
}

/** One finding a certificate below `data/trust/`. */
export async function verifyOffered(
  { paths, read }: Source,
  hash: (bytes: Uint8Array) => Promise<string>,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const file of paths.filter((path) => /^data\/trust\/.+\.pem$/i.test(path))) {
    try {
      for (const der of certificatesOf(fromUtf8(await read(file)) ?? "")) {
        const subject = certificateFacts(der)?.subject;
        const name = subject?.commonName ?? subject?.organization ?? "–";
        findings.push(found("dossier.trust-offered", { name, fingerprint: await hash(der) }, { file }));
      }
    } catch {
      findings.push(found("dossier.trust-malformed", { file }, { file }));
    }
  }
  return findings;
}
