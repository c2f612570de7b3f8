/**
 * The tour at work: each step is drawn by the embedded engine and recorded in the example's own ledger, as the Studio's images
 * are in the workspace's. Nothing of it stands in the user's record.
 */

import { join } from "node:path";
import { SeedproofError } from "../../base/errors.ts";
import { sha256Hex } from "../../base/hash.ts";
import type { Engine } from "../../engine/engine.ts";
import { pixelHash } from "../../image/pixel-hash.ts";
import { nodeFileSystem, writeDurable } from "../../node/durable-fs.ts";
import { embeddedOffers } from "../../node/embedded-offers.ts";
import { engineThread } from "../../node/engine-thread.ts";
import { ensureLedger } from "../../node/ledger-home.ts";
import { recordEvent, type Software } from "../../node/recorder.ts";
import { readTimeline } from "../../node/timeline.ts";
import type { EventBus } from "../events.ts";
import type { ImageStore } from "../image-store.ts";
import { sessionOf } from "../workspace/overview.ts";
import { readNotes, removeTour, TOUR_SESSION, type TourImage, type TourNotes, tourHome, writeNotes } from "./folder.ts";
import { DRAWN_STEPS, type DrawnStep, recipeOfStep, type TourModel } from "./steps.ts";

/** The tour as it is told. */
export interface TourState {
  readonly notes: TourNotes | null;
  /** The step that is being drawn. */
  readonly drawing: DrawnStep | null;
  /** The example's session with grades and bounds, and the head of its ledger; `null` before the first entry. */
  readonly record: object | null;
}

/** The tour of one workspace. */
export interface TourDesk {
  state(): Promise<TourState>;
  /**
   * Draws and records a step; those before it must be there. A step that is there already is not drawn again.
   * @throws SeedproofError `tour.busy`, `tour.order`, `engine.*`
   */
  draw(step: DrawnStep): Promise<TourImage>;
  /** Stops what is being drawn. */
  stop(): void;
  /** Keeps an image, with a reason, as a person's choice. @throws SeedproofError `tour.order` */
  keep(step: DrawnStep, why: string): Promise<void>;
  /** Removes all traces. @throws SeedproofError `tour.busy` */
  remove(): Promise<void>;
  close(): Promise<void>;
}

/** What the desk works with. */
export interface TourParts {
  readonly home: string;
  readonly version: string;
  readonly sw: Software;
  readonly bus: EventBus;
  readonly images: ImageStore;
  readonly log: (error: unknown) => void;
  /** In place of the shipped model. */
  readonly model?: TourModel;
}

const SHIPPED: TourModel = { name: "scenes-128", side: 128, steps: 20 };

/** A preview costs a run of the autoencoder: three or four in an image. */
const PREVIEW_MS = 500;

/** The engine is closed when nothing was drawn for this long: it holds the model's weights. */
const IDLE_MS = 120_000;

