/**
 * What turns a recipe into images, wherever it is: the embedded engine, or another program's server. Commands, protocols,
 * reproduction and the faces of the server know only this.
 */

import type { Finding } from "../base/findings.ts";
import type { Json } from "../base/json.ts";
import type { Raster } from "../image/raster.ts";
import type { Recipe, TypedHash } from "../recipe/recipe.ts";
import type { Assumed } from "./from-recipe.ts";

/** Kinds of engine; the last three are connected servers. */
export type EngineName = "embedded" | "a1111" | "comfyui" | "sdcpp";

/** What is asked for. All of it is plain data that may go to a worker thread. */
export interface EngineOrder {
  readonly recipe: Recipe;
  /** Images, with seeds counted up; 1 where absent. */
  readonly count?: number;
  /** An image file to start from, of the recipe's size where it says one. */
  readonly init?: Uint8Array;
  /** An image file of the same size, white where the image is painted anew. */
  readonly mask?: Uint8Array;
  /** ComfyUI: the JSON text of an API graph that is run as it stands, in place of one written from the recipe. */
  readonly graph?: string;
}

/** What an order comes to before it is run. */
export interface Resolution {
  /** What the recipe does not say, and what is taken for it. */
  readonly assumed: readonly Assumed[];
  /** What will not be followed; `where.pointer` leads into the recipe. The image will differ for it. */
  readonly losses: readonly Finding[];
  /** Names of models and adapters that are not at hand. */
  readonly missing: readonly string[];
  /** Bytes that loading and drawing take at most, where the engine knows: the embedded one does before it loads. */
  readonly memoryBytes?: number;
}

/** What fixes the result as far as the engine says it. */
export interface EngineIdentity {
  readonly name: EngineName;
  /** SHA-256, lower-case hex. `embedded`: two images of one recipe may be compared bit for bit when it is equal. Servers: over what they state. */
  readonly fingerprint: string;
  /** Embedded: the parts of the fingerprint. Servers: `url` and `environment`, the facts that were asked before the run. */
  readonly [part: string]: Json;
}

/** A model file that an engine can take. */
export interface OfferedModel {
  /** The name to ask for it by. */
  readonly name: string;
  readonly hashes: readonly TypedHash[];
}

/** What an engine can do now. */
export interface Capabilities {
  readonly version?: string;
  readonly models: readonly OfferedModel[];
  readonly vaes: readonly string[];
  readonly adapters: readonly string[];
  /** In the engine's own spelling. */
  readonly samplers: readonly string[];
  readonly schedules: readonly string[];
  readonly upscalers: readonly string[];
}

/** Where a run stands. */
export interface EngineProgress {
  /** Image of the order, from 0. */
  readonly image: number;
  /** 0 first pass, 1 hires fix and later ones. */
  readonly pass: number;
  /** Steps done, and of how many. */
  readonly step: number;
  readonly steps: number;
  /** An image file, PNG or JPEG, of what the image is taken to be. */
  readonly preview?: Uint8Array;
}

/** What a caller may do during a run. */
export interface EngineHooks {
  /** Aborting it stops the run, on a server too; `generate` then throws the signal's reason. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: EngineProgress) => void;
  /** Least time between previews in milliseconds; none are made where it is absent. */
  readonly previewMs?: number;
}

/** One image. */
export interface EngineImage {
  /** Its place in the order. */
  readonly image: number;
  readonly seed: string;
  /** The file: our PNG with the recipe in it, or the server's as it came. */
  readonly bytes: Uint8Array;
  readonly pixels: Raster;
  /** What was drawn: with what the engine took where the order said nothing. */
  readonly recipe: Recipe;
  /** What the server states of the run, held against what it was asked; cached answers; lost settings. */
  readonly findings: readonly Finding[];
}

/** An engine. One order at a time. */
export interface Engine {
  readonly name: EngineName;
  /** @throws SeedproofError `remote.unreachable`, `remote.foreign`, `remote.too-old`, `engine.*` */
  capabilities(signal?: AbortSignal): Promise<Capabilities>;
  /** What an order would come to; nothing is drawn. Throws as the engine's reading of models does. */
  resolve(order: EngineOrder, signal?: AbortSignal): Promise<Resolution>;
  /** Asked anew each time: a server may have been given other models and settings since. */
  identity(order: EngineOrder, signal?: AbortSignal): Promise<EngineIdentity>;
  /**
   * Draws the images, each as soon as it is done.
   * @throws SeedproofError by name for what cannot be drawn; the reason of the signal when it is aborted
   */
  generate(order: EngineOrder, hooks?: EngineHooks): AsyncGenerator<EngineImage>;
  close(): Promise<void>;
}
