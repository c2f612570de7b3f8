import { expect, test } from "vitest";
import type { Container } from "../../src/image/container.ts";
import { readStealth } from "../../src/image/stealth.ts";
import { walk } from "../../src/image/walk.ts";
import { attest } from "../../src/label/attestations.ts";
import { openFile } from "../../src/node/files.ts";
import { decodeStored } from "../../src/node/pixels.ts";
import { readContainer } from "../../src/recipe/reading.ts";
import { samplePath, samples } from "../helpers/samples.ts";

const signed = samples.filter(({ expected }) => expected.hasSignature);

/** A sample with what is hidden in its pixels, as the reader sees it. */
async function look(file: string) {
  const pixels = await decodeStored(samplePath(file));
  const source = openFile(samplePath(file));
  const walked = walk(source);
  source.close();
  const container: Container = { ...walked, blocks: [...walked.blocks, ...readStealth(pixels).blocks] };
  return { container, pixels };
}

function statuses(container: Container, pixels: Awaited<ReturnType<typeof look>>["pixels"]) {
  const { attestations, findings } = attest({ container, reading: readContainer(container), pixels });
  return {
    kinds: Object.fromEntries(attestations.map(({ kind, status }) => [kind, status])),
    levels: findings.map(({ level }) => level),
  };
}

test("NovelAI's own images hold: the signature, and the copy in the pixels", async () => {
  expect(signed.length).toBeGreaterThan(2);
  for (const { file } of signed) {
    const { container, pixels } = await look(file);
    expect(statuses(container, pixels), file).toEqual({
      kinds: { "novelai-signature": "valid", "stealth-copy": "valid" },
      levels: ["holds", "holds"],
    });
  }
}, 60_000);

test("one changed bit of one pixel breaks the signature, one changed letter of the text breaks both", async () => {
  const { container, pixels } = await look(signed[0]!.file);
  const data = pixels.data.slice();
  data[4 * 1000 + 1]! ^= 1;
  expect(statuses(container, { ...pixels, data }).kinds["novelai-signature"]).toBe("invalid");
  const blocks = container.blocks.map((block) =>
    block.key === "Comment" ? { ...block, text: block.text!.replace("1girl", "2girl") } : block,
  );
  expect(statuses({ ...container, blocks }, pixels)).toEqual({
    kinds: { "novelai-signature": "invalid", "stealth-copy": "invalid" },
    levels: ["fails", "fails"],
  });
}, 60_000);

test("without pixels nothing is claimed of the signature", async () => {
  const { container } = await look(signed[0]!.file);
  const { attestations } = attest({ container, reading: readContainer(container) });
  expect(attestations[0]).toMatchObject({ kind: "novelai-signature", status: "unverifiable" });
});
