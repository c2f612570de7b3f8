/** Models that are open, by what they were opened with: the next order for one of them finds it ready. */

import { type AdapterFile, type EmbeddedEngine, type EmbeddedSettings, openEmbedded } from "./embedded.ts";

/** What a model is opened with. */
export interface ModelKey {
  /** Path of the model. */
  readonly model: string;
  readonly adapters: readonly AdapterFile[];
  /** Path of another autoencoder. */
  readonly vae?: string;
}

/** The open ones. */
export interface OpenedModels {
  /** @throws SeedproofError as `openEmbedded` */
  open(key: ModelKey): Promise<EmbeddedEngine>;
  close(): Promise<void>;
}

/** Variants of one checkpoint that stay open: with adapters, without, with another autoencoder. Another checkpoint closes them all. */
const MOST = 3;

/** Opens nothing yet. */
export function openedModels(settings: Pick<EmbeddedSettings, "mode" | "workers" | "prediction">): OpenedModels {
  // In the order of their last use.
  const held = new Map<string, { readonly model: string; readonly engine: Promise<EmbeddedEngine> }>();
  const drop = async (text: string): Promise<void> => {
    const entry = held.get(text);
    held.delete(text);
    await entry?.engine.then((engine) => engine.close()).catch(() => undefined);
  };
  return {
    open: async (key) => {
      const text = JSON.stringify(key);
      const found = held.get(text);
      held.delete(text);
      for (const [other, { model }] of [...held]) {
        if (model !== key.model || held.size >= MOST) await drop(other);
      }
      const { mode, workers, prediction } = settings;
      const engine =
        found?.engine ??
        openEmbedded({
          ...{ mode, ...key },
          ...(workers !== undefined && { workers }),
          ...(prediction && { prediction }),
        });
      held.set(text, { model: key.model, engine });
      // What could not be opened is tried again next time.
      engine.catch(() => held.delete(text));
      return engine;
    },
    close: async () => {
      for (const text of [...held.keys()]) await drop(text);
    },
  };
}
