import { cpSync, mkdtempSync, readFileSync, rmSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Command } from "commander";
import { afterEach, expect, test, vi } from "vitest";
import { registerEngine } from "../../src/cli/engine.ts";
import { GOLDEN_WEIGHTS } from "../../src/engine/golden.ts";
import { referenceRuntime } from "../../src/engine/runtimes.ts";
import { readSafetensors } from "../../src/model/safetensors.ts";
import { openFile } from "../../src/node/files.ts";
import { shippedModel } from "../../src/node/find-model.ts";
import { seedproof } from "../helpers/cli.ts";

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

/** What the command writes to standard output. */
async function run(...args: string[]): Promise<string> {
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  const program = new Command().option("--json").option("--lang <lang>").exitOverride();
  registerEngine(program);
  await program.parseAsync(["engine", ...args], { from: "user" });
  return write.mock.calls.map(([text]) => text).join("");
}

test("the doctor tells runtime and findings, and leaves with 0 where all hold", async () => {
  const { ok, engine, findings } = JSON.parse(await run("--json", "doctor"));
  expect([ok, process.exitCode]).toEqual([true, 0]);
  expect(engine).toEqual({ name: "embedded", ...referenceRuntime });
  const count = 9 + Object.keys(GOLDEN_WEIGHTS).length;
  expect(findings.map(({ code }: { code: string }) => code)).toEqual(Array(count).fill("engine.golden-equal"));
}, 300_000);

test("one flipped bit of a weight that no golden picture uses is refused by fingerprint, and nothing is drawn with it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "seedproof-models-"));
  const before = process.env.SEEDPROOF_MODELS;
  try {
    cpSync(shippedModel(), join(folder, "scenes-128"), { recursive: true });
    process.env.SEEDPROOF_MODELS = folder;
    const vae = "vae/diffusion_pytorch_model.safetensors";
    flipBit(join(folder, "scenes-128", vae), "encoder.conv_in.weight");
    const altered = JSON.parse(await run("--json", "doctor"));
    expect([altered.ok, process.exitCode]).toEqual([false, 1]);
    const failing = altered.findings.filter(({ level }: { level: string }) => level === "fails");
    expect(failing).toEqual([expect.objectContaining({ code: "engine.weights-other", where: { file: vae } })]);
    expect(failing[0].text).toContain(`this version's ${GOLDEN_WEIGHTS[vae]!.slice(0, 16)}`);
    expect(JSON.stringify(altered.findings)).not.toContain("DPM++ 2M Karras");
    unlinkSync(join(folder, "scenes-128", vae));
    vi.restoreAllMocks();
    const cut = JSON.parse(await run("--json", "doctor"));
    expect(cut.findings).toContainEqual(
      expect.objectContaining({ code: "engine.weights-absent", where: { file: vae } }),
    );
  } finally {
    if (before === undefined) delete process.env.SEEDPROOF_MODELS;
    else process.env.SEEDPROOF_MODELS = before;
    rmSync(folder, { recursive: true });
  }
}, 300_000);

/** Flips the lowest bit of a tensor's first number. */
function flipBit(path: string, tensor: string): void {
  const file = openFile(path);
  const { offset } = readSafetensors(file).tensors.find(({ name }) => name === tensor)!;
  file.close();
  const bytes = readFileSync(path);
  bytes[offset]! ^= 1;
  writeFileSync(path, bytes);
}

test("another WebAssembly build is refused by fingerprint, by the doctor and by whoever would draw with it", () => {
  const folder = mkdtempSync(join(tmpdir(), "seedproof-wasm-"));
  const wasm = readFileSync(fileURLToPath(import.meta.resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm")));
  wasm[wasm.length - 1]! ^= 1;
  writeFileSync(join(folder, "other.wasm"), wasm);
  const hook = `export async function resolve(name, context, next) {
    if (!name.endsWith("/ort-wasm-simd-threaded.wasm")) return next(name, context);
    return { url: ${JSON.stringify(pathToFileURL(join(folder, "other.wasm")).href)}, shortCircuit: true };
  }`;
  const source = `import { register } from "node:module"; register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hook)}`)});`;
  writeFileSync(join(folder, "hook.mjs"), source);
  const env = { NODE_OPTIONS: `--import ${pathToFileURL(join(folder, "hook.mjs")).href}` };
  const image = join(folder, "a.png");
  for (const args of [
    ["engine", "doctor"],
    ["generate", "--prompt", "a cat", "--steps", "1", "-o", image],
  ]) {
    const { status, json } = seedproof([...args, "--json"], { env });
    expect([status, json]).toEqual([
      1,
      [{ error: { code: "engine.runtime-unknown", message: expect.stringContaining(referenceRuntime.binarySha256) } }],
    ]);
  }
  expect(() => readFileSync(image)).toThrow();
  rmSync(folder, { recursive: true });
}, 300_000);

test("an unknown mode is a mistake in use", async () => {
  await expect(run("doctor", "--mode", "quantum")).rejects.toThrow(expect.objectContaining({ code: "cli.usage" }));
});
