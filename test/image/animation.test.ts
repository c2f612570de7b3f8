import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { concatBytes, utf8 } from "../../src/base/bytes.ts";
import { pngChunk } from "../../src/image/embed-png.ts";
import { bytesSource } from "../../src/image/source.ts";
import { walk } from "../../src/image/walk.ts";

const sample = (name: string) => new Uint8Array(readFileSync(resolve(import.meta.dirname, "../../samples", name)));
const look = (bytes: Uint8Array) => walk(bytesSource(bytes));

test("ComfyUI's comf chunks behind the first frame of an APNG are read by their keys", () => {
  // As SaveAnimatedPNG writes: Pillow's add(b"comf", key + b"\0" + json in latin-1, after_idat=True).
  const still = sample("sdp__AUTOMATIC1111_automatic1111_cropped.png");
  const idat = Buffer.from(still).indexOf("IDAT") - 4;
  const comf = (key: string) => pngChunk("comf", utf8(`${key}\0{"${key}": 1}`));
  const apng = concatBytes(
    still.subarray(0, idat),
    pngChunk("acTL", Uint8Array.of(0, 0, 0, 2, 0, 0, 0, 0)),
    still.subarray(idat, -12),
    comf("prompt"),
    comf("workflow"),
    still.subarray(-12),
  );
  const { animated, blocks, findings } = look(apng);
  expect(animated).toBe(true);
  expect(blocks.slice(1)).toMatchObject([
    { where: "comf", key: "prompt", text: '{"prompt": 1}', afterPixels: true },
    { where: "comf", key: "workflow", text: '{"workflow": 1}', afterPixels: true },
  ]);
  expect(findings).toEqual([]);
});

test("an animated WebP is told from a still one, and its workflow stands behind the frames", () => {
  const { animated, blocks } = look(sample("cex__wan_text_to_video_wan.webp"));
  expect([animated, blocks.map(({ key }) => key)]).toEqual([true, ["Make", "Model"]]);
  expect(look(sample("sdm__webp_swarmui.webp"))).toMatchObject({ animated: false, lossless: true });
  expect(look(sample("sdm__webp_sd-webui.webp"))).toMatchObject({ animated: false, lossless: false });
});
