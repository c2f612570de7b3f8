/** The engine's self-examination: noise and small networks are computed again and held to the hashes of this version. */

import type { Finding } from "../base/findings.ts";
import { sha256Hex } from "../base/hash.ts";
import type { Backend, Feeds } from "./backend.ts";
import {
  type Examination,
  examinations,
  type GoldenResult,
  type GoldenResults,
  pattern,
  patternWeights,
} from "./examinations.ts";
import { GOLDEN } from "./golden.ts";
import { externalData } from "./graph/builder.ts";
import { createGenerator, NOISE_SOURCES } from "./noise/generator.ts";
import { sizeOf } from "./tensor.ts";

/** How far the fast mode may be from the golden numbers; native kernels differ in the last bits. */
export const NEAR = 1e-4;

/** Seed and length of the noise that is drawn from each source. */
const NOISE = { seed: 562_327_064n, length: 4096 } as const;

/**
 * Runs every examination. The reference mode must give the golden hashes; the fast mode its own bits twice, near the
 * golden numbers.
 * @returns one finding for each, `engine.golden-equal` or `engine.golden-differs`
 */
export async function examine(backend: Backend, golden: GoldenResults = GOLDEN): Promise<Finding[]> {
  const noise = NOISE_SOURCES.map((source) => {
    const result = noiseResult(source);
    return finding(`noise ${source}`, result.sha256 === golden[`noise ${source}`]?.sha256, result.sha256);
  });
  const networks: Finding[] = [];
  for (const examination of examinations) {
    const result = await networkResult(backend, examination);
    const expected = golden[examination.name];
    const right =
      backend.identity.mode === "reference"
        ? result.sha256 === expected?.sha256
        : near(result, expected) && result.sha256 === (await networkResult(backend, examination)).sha256;
    networks.push(finding(examination.name, right, result.sha256));
  }
  return [...noise, ...networks];
}

/** What this build gives: the data that {@link examine} is held to. */
export async function goldenResults(backend: Backend): Promise<GoldenResults> {
  const results: Record<string, GoldenResult> = {};
  for (const source of NOISE_SOURCES) results[`noise ${source}`] = noiseResult(source);
  for (const examination of examinations) results[examination.name] = await networkResult(backend, examination);
  return results;
}

function noiseResult(source: (typeof NOISE_SOURCES)[number]): GoldenResult {
  return result(createGenerator(source, NOISE.seed).randn(NOISE.length));
}

async function networkResult(backend: Backend, { build, inputs, output }: Examination): Promise<GoldenResult> {
  const { source, weights } = patternWeights();
  const graph = build(source);
  const session = await backend.load(graph.model, externalData(graph, weights));
  const feeds = Object.entries(inputs).map(([name, shape]): [string, Feeds[string]] => [name, feed(name, shape)]);
  const outputs = await session.run(Object.fromEntries(feeds));
  await session.close();
  return result(outputs[output]!.data);
}

/** Times and sizes are large, as in use: sines of large angles are where runtimes part first. */
function feed(name: string, shape: readonly number[]): Feeds[string] {
  if (name === "ids" || name === "end") {
    return { shape, data: BigInt64Array.from({ length: sizeOf(shape) }, (_, i) => BigInt(i % 7)) };
  }
  const scale = name.startsWith("time") ? 1000 : 1;
  return { shape, data: pattern(name, shape).map((value) => value * scale) };
}

/** The hash over all numbers, and the first of them. */
export function result(data: Float32Array): GoldenResult {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { sha256: sha256Hex(bytes), first: [...data.subarray(0, 4)] };
}

/** Whether the first numbers are within a distance of the expected ones. */
export function near({ first }: GoldenResult, expected: GoldenResult | undefined, distance = NEAR): boolean {
  return first.every((value, i) => Math.abs(value - (expected?.first[i] ?? Number.NaN)) <= distance);
}

/** What the doctor says of one result. */
export function finding(name: string, right: boolean, sha256: string): Finding {
  const short = sha256.slice(0, 16);
  return right
    ? {
        code: "engine.golden-equal",
        level: "holds",
        text: { en: `${name}: as in this version (${short})`, zh: `${name}：与本版本一致（${short}）` },
      }
    : {
        code: "engine.golden-differs",
        level: "fails",
        text: { en: `${name}: not as in this version (${short})`, zh: `${name}：与本版本不一致（${short}）` },
      };
}
