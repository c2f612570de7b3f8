/** The bundled samples with what is known of each; the truth that the readers answer to. */

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** Folder of the samples. */
export const SAMPLES = resolve(import.meta.dirname, "../../samples");

/** Values that an independent script took from the raw bytes; an absent field is not asserted. */
export interface Expected {
  readonly tool: string;
  readonly noRecipe?: boolean;
  readonly positive?: string;
  readonly negative?: string;
  readonly positiveUser?: string;
  readonly seed?: string;
  readonly steps?: number;
  readonly cfg?: number;
  readonly guidance?: number;
  readonly denoise?: number;
  readonly sampler?: string | null;
  readonly scheduler?: string;
  readonly size?: { readonly width: number; readonly height: number };
  readonly clipSkip?: number;
  readonly rng?: string;
  readonly toolVersion?: string;
  readonly model?: string;
  readonly modelHash?: string;
  readonly outputNode?: string;
  readonly styles?: readonly string[];
  readonly loras?: readonly {
    name: string;
    weight?: number;
    weightModel?: number;
    weightClip?: number | null;
    hash?: string;
  }[];
  readonly controlnets?: readonly { model: string; strength?: number }[];
  readonly characters?: readonly { prompt: string; center: { x: number; y: number } }[];
  readonly passes?: readonly Readonly<Record<string, string | number>>[];
  readonly graph?: Expected;
  readonly conflicts?: Readonly<Record<string, unknown>>;
  readonly hasSignature?: boolean;
  readonly c2pa?: boolean;
  readonly aigc?: Readonly<Record<string, string>>;
}

/** One sample. */
export interface Sample {
  readonly file: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly container: string;
  readonly pixels: { readonly width: number; readonly height: number } | null;
  readonly blocks: readonly {
    readonly where: string;
    readonly key: string;
    readonly offset: number | null;
    readonly length: number;
    readonly encoding: string | null;
    readonly textSha256?: string;
  }[];
  readonly expected: Expected;
}

/** All samples with their expected values. */
export const samples: readonly Sample[] = (
  JSON.parse(readFileSync(join(SAMPLES, "expected.json"), "utf8")) as { files: Sample[] }
).files;

/** Path of a sample. */
export function samplePath(file: string): string {
  return join(SAMPLES, file);
}
