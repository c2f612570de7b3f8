/** The fast mode: onnxruntime-node, where the user has installed it. Quicker, and the same bits on this kind of machine only. */

import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { cpus, freemem, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { SeedproofError } from "../base/errors.ts";
import type { Backend, ExternalData } from "../engine/backend.ts";
import { type GraphFile, type Ort, ortBackend } from "../engine/ort.ts";
import { fastRuntime } from "../engine/runtimes.ts";
import { fileSha256 } from "./file-hash.ts";

const PACKAGE = "onnxruntime-node";

/**
 * @param threads - inside one operator; all cores by default
 * @throws SeedproofError `engine.fast-unavailable` when onnxruntime-node is not installed or does not load here
 */
export async function fastBackend({ threads = cpus().length }: { readonly threads?: number } = {}): Promise<Backend> {
  const require = createRequire(import.meta.url);
  try {
    const folder = dirname(require.resolve(`${PACKAGE}/package.json`));
    const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { readonly version: string };
    const identity = fastRuntime(version, await fileSha256(library(folder)), cpuFeatures());
    const options = { executionProvider: "cpu", threads, availableMemory: freemem, layOut } as const;
    return ortBackend(require(PACKAGE) as Ort, identity, options);
  } catch (cause) {
    const message = `the fast mode needs the package ${PACKAGE} (npm install ${PACKAGE}@1.30.0)`;
    throw new SeedproofError("engine.fast-unavailable", message, { cause });
  }
}

/** A folder of its own in the system's temporary folder, gone when the runtime has mapped its files. */
async function layOut(graph: Uint8Array, external: readonly ExternalData[]): Promise<GraphFile> {
  const folder = await mkdtemp(join(tmpdir(), "seedproof-graph-"));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    // The names are the builder's own, never a file's.
    for (const { path, read } of external) await writeFile(join(folder, path), read());
    await writeFile(join(folder, "graph.onnx"), graph);
  } catch (error) {
    await remove();
    throw error;
  }
  return { path: join(folder, "graph.onnx"), remove };
}

/** The native library: the largest file beside the binding for this platform. */
function library(folder: string): string {
  const napi = readdirSync(join(folder, "bin")).find((name) => name.startsWith("napi-v"));
  const beside = join(folder, "bin", napi ?? "", process.platform, process.arch);
  const name = readdirSync(beside).find((file) => /^(lib)?onnxruntime\.(so|\d|dll|dylib)/.test(file));
  return join(beside, name ?? "onnxruntime_binding.node");
}

/** Instruction sets that matrix code is chosen by, on Linux; elsewhere the processor's name. */
function cpuFeatures(): string {
  const name = cpus()[0]?.model ?? process.arch;
  if (process.platform !== "linux") return name;
  const info = readFileSync("/proc/cpuinfo", "latin1");
  const flags = /^(?:flags|Features)\s*:(.*)$/m.exec(info)?.[1]?.split(" ") ?? [];
  const used = flags.filter((flag) => /^(avx|fma|f16c|amx|sse4|asimd|sve|i8mm|bf16)/.test(flag));
  return used.sort().join(" ") || name;
}
