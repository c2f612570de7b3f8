/** Certificates in PEM text. RFC 7468. */

import { fromBase64 } from "../base/base64.ts";
import { SeedproofError } from "../base/errors.ts";

/** Certificates in one text, at most: system bundles have some 150. CWE-770. */
const MAX_CERTIFICATES = 1000;

/** DER of each certificate in a PEM text; other objects in it are left alone. @throws SeedproofError `ledger.pem-malformed` */
export function certificatesOf(pem: string): Uint8Array[] {
  const bodies = pem.split("-----BEGIN CERTIFICATE-----").slice(1);
  if (bodies.length > MAX_CERTIFICATES) throw new SeedproofError("ledger.pem-malformed", "too many certificates");
  return bodies.map((body) => {
    const end = body.indexOf("-----END CERTIFICATE-----");
    const der = end < 0 ? undefined : fromBase64(body.slice(0, end).replaceAll(/\s/g, ""));
    if (!der) throw new SeedproofError("ledger.pem-malformed", "a certificate in the PEM text is damaged");
    return der;
  });
}
