import wasmUrl from "onnxruntime-web/ort-wasm-simd-threaded.wasm?url";
import { expect, test } from "vitest";
import { examine } from "../../src/engine/doctor.ts";
import { GOLDEN } from "../../src/engine/golden.ts";
import { browserBackend } from "../../src/web/reference-backend.ts";

test("a browser gives every golden hash that Node gives: noise, text encoder, UNet, autoencoder", async () => {
  const findings = await examine(await browserBackend(wasmUrl));
  expect(findings.length).toBe(Object.keys(GOLDEN).length);
  expect(findings.filter(({ level }) => level !== "holds")).toEqual([]);
});

test("a browser refuses another build", async () => {
  const other = URL.createObjectURL(new Blob(["another build"]));
  await expect(browserBackend(other)).rejects.toThrow(expect.objectContaining({ code: "engine.runtime-unknown" }));
});
