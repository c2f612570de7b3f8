import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { utf8 } from "../../src/base/bytes.ts";
import { makeBundle } from "../../src/dossier/bundle.ts";
import type { CredentialsCheck } from "../../src/dossier/verify-credentials.ts";
import { isC2paBlock } from "../../src/image/c2pa-store.ts";
import { bytesSource } from "../../src/image/source.ts";
import { walk } from "../../src/image/walk.ts";
import { exhibitCredentials } from "../../src/node/credentials.ts";
import { samplePath } from "../helpers/samples.ts";
import { bundleInput, fails, verify } from "./bundle-helpers.ts";

const SIGNED = new Uint8Array(readFileSync(samplePath("raw__data_fixtures_provenance_firefly-1.png")));
const check: CredentialsCheck = exhibitCredentials;

/** A bundle whose third exhibit is this image, and what checking it says of credentials. */
async function said(image: Uint8Array, how: CredentialsCheck | undefined, measured?: object) {
  const input = await bundleInput();
  const exhibits = [...input.exhibits, { id: "E3", name: "signed.png", role: "document", bytes: image }];
  const files = new Map(makeBundle({ ...input, exhibits }));
  if (measured) files.set("data/measured.json", utf8(JSON.stringify(measured)));
  const report = await verify(files, how ? { credentials: how } : {});
  return report.findings
    .filter(({ code }) => code.startsWith("dossier.credentials"))
    .map(({ code, level, where }) => [code, level, where?.file]);
}

test("a signed exhibit is validated, one that was changed after signing is told, and neither makes the bundle fail", async () => {
  const place = "data/exhibits/E3/signed.png";
  expect(await said(SIGNED, check)).toEqual([["dossier.credentials-hold", "holds", place]]);
  const blocks = walk(bytesSource(SIGNED)).blocks.filter(isC2paBlock);
  const changed = Uint8Array.from(SIGNED);
  const after = Math.max(...blocks.map(({ offset, length }) => (offset ?? 0) + length)) + 64;
  changed[after]! ^= 1;
  expect(await said(changed, check)).toEqual([["dossier.credentials-broken", "informs", place]]);
  const input = await bundleInput();
  const exhibits = [...input.exhibits, { id: "E3", name: "signed.png", role: "document", bytes: changed }];
  expect(fails(await verify(makeBundle({ ...input, exhibits }), { credentials: check }))).toEqual([]);
}, 120_000);

test("a host without a validator says that it cannot be told there, and images without credentials are passed over", async () => {
  expect(await said(SIGNED, undefined)).toEqual([
    ["dossier.credentials-untold", "informs", "data/exhibits/E3/signed.png"],
  ]);
  expect(await said(utf8("no image at all"), check)).toEqual([]);
});

test("a measurement that says the opposite of what validating gives is a contradiction of the bundle", async () => {
  const of = (status: string) => ({ exhibits: { E3: { attestations: [{ kind: "c2pa", status }] } } });
  const state = async (given: "valid" | "invalid", measured: string) => {
    const fixed: CredentialsCheck = async () => ({ state: given, manifests: [], results: [] });
    return (await said(SIGNED, fixed, of(measured))).map(([code]) => code);
  };
  expect(await state("invalid", "valid")).toContain("dossier.credentials-differ");
  expect(await state("valid", "invalid")).toContain("dossier.credentials-differ");
  expect(await state("valid", "valid")).toEqual(["dossier.credentials-hold"]);
  expect(await state("invalid", "unverifiable")).toEqual(["dossier.credentials-broken"]);
});
