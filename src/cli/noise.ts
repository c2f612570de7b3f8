/** `seedproof noise`: the starting noise that a seed stands for, as its hash and its first numbers. */

import type { Command } from "commander";
import { SeedproofError } from "../base/errors.ts";
import { sha256Hex } from "../base/hash.ts";
import { createGenerator, NOISE_SOURCES, type NoiseSource } from "../engine/noise/generator.ts";
import { sizeOf } from "../engine/tensor.ts";
import { type GlobalOptions, print, printJson } from "./output.ts";

/** Numbers of one draw: 16 million fill 64 MB and are 60 times SDXL's latent. */
const MAX_NUMBERS = 1 << 24;
/** Numbers that are shown. */
const SHOWN = 8;

interface NoiseOptions extends GlobalOptions {
  readonly seed: string;
  readonly shape: string;
  readonly source: string;
}

/** Registers the command. */
export function registerNoise(program: Command): void {
  program
    .command("noise")
    .description("print the noise that a seed stands for: hash over little-endian float32, and the first numbers")
    .requiredOption("--seed <n>", "seed, -2^63 … 2^64-1")
    .option("--shape <n,n,…>", "shape of the draw", "1,4,64,64")
    .option("--source <name>", `generator: ${NOISE_SOURCES.join(", ")}`, "torch-cpu")
    .action((_options: object, command: Command) => show(command.optsWithGlobals()));
}

function show(options: NoiseOptions): void {
  const seed = seedOf(options.seed);
  const shape = shapeOf(options.shape);
  const source = sourceOf(options.source);
  const values = createGenerator(source, seed).randn(sizeOf(shape));
  const sha256 = sha256Hex(littleEndian(values));
  const first = [...values.subarray(0, SHOWN)];
  if (options.json) printJson({ seed: String(seed), shape, source, sha256, first });
  else print(`${sha256}\n${first.map((value) => value.toPrecision(9)).join(" ")}`);
}

function seedOf(text: string): bigint {
  if (!/^-?\d{1,20}$/.test(text)) throw new SeedproofError("cli.usage", `"${text}" is no seed: decimal digits are`);
  return BigInt(text);
}

function shapeOf(text: string): number[] {
  const shape = /^\d{1,9}([,x]\d{1,9}){0,7}$/.test(text) ? text.split(/[,x]/).map(Number) : [];
  if (shape.length === 0 || sizeOf(shape) > MAX_NUMBERS) {
    throw new SeedproofError("cli.usage", `"${text}" is no shape such as 1,4,64,64 of at most ${MAX_NUMBERS} numbers`);
  }
  return shape;
}

function sourceOf(text: string): NoiseSource {
  const source = NOISE_SOURCES.find((name) => name === text);
  if (!source) throw new SeedproofError("cli.usage", `--source is one of ${NOISE_SOURCES.join(", ")}`);
  return source;
}

function littleEndian(values: Float32Array): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(values.length * 4));
  for (const [i, value] of values.entries()) bytes.setFloat32(i * 4, value, true);
  return new Uint8Array(bytes.buffer);
}
