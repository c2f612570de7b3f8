/** What a model file says about itself before its numbers: metadata and the list of tensors. */

import type { Finding } from "../base/findings.ts";

/** One tensor of a model file. */
export interface TensorInfo {
  readonly name: string;
  /** As the file spells it: `F16`, `BF16`, `Q4_K`, … */
  readonly dtype: string;
  /** Slowest dimension first, as PyTorch prints it. */
  readonly shape: readonly number[];
  /** File offset of its bytes. */
  readonly offset: number;
  /** Bytes; `undefined` where the number type's size is not known here. */
  readonly length: number | undefined;
}

/** A model file's header. */
export interface ModelHeader {
  readonly format: "safetensors" | "gguf";
  readonly metadata: Readonly<Record<string, string | number | boolean>>;
  readonly tensors: readonly TensorInfo[];
  /** File offset where the tensors' bytes begin. */
  readonly dataOffset: number;
  /** What the header says that the file does not keep. */
  readonly findings: readonly Finding[];
}

/** Number of elements of a tensor; 1 for a shape without dimensions. May exceed 2^53 in a forged file. */
export function elements(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** The finding `model.tensor-range`: tensors whose bytes are not where the header says. */
export function rangeFinding(count: number, first: string): Finding {
  return {
    code: "model.tensor-range",
    level: "fails",
    text: {
      en: `the bytes of ${count} tensor(s) do not fit the header, first: ${first}`,
      zh: `有 ${count} 个张量的字节与文件头不符，首个为：${first}`,
    },
  };
}
