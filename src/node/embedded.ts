/** The embedded engine over files: a model, its adapters and a runtime, opened together and named by their hashes. */

import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, strFromU8 } from "fflate";
import { type Adapted, withAdapters, withVae } from "../engine/adapt.ts";
import type { Backend, DiffusionModel, RuntimeIdentity } from "../engine/backend.ts";
import {
  type AdapterIdentity,
  type EngineFingerprint,
  engineFingerprint,
  type FingerprintParts,
} from "../engine/fingerprint.ts";
import { type ModelFolder, type ModelParts, modelOn, readCheckpoint, readModelFolder } from "../engine/load.ts";
import { type NetworkMemory, networkMemory } from "../engine/memory.ts";
import type { PixelSize } from "../engine/request.ts";
import { openAiVocabulary } from "../engine/tokenizer/vocabulary.ts";
import { readAdapter } from "../engine/weights/adapter.ts";
import { readWeights } from "../engine/weights/files.ts";
import type { AdapterUse } from "../engine/weights/merge.ts";
import { backendPool } from "./backend-pool.ts";
import { fastBackend } from "./fast-backend.ts";
import { fileSha256 } from "./file-hash.ts";
import { type OpenFile, openFile } from "./files.ts";
import { referenceBackend } from "./reference-backend.ts";

/** An adapter's file and how strongly it counts. */
export interface AdapterFile {
  readonly file: string;
  readonly weight: number;
  /** For the text encoders, where it is another one. */
  readonly weightText?: number;
}

/** What is opened. */
export interface EmbeddedSettings {
  /** A diffusers folder, or a single-file checkpoint. */
  readonly model: string;
  readonly mode: RuntimeIdentity["mode"];
  /** Threads that run networks; 1 runs them in this thread. Bits do not depend on it. */
  readonly workers?: number;
  readonly adapters?: readonly AdapterFile[];
  /** Another autoencoder than the model's own. */
  readonly vae?: string;
  /** What the model predicts, where its file does not say. */
  readonly prediction?: ModelParts["unet"]["prediction"];
}

/** An opened engine. */
export interface EmbeddedEngine {
  readonly model: DiffusionModel;
  readonly runtime: RuntimeIdentity;
  /** For each adapter: its modules that no network of this model has. */
  readonly unused: Adapted["unused"];
  /** What each network takes at a size, before anything is loaded. */
  memory(size: PixelSize): NetworkMemory[];
  /** What fixes the bits of a run with this noise, this dialect and these learnt words, which stand behind the adapters. */
  fingerprint(
    run: Pick<FingerprintParts, "noise" | "dialect"> & { readonly words?: readonly AdapterIdentity[] },
  ): EngineFingerprint;
  close(): Promise<void>;
}

/**
 * Opens a model and its adapters and starts the runtime. Networks are loaded when they are first used.
 * @throws SeedproofError `file.not-found`; `engine.fast-unavailable` without onnxruntime-node; whatever reading the model,
 *   its adapters and its weights throws
 */
export async function openEmbedded(settings: EmbeddedSettings): Promise<EmbeddedEngine> {
  const files = openFiles();
  try {
    const { parts, unused, adapters } = await readModel(settings, files);
    const weights = await files.hashes();
    const { backend, end } = await startBackend(settings);
    const model = modelOn(backend, parts, weights);
    return {
      model,
      runtime: backend.identity,
      unused,
      memory: (size) => networkMemory(parts, size),
      fingerprint: ({ words = [], ...run }) =>
        engineFingerprint(backend.identity, { weights, adapters: [...adapters, ...words], ...run }),
      close: async () => {
        for (const network of [model.unet, model.vae, ...model.textEncoders]) await network.close();
        await end();
        files.close();
      },
    };
  } catch (error) {
    files.close();
    throw error;
  }
}

async function readModel(
  settings: EmbeddedSettings,
  files: Files,
): Promise<Adapted & { readonly adapters: AdapterIdentity[] }> {
  const { model, vae, prediction, adapters = [] } = settings;
  const own = partsOf(model, files, prediction);
  const parts = vae ? withVae(own, readWeights(files.open(vae)).weights) : own;
  const uses: AdapterUse[] = [];
  const identities: AdapterIdentity[] = [];
  for (const { file, ...weights } of adapters) {
    uses.push({ adapter: readAdapter(readWeights(files.openAdapter(file)).weights), ...weights });
    identities.push({ name: basename(file), sha256: await fileSha256(file), ...weights });
  }
  return { ...withAdapters(parts, uses), adapters: identities };
}

function partsOf(model: string, files: Files, prediction?: EmbeddedSettings["prediction"]): ModelParts {
  return statSync(model, { throwIfNoEntry: false })?.isDirectory()
    ? readModelFolder(folderOf(model, files))
    : readCheckpoint(files.open(model), { vocabulary: clipVocabulary(), ...(prediction && { prediction }) });
}

/**
 * A model's networks as data, without a runtime; its files stay open until `close`.
 * @throws SeedproofError as {@link openEmbedded}
 */
export function readModelParts(model: string): { readonly parts: ModelParts; readonly close: () => void } {
  const files = openFiles();
  try {
    return { parts: partsOf(model, files), close: files.close };
  } catch (error) {
    files.close();
    throw error;
  }
}

async function startBackend({
  mode,
  workers = 1,
}: EmbeddedSettings): Promise<{ backend: Backend; end: () => Promise<void> }> {
  if (workers > 1) {
    const pool = await backendPool({ mode, workers });
    return { backend: pool, end: pool.close };
  }
  const backend = mode === "fast" ? await fastBackend() : await referenceBackend();
  return { backend, end: async () => undefined };
}

/** Files that stay open while the model is used: weights are read when a network is loaded. */
interface Files {
  open(path: string, name?: string): OpenFile;
  /** Open, but named by the fingerprint's list of adapters. */
  openAdapter(path: string): OpenFile;
  hashes(): Promise<Record<string, string>>;
  close(): void;
}

function openFiles(): Files {
  const opened: OpenFile[] = [];
  const named = new Map<string, string>();
  const openAdapter = (path: string): OpenFile => {
    const file = openFile(path);
    opened.push(file);
    return file;
  };
  return {
    openAdapter,
    open: (path, name = basename(path)) => {
      named.set(name, path);
      return openAdapter(path);
    },
    hashes: async () => {
      const hashes: Record<string, string> = {};
      for (const [name, path] of named) hashes[name] = await fileSha256(path);
      return hashes;
    },
    close: () => {
      for (const file of opened) file.close();
    },
  };
}

function folderOf(folder: string, files: Files): ModelFolder {
  return {
    text: (path) => (existsSync(join(folder, path)) ? readFileSync(join(folder, path), "utf8") : undefined),
    open: (path) => (existsSync(join(folder, path)) ? files.open(join(folder, path), path) : undefined),
  };
}

/** Checkpoints bring no vocabulary; CLIP's is part of this package. */
function clipVocabulary(): ReturnType<typeof openAiVocabulary> {
  const path = fileURLToPath(new URL("../../models/tokenizer/clip/bpe_simple_vocab_16e6.txt.gz", import.meta.url));
  return openAiVocabulary(strFromU8(gunzipSync(readFileSync(path))));
}
