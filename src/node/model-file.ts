/** A model file or diffusers folder looked at without loading it: hashes, architecture, claims, and whether it can be trusted to load. */

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { SeedproofError } from "../base/errors.ts";
import type { Finding } from "../base/findings.ts";
import { networkMemory } from "../engine/memory.ts";
import { readAdapter } from "../engine/weights/adapter.ts";
import { readEmbeddings } from "../engine/weights/embedding.ts";
import { readWeights } from "../engine/weights/files.ts";
import { bytesOf, finiteBytes, type WeightType } from "../engine/weights/weights.ts";
import { type Architecture, architectureOf } from "../model/architecture.ts";
import { isGguf, readGguf } from "../model/gguf.ts";
import { ALL_KINDS, type ModelHash, modelHashes } from "../model/hash.ts";
import type { ModelHeader } from "../model/header.ts";
import { claimsOf, type ModelClaims } from "../model/metadata.ts";
import { isPickle, listPickle } from "../model/pickle.ts";
import { readSafetensors } from "../model/safetensors.ts";
import { readModelParts } from "./embedded.ts";
import { fileSha256 } from "./file-hash.ts";
import { type OpenFile, openFile } from "./files.ts";

/** What is known of a model after it was looked at. */
export interface ModelLook {
  /** `single`: one file. `folder`: diffusers' folder of networks. */
  readonly form: "single" | "folder";
  readonly bytes: number;
  /** Of the file; of a folder its UNet's, by which recipes name it. */
  readonly hashes: readonly ModelHash[];
  /** SHA-256 of each weight file of a folder. */
  readonly files?: Readonly<Record<string, string>>;
  readonly architecture: Architecture;
  readonly claims: ModelClaims;
  /** Whether the embedded engine draws with it, and what keeps it from doing so. */
  readonly runs: boolean;
  readonly findings: readonly Finding[];
}

/** Bytes looked at in one piece. */
const PIECE = 4 * 1024 * 1024;
/** Side that graphs are built for when weights are held against them; every side gives the same weights. */
const SIDE = 64;

/** How closely a model is looked at. */
export interface LookOptions {
  /** Share of the bytes that have been read, 0 … 1. */
  readonly onProgress?: (share: number) => void;
  /** All by default; BLAKE3 and CRC-32 take the longest. */
  readonly kinds?: readonly ModelHash["kind"][];
  /** Not looked through for numbers that are none: what comes with the package is checked when it is loaded. */
  readonly trusted?: boolean;
}

/**
 * Reads a model through once, in pieces.
 * @throws SeedproofError `file.not-found`; `model.pickle-code` for a pickle that would run code; `engine.weights-damaged`,
 *   `engine.weights-not-finite`, `engine.weights-shape`, `engine.weights-missing` for bad weights; `model.*-malformed`
 */
export function lookAtModel(path: string, options: LookOptions = {}): ModelLook {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw new SeedproofError("file.not-found", `there is no file ${path}`, { where: { file: path } });
  return stat.isDirectory() ? lookAtFolder(path, options) : lookAtFile(path, options);
}

function lookAtFile(path: string, { onProgress, kinds = ALL_KINDS, trusted = false }: LookOptions): ModelLook {
  const file = openFile(path);
  try {
    const { header, findings } = headerOf(file);
    if (header?.format === "safetensors" && !trusted) assertFinite(file, header, onProgress);
    const architecture = architectureOf(header?.tensors ?? []);
    const obstacle = header?.format === "safetensors" ? obstacleOf(path, file, architecture) : undefined;
    return {
      form: "single",
      bytes: file.size,
      hashes: modelHashes(file, kinds, () => createHash("sha256")),
      architecture,
      claims: claimsOf(header?.metadata ?? {}),
      runs: header?.format === "safetensors" && obstacle === undefined,
      findings: [...findings, ...(obstacle ? [obstacle] : [])],
    };
  } finally {
    file.close();
  }
}

function headerOf(file: OpenFile): { readonly header?: ModelHeader; readonly findings: readonly Finding[] } {
  if (isGguf(file)) {
    const header = readGguf(file);
    return { header, findings: [...refused(header), notRun("GGUF")] };
  }
  if (!isPickle(file)) {
    const header = readSafetensors(file);
    return { header, findings: refused(header) };
  }
  const { findings } = listPickle(file);
  const code = findings.find(({ code }) => code === "model.pickle-code");
  if (code) throw new SeedproofError("model.pickle-code", code.text.en);
  return { findings: [...findings, notRun("pickle")] };
}

/** What a header says that its file does not keep is no model. */
function refused(header: ModelHeader): readonly Finding[] {
  const damage = header.findings.find(({ level }) => level === "fails");
  if (damage) throw new SeedproofError("engine.weights-damaged", damage.text.en);
  return header.findings;
}

