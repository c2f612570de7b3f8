import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readImage, readImageBytes } from "../../src/node/read-image.ts";
import { samplePath, samples } from "../helpers/samples.ts";

const shown = async (file: string): Promise<string[]> =>
  (await readImage(samplePath(file))).attestations.map(({ kind, status }) => `${kind} ${status}`);

describe("what in a file vouches for something", () => {
  test.each([
    ["sdm__png_novelai-ref.png", ["novelai-signature valid", "stealth-copy valid"]],
    ["sdm__webp_novelai-full-3char.webp", ["novelai-signature valid", "stealth-copy valid"]],
    ["raw__data_fixtures_provenance_firefly-1.png", ["c2pa valid"]],
    ["raw__data_fixtures_provenance_flux-1.jpg", ["c2pa valid"]],
    ["raw__data_fixtures_provenance_grok-1.jpg", ["xai-signature unverifiable"]],
    ["raw__data_calibration_doubao_doubao_gray_1x1_1.png", ["aigc-label unverifiable"]],
    ["sdp__NovelAI_novelai1_cropped.png", []],
  ])("%s", async (file, expected) => {
    expect(await shown(file)).toEqual(expect.arrayContaining(expected));
    expect((await shown(file)).length).toBe(expected.length);
  });

  test("every sample that is known to be signed is found valid, and no other", async () => {
    const signed = samples.filter(({ expected }) => expected.tool === "novelai");
    expect(signed.length).toBeGreaterThan(3);
    for (const { file, expected } of signed) {
      expect((await shown(file)).includes("novelai-signature valid"), file).toBe(expected.hasSignature === true);
    }
  });

  test("a file whose bytes were changed after signing is said so, and its reading fails", async () => {
    const bytes = new Uint8Array(readFileSync(samplePath("raw__data_fixtures_provenance_flux-1.jpg")));
    bytes[bytes.length - 500] = bytes[bytes.length - 500]! ^ 1;
    const reading = await readImageBytes("changed.jpg", bytes);
    expect(reading.attestations).toMatchObject([{ kind: "c2pa", status: "invalid" }]);
    expect(reading.findings).toContainEqual(
      expect.objectContaining({ code: "label.c2pa-binding-differs", level: "fails" }),
    );
  });

  test("without the file's hash its bytes are not read for Content Credentials either", async () => {
    const reading = await readImage(samplePath("raw__data_fixtures_provenance_flux-1.jpg"), { hash: false });
    expect(reading.findings.map(({ code }) => code)).toContain("label.c2pa-binding-unchecked");
    expect(reading).toMatchObject({ tool: "bfl-flux", attestations: [{ kind: "c2pa", status: "unverifiable" }] });
  });

  test("labels are listed as they say it", async () => {
    const { labels } = await readImage(samplePath("raw__data_fixtures_provenance_flux-1.jpg"));
    expect(labels).toMatchObject({
      credentials: [
        {
          block: 0,
          manifests: [
            {
              claimGenerator: "Black Forest Labs API",
              actions: [{ action: "c2pa.created", softwareAgent: "Flux.2" }],
              signer: { timeStamped: true, certificate: { issuer: { organization: "GlobalSign nv-sa" } } },
            },
          ],
        },
      ],
      aigc: [],
      iptc: [],
    });
    expect(JSON.parse(JSON.stringify(labels))).toEqual(labels);
    const doubao = await readImage(samplePath("raw__data_calibration_doubao_doubao_gray_1x1_1.png"));
    expect(doubao.labels.aigc).toMatchObject([{ block: 0, fields: { Label: "1", ReservedCode1: "" } }]);
  });

  test("NovelAI's copy in the pixels is verified where the text was removed", async () => {
    const whole = new Uint8Array(readFileSync(samplePath("sdm__png_novelai-ref.png")));
    const reading = await readImageBytes("stripped.png", withoutText(whole));
    expect(reading).toMatchObject({ status: "recipe", tool: "novelai" });
    expect(reading.attestations).toMatchObject([
      { kind: "novelai-signature", status: "valid" },
      { kind: "stealth-copy", status: "unverifiable" },
    ]);
  });
});

/** The PNG file without its text chunks. */
function withoutText(png: Uint8Array): Uint8Array {
  const kept = [png.subarray(0, 8)];
  const view = new DataView(png.buffer, png.byteOffset, png.length);
  for (let at = 8; at < png.length; ) {
    const end = at + 12 + view.getUint32(at);
    const type = String.fromCharCode(...png.subarray(at + 4, at + 8));
    if (!["tEXt", "zTXt", "iTXt"].includes(type)) kept.push(png.subarray(at, end));
    at = end;
  }
  return new Uint8Array(Buffer.concat(kept));
}