/** Opens the tour of a workspace; nothing is loaded before the first step. */
export function tourDesk({ home, version, sw, bus, images, log, model }: TourParts): TourDesk {
  const own = tourHome(home);
  let drawing: { readonly step: DrawnStep; readonly stop: AbortController } | undefined;
  let engine: Engine | undefined;
  let idle: ReturnType<typeof setTimeout> | undefined;
  const know = ({ sha256, file }: TourImage): void => images.know(sha256, join(own, file));
  for (const image of readNotes(home)?.images ?? []) know(image);

  const closeEngine = async (): Promise<void> => {
    clearTimeout(idle);
    const last = engine;
    engine = undefined;
    await last?.close();
  };
  const openEngine = (): Engine => {
    clearTimeout(idle);
    engine ??= engineThread({ home, version, mode: "reference", workers: 1 }).engine;
    return engine;
  };
  const rest = (): void => {
    clearTimeout(idle);
    idle = setTimeout(() => void closeEngine().catch(log), IDLE_MS);
    idle.unref();
  };
  const note = recordEvent.bind(undefined, own, sw);
  const agent = { kind: "software", name: sw.name, version: sw.version } as const;

  /** The tour's notes; begun with the first step. */
  const begun = async (): Promise<TourNotes> => {
    const notes = readNotes(home);
    if (notes) return notes;
    ensureLedger(own, sw);
    await note(TOUR_SESSION, "session.opened", { name: TOUR_SESSION }, { capture: "noted", agent });
    const fresh = { started: new Date().toISOString(), model: modelOf().name, images: [] };
    writeNotes(home, fresh);
    return fresh;
  };
  const modelOf = (): TourModel => {
    if (model) return model;
    const names = embeddedOffers({ home, version }).models.map(({ name }) => name);
    return names.includes(SHIPPED.name) ? SHIPPED : { ...SHIPPED, name: names[0] ?? SHIPPED.name };
  };

  const draw = async (step: DrawnStep, signal: AbortSignal): Promise<TourImage> => {
    const notes = await begun();
    const recipe = recipeOfStep(step, modelOf());
    const frame = { capture: "hooked", agent } as const;
    const asked = await note(TOUR_SESSION, "generation.requested", { engine: "embedded", recipe }, frame);
    const from = performance.now();
    try {
      const hooks = {
        signal,
        previewMs: PREVIEW_MS,
        onProgress: ({ step: done, steps, preview }: { step: number; steps: number; preview?: Uint8Array }): void => {
          const picture = preview && { preview: `data:image/png;base64,${Buffer.from(preview).toString("base64")}` };
          bus.tell({ kind: "tour", data: { step, done, steps, ...picture } });
        },
      };
      for await (const { bytes, pixels, seed } of openEngine().generate({ recipe }, hooks)) {
        const seconds = (performance.now() - from) / 1000;
        const file = join("outputs", `${DRAWN_STEPS.indexOf(step) + 1}-${step}.png`);
        writeDurable(nodeFileSystem, [join(own, file), bytes]);
        await note(
          TOUR_SESSION,
          "generation.completed",
          (store) => ({
            request: asked.id,
            images: [{ ...store.putBlob(bytes, "image", "image/png"), name: `${step}.png` }],
            seeds: [seed],
            durationMs: Math.round(seconds * 1000),
          }),
          { ...frame, follows: [asked.id] },
        );
        const { width, height } = pixels;
        const words = recipe.prompt.positive ?? "";
        const hashes = { sha256: sha256Hex(bytes), pixelsSha256: pixelHash(pixels) };
        const image: TourImage = { step, words, seed, ...hashes, width, height, seconds, file };
        know(image);
        writeNotes(home, { ...notes, images: [...notes.images, image] });
        return image;
      }
      throw new SeedproofError("engine.failed", "the engine gave no image");
    } catch (error) {
      const why = signal.aborted ? "stopped before it was done" : String((error as Error)?.message ?? error);
      await note(
        TOUR_SESSION,
        "generation.failed",
        { request: asked.id, why: why.slice(0, 2_000) },
        { ...frame, follows: [asked.id] },
      ).catch(log);
      throw signal.aborted ? new SeedproofError("engine.cancelled", why) : error;
    }
  };

  const notBusy = (): void => {
    if (drawing) throw new SeedproofError("tour.busy", "an image of the tour is being drawn");
  };
  return {
    async state() {
      const all = await readTimeline(own);
      const notes = readNotes(home) ?? null;
      return {
        ...{ notes, drawing: drawing?.step ?? null },
        record: all ? { ...sessionOf(all, TOUR_SESSION), ok: all.ok, head: all.head, pending: all.pending } : null,
      };
    },
    async draw(step) {
      notBusy();
      const there = readNotes(home)?.images ?? [];
      const made = there.find((image) => image.step === step);
      if (made) return made;
      if (DRAWN_STEPS[there.length] !== step) throw new SeedproofError("tour.order", "an earlier step comes first");
      const stop = new AbortController();
      drawing = { step, stop };
      try {
        return await draw(step, stop.signal);
      } finally {
        drawing = undefined;
        // A page that came while it was drawn has no answer to wait for.
        bus.tell({ kind: "tour", data: { step, over: true } });
        rest();
      }
    },
    stop() {
      drawing?.stop.abort();
      // A thread in the middle of a network hears nothing; it is ended, and started again with the next step.
      if (drawing) void closeEngine().catch(log);
    },
    async keep(step, why) {
      notBusy();
      const notes = readNotes(home);
      const image = notes?.images.find((one) => one.step === step);
      if (!notes || !image) throw new SeedproofError("tour.order", "this image is not there yet");
      if (notes.kept !== undefined) return;
      const { sha256, file } = image;
      const bytes = images.bytes(sha256);
      await note(
        TOUR_SESSION,
        "image.kept",
        (store) => ({
          image: { ...store.putBlob(bytes, "image", "image/png"), name: file.replace(/^.*[\\/]/, "") },
          ...(why !== "" && { why }),
        }),
        { capture: "noted", agent: { kind: "person", name: "" } },
      );
      writeNotes(home, { ...notes, kept: step });
    },
    async remove() {
      notBusy();
      await closeEngine();
      removeTour(home);
    },
    async close() {
      drawing?.stop.abort();
      await closeEngine();
    },
  };
}
