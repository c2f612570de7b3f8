/** What passes between the server and the thread that draws. */

import type { EngineIdentity } from "../../engine/engine.ts";
import type { Recipe } from "../../recipe/recipe.ts";
import type { Job } from "./job.ts";

/** Where the thread works. */
export interface ThreadSettings {
  readonly home: string;
  readonly version: string;
}

/** What the thread is told. */
export type ThreadAsk =
  | {
      readonly ask: "draw";
      readonly job: string;
      readonly index: number;
      readonly engine: Job["engine"];
      readonly recipe: Recipe;
      readonly init?: Uint8Array;
      readonly mask?: Uint8Array;
    }
  | { readonly ask: "stop" };

/** What the thread says. */
export type ThreadAnswer =
  | { readonly say: "resolved"; readonly identity: EngineIdentity; readonly notes: Job["notes"] }
  | {
      readonly say: "progress";
      readonly pass: number;
      readonly step: number;
      readonly steps: number;
      readonly preview?: Uint8Array;
    }
  | {
      readonly say: "image";
      readonly bytes: Uint8Array;
      readonly seed: string;
      readonly sha256: string;
      readonly pixelsSha256: string;
      readonly width: number;
      readonly height: number;
      readonly notes: Job["notes"];
    }
  | { readonly say: "done" }
  | { readonly say: "failed"; readonly code: string; readonly message: string };
