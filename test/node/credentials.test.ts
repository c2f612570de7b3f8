import { readFileSync } from "node:fs";
import fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import { embed } from "../../src/image/embed.ts";
import { readCredentials } from "../../src/node/credentials.ts";
import { readImage } from "../../src/node/read-image.ts";
import { samplePath } from "../helpers/samples.ts";

const load = (file: string): Uint8Array => new Uint8Array(readFileSync(samplePath(file)));
const FLUX = "raw__data_fixtures_provenance_flux-1.jpg";
const FIREFLY = "raw__data_fixtures_provenance_firefly-1.png";
const SAMSUNG = "raw__data_calibration_samsung_samsung_black_1.png";

afterEach(() => vi.restoreAllMocks());

describe("credentials of real services", () => {
  test.each([
    [FLUX, "Black Forest Labs Inc.", 2],
    [FIREFLY, "Adobe Inc.", 1],
    [SAMSUNG, "Samsung Galaxy", 1],
  ])("%s: the signature holds; whom to believe is left to the reader", async (file, issuer, claimVersion) => {
    const asked = vi.spyOn(globalThis, "fetch");
    const report = await readCredentials(load(file));
    expect(report).toMatchObject({
      state: "valid",
      trust: "undecided",
      time: { status: "undecided" },
      manifests: [{ active: true, claimVersion, signer: { issuer } }],
    });
    expect(asked).not.toHaveBeenCalled();
  });

  test("reading an image says so too, and says trust apart", async () => {
    const { attestations } = await readImage(samplePath(FLUX));
    expect(attestations).toEqual([{ kind: "c2pa", status: "valid", covers: ["file"], block: 0, trust: "undecided" }]);
  });

  test("without hashing the file nothing is claimed to hold", async () => {
    const { attestations } = await readImage(samplePath(FLUX), { hash: false });
    expect(attestations).toMatchObject([{ kind: "c2pa", status: "unverifiable" }]);
  });
});

test("a file without credentials has none; an address where some are said to be is told and never asked", async () => {
  const asked = vi.spyOn(globalThis, "fetch");
  const plain = load("sdm__jpg_empty.jpg");
  expect(await readCredentials(plain)).toMatchObject({ state: "none", findings: [{ code: "label.c2pa-none" }] });
  const address = "https://example.com/manifest.c2pa";
  const xmp =
    `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` +
    `<rdf:Description rdf:about="" xmlns:dcterms="http://purl.org/dc/terms/" dcterms:provenance="${address}"/>` +
    `</rdf:RDF></x:xmpmeta>`;
  const named = embed(plain, { xmp: new TextEncoder().encode(xmp) });
  expect(await readCredentials(named)).toMatchObject({ state: "none", elsewhere: address });
  expect(asked).not.toHaveBeenCalled();
});

test("damage in a store never makes it valid under other words, and never stops the reader", async () => {
  const bytes = load(SAMSUNG);
  const store = Buffer.from(bytes).indexOf("jumb");
  const whole = await readCredentials(bytes);
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: store, max: store + 9000 }),
      fc.integer({ min: 1, max: 255 }),
      async (at, flip) => {
        const changed = Uint8Array.from(bytes);
        changed[at]! ^= flip;
        const report = await readCredentials(changed);
        // Padding and the unsigned part of the signature may change; what is said may not.
        if (report.state === "valid" && whole.state === "valid") {
          expect(report.manifests.map(({ actions, title }) => ({ actions, title }))).toEqual(
            whole.manifests.map(({ actions, title }) => ({ actions, title })),
          );
        } else expect(["invalid", "unverifiable", "none"]).toContain(report.state);
      },
    ),
    { numRuns: 60 },
  );
});
