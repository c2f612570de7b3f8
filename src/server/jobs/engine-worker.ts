/** The thread that draws, so that the server's answers never wait for an engine. It keeps the last engine open. */

import { parentPort, workerData } from "node:worker_threads";
import { SeedproofError } from "../../base/errors.ts";
import { sha256Hex } from "../../base/hash.ts";
import type { Engine, EngineOrder } from "../../engine/engine.ts";
import { pixelHash } from "../../image/pixel-hash.ts";
import { openEngine } from "../../node/open-engine.ts";
import type { ThreadAnswer, ThreadAsk, ThreadSettings } from "./engine-thread.ts";

/** A preview costs a run of the autoencoder: at most this often, in milliseconds. */
const PREVIEW_MS = 700;

const { home, version } = workerData as ThreadSettings;
let held: { readonly key: string; readonly engine: Engine } | undefined;
let running: AbortController | undefined;

const say = (answer: ThreadAnswer): void => parentPort?.postMessage(answer);

parentPort?.on("message", (asked: ThreadAsk) => {
  if (asked.ask === "stop") running?.abort(new SeedproofError("engine.cancelled", "stopped before it was done"));
  else void draw(asked);
});

async function draw(asked: Extract<ThreadAsk, { readonly ask: "draw" }>): Promise<void> {
  const stop = new AbortController();
  running = stop;
  try {
    const engine = await engineFor(asked.engine);
    const order: EngineOrder = {
      recipe: asked.recipe,
      ...(asked.init && { init: asked.init }),
      ...(asked.mask && { mask: asked.mask }),
    };
    const { losses, missing, assumed } = await engine.resolve(order, stop.signal);
    const lost = [
      ...losses.map(({ text }) => text),
      ...missing.map((name) => ({ en: `not at hand, drawn without it: ${name}`, zh: `本机没有，未使用：${name}` })),
      ...assumed.map(({ field, value }) => ({
        en: `taken where nothing was said: ${field} ${JSON.stringify(value)}`,
        zh: `未载明而取用：${field} ${JSON.stringify(value)}`,
      })),
    ];
    say({ say: "resolved", identity: await engine.identity(order, stop.signal), notes: lost });
    const hooks = {
      signal: stop.signal,
      previewMs: PREVIEW_MS,
      onProgress: ({
        pass,
        step,
        steps,
        preview,
      }: {
        pass: number;
        step: number;
        steps: number;
        preview?: Uint8Array;
      }) => say({ say: "progress", pass, step, steps, ...(preview && { preview }) }),
    };
    for await (const { bytes, seed, pixels, findings } of engine.generate(order, hooks)) {
      const { width, height } = pixels;
      const notes = findings.map(({ text }) => text);
      say({
        say: "image",
        bytes,
        seed,
        sha256: sha256Hex(bytes),
        pixelsSha256: pixelHash(pixels),
        width,
        height,
        notes,
      });
    }
    say({ say: "done" });
  } catch (error) {
    const code = error instanceof SeedproofError ? error.code : "engine.failed";
    say({ say: "failed", code, message: String((error as Error)?.message ?? error) });
  } finally {
    running = undefined;
  }
}

async function engineFor(choice: Extract<ThreadAsk, { readonly ask: "draw" }>["engine"]): Promise<Engine> {
  const key = JSON.stringify(choice);
  if (held?.key === key) return held.engine;
  await held?.engine.close();
  held = undefined;
  const mode = choice.name === "embedded" ? choice.mode : "reference";
  const engine = await openEngine(choice, { home, version, mode, workers: 1 });
  held = { key, engine };
  return engine;
}
