import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cborGet, isCborTag, parseCbor } from "../../src/base/cbor.ts";
import { certificateFacts } from "../../src/base/certificate.ts";
import { atLabels, dataOf, readJumbf } from "../../src/image/jumbf.ts";
import { bytesSource } from "../../src/image/source.ts";
import { walk } from "../../src/image/walk.ts";
import { samplePath } from "../helpers/samples.ts";

/** The certificate that signed the FLUX sample, as it stands in the COSE header. */
function leaf(): Uint8Array {
  const { blocks } = walk(bytesSource(readFileSync(samplePath("raw__data_fixtures_provenance_flux-1.jpg"))));
  const [store] = readJumbf(blocks[0]!.bytes!);
  const cose = parseCbor(dataOf(atLabels(store!.superboxes, store!.superboxes[0]!.label, "c2pa.signature"), "cbor")!);
  const parts = (isCborTag(cose) ? cose.value : cose) as readonly unknown[];
  const chain = cborGet(parseCbor(parts[0] as Uint8Array), 33) as readonly Uint8Array[];
  return chain[0]!;
}

describe("certificates", () => {
  test("a real certificate tells its subject, issuer and dates", () => {
    expect(certificateFacts(leaf())).toEqual({
      subject: { country: "US", organization: "Black Forest Labs Inc.", commonName: "info@blackforestlabs.ai" },
      issuer: { country: "BE", organization: "GlobalSign nv-sa", commonName: "GlobalSign GCC R6 SMIME CA 2023" },
      notBefore: "2025-09-03T18:24:47Z",
      notAfter: "2026-10-04T18:24:47Z",
    });
  });

  test("changed and cut bytes give facts or nothing", () => {
    const whole = leaf();
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), fc.nat(whole.length), (at, value, length) => {
        const changed = whole.slice(0, length);
        if (at < length) changed[at] = value;
        const facts = certificateFacts(changed);
        expect(facts === undefined || typeof facts.subject === "object").toBe(true);
      }),
    );
  });
});
