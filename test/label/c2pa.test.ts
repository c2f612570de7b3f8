import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readC2paStore } from "../../src/image/c2pa-store.ts";
import { bytesSource } from "../../src/image/source.ts";
import { walk } from "../../src/image/walk.ts";
import { type C2paCheck, checkC2pa } from "../../src/label/c2pa.ts";
import { samplePath } from "../helpers/samples.ts";

const FIREFLY = "raw__data_fixtures_provenance_firefly-1.png";
const FLUX = "raw__data_fixtures_provenance_flux-1.jpg";
const SAMSUNG = "raw__data_calibration_samsung_samsung_black_1.png";
const AI = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";

function check(bytes: Uint8Array): C2paCheck[] {
  const source = bytesSource(bytes);
  return checkC2pa(walk(source).blocks, source);
}

const load = (file: string): Uint8Array => new Uint8Array(readFileSync(samplePath(file)));
const codes = (bytes: Uint8Array): string[] => check(bytes).flatMap(({ findings }) => findings.map(({ code }) => code));

describe("Content Credentials", () => {
  test.each([
    [FIREFLY, 1, "Adobe_Firefly", "c2pa.created", AI, "Adobe Inc."],
    [FLUX, 2, "Black Forest Labs API", "c2pa.created", AI, "Black Forest Labs Inc."],
    [
      SAMSUNG,
      1,
      "Galaxy S25 c2pa-rs/0.62.0",
      "c2pa.edited",
      AI.replace("trainedA", "compositeWithTrainedA"),
      "Samsung Galaxy",
    ],
  ])("%s says who made it, with what, and who signed", (file, version, generator, action, source, signer) => {
    const [{ manifests, attestation } = { manifests: [], attestation: undefined }] = check(load(file));
    expect(manifests).toHaveLength(1);
    expect(manifests[0]).toMatchObject({
      claimVersion: version,
      claimGenerator: generator,
      actions: [{ action, digitalSourceType: source }],
      signer: { timeStamped: true, certificate: { subject: { organization: signer } } },
    });
    expect(attestation).toMatchObject({ kind: "c2pa", status: "unverifiable", covers: ["file"] });
  });

  test.each([FIREFLY, FLUX, SAMSUNG])("%s is bound to its bytes; one changed bit of a pixel breaks it", (file) => {
    const bytes = load(file);
    expect(codes(bytes)).toEqual(["label.c2pa-binding-holds"]);
    bytes[bytes.length - 1000] = bytes[bytes.length - 1000]! ^ 1;
    expect(codes(bytes)).toEqual(["label.c2pa-binding-differs"]);
    expect(check(bytes)[0]?.attestation.status).toBe("invalid");
  });

  test("what was put behind the picture after signing breaks it too", () => {
    expect(codes(new Uint8Array([...load(FIREFLY), 0]))).toEqual(["label.c2pa-binding-differs"]);
  });

  test("a changed statement is not the one that the claim lists", () => {
    const bytes = load(FIREFLY);
    const at = Buffer.from(bytes).indexOf("c2pa.created");
    bytes.set(new TextEncoder().encode("c2pa.opened!"), at);
    expect(codes(bytes)).toContain("label.c2pa-assertion-differs");
  });

  test("node's own hash functions give the same answer", () => {
    const source = bytesSource(load(FLUX));
    expect(checkC2pa(walk(source).blocks, source, (algorithm) => createHash(algorithm))).toEqual(check(load(FLUX)));
  });

  test("a file without Content Credentials has nothing to check", () => {
    expect(check(load("sdm__jpg_empty.jpg"))).toEqual([]);
  });

  test("a changed store is read or refused, never more", () => {
    const store = walk(bytesSource(load(SAMSUNG))).blocks[0]!.bytes!;
    fc.assert(
      fc.property(fc.nat(store.length - 1), fc.nat(255), fc.nat(200), (at, value, cut) => {
        const changed = store.slice(0, store.length - cut);
        changed[at % changed.length] = value;
        expect(readC2paStore(changed).length).toBeLessThan(3);
        checkC2pa(
          [{ where: "caBX", key: "c2pa", offset: 0, length: 0, encoding: "binary", bytes: changed }],
          bytesSource(store),
        );
      }),
    );
  });
});