function notRun(form: string): Finding {
  return {
    code: "model.not-run",
    level: "informs",
    text: {
      en: `the embedded engine does not draw with this (${form}); it is kept so that recipes find it by its hashes`,
      zh: `内置引擎不能用其绘制（${form}）；保留它是为使配方能按哈希找到`,
    },
  };
}

/** Looks every number through, a piece at a time. */
function assertFinite(file: OpenFile, { tensors }: ModelHeader, onProgress?: (share: number) => void): void {
  for (const { name, dtype, offset, length = 0 } of tensors) {
    if (!(dtype in bytesOf)) continue;
    for (let at = 0; at < length; at += PIECE) {
      const piece = Math.min(PIECE, length - at);
      finiteBytes(name, { type: dtype as WeightType, shape: [], read: () => file.read(offset + at, piece) });
      onProgress?.((offset + at + piece) / file.size);
    }
  }
}

/** What keeps the engine from using the file, where that is no damage but another kind of model. */
function obstacleOf(path: string, file: OpenFile, { kind, family }: Architecture): Finding | undefined {
  if (kind === "lora") {
    readAdapter(readWeights(file).weights);
    return undefined;
  }
  if (kind === "embedding") {
    readEmbeddings(readWeights(file).weights);
    return undefined;
  }
  if (kind === "vae") return undefined;
  if (kind !== "checkpoint" || /^(?:flux|sd3)$/.test(family)) return notRun(kind === "unknown" ? family : kind);
  const { parts, close } = readModelParts(path);
  try {
    networkMemory(parts, { width: SIDE, height: SIDE });
  } finally {
    close();
  }
  return undefined;
}

function lookAtFolder(path: string, options: LookOptions): ModelLook {
  const { parts, close } = readModelParts(path);
  try {
    networkMemory(parts, { width: SIDE, height: SIDE });
  } finally {
    close();
  }
  const names = weightFiles(path);
  const looks = names.map((name) => [name, lookAtWeights(join(path, name), options)] as const);
  const [, unet] = looks.find(([name]) => name.startsWith("unet/")) ?? looks[0]!;
  return {
    form: "folder",
    bytes: looks.reduce((sum, [, { bytes }]) => sum + bytes, 0),
    hashes: unet.hashes,
    files: Object.fromEntries(looks.map(([name, { hashes }]) => [name, sha256Of(hashes)])),
    architecture: {
      ...unet.architecture,
      kind: "checkpoint",
      parameters: sum(looks.map(([, look]) => look.architecture.parameters)),
    },
    claims: folderClaims(path, unet.claims),
    runs: true,
    findings: looks.flatMap(([, { findings }]) => findings),
  };
}

function lookAtWeights(
  path: string,
  { kinds = ALL_KINDS, trusted = false }: LookOptions,
): Pick<ModelLook, "bytes" | "hashes" | "architecture" | "claims" | "findings"> {
  const file = openFile(path);
  try {
    const header = readSafetensors(file);
    const findings = refused(header);
    if (!trusted) assertFinite(file, header);
    return {
      bytes: file.size,
      hashes: modelHashes(file, kinds, () => createHash("sha256")),
      architecture: architectureOf(header.tensors),
      claims: claimsOf(header.metadata),
      findings,
    };
  } finally {
    file.close();
  }
}

/** Weight files of a diffusers folder that the engine reads, by their paths with forward slashes. */
export function weightFiles(folder: string): string[] {
  const networks = readdirSync(folder).filter((name) => existsSync(join(folder, name, "config.json")));
  return networks.sort().flatMap((network) =>
    readdirSync(join(folder, network))
      .filter((name) => name.endsWith(".safetensors"))
      .map((name) => `${network}/${name}`),
  );
}

/** SHA-256 of every weight file of a model by its name. */
export async function weightHashes(path: string): Promise<Record<string, string>> {
  if (!statSync(path).isDirectory()) return { [basename(path)]: await fileSha256(path) };
  const hashes: Record<string, string> = {};
  for (const name of weightFiles(path)) hashes[name] = await fileSha256(join(path, name));
  return hashes;
}

/** A folder of our own has a card whose first heading is its title. */
function folderClaims(folder: string, claims: ModelClaims): ModelClaims {
  const card = join(folder, "README.md");
  const title = existsSync(card) ? /^# (.+)$/m.exec(readFileSync(card, "utf8"))?.[1] : undefined;
  return { title: title ?? basename(folder), ...claims };
}

function sha256Of(hashes: readonly ModelHash[]): string {
  return hashes.find(({ kind }) => kind === "sha256")!.value;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
