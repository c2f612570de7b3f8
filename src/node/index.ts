/** `seedproof/node`: files, pixels, the embedded engine and the durable ledger on this machine. */

export { backendPool } from "./backend-pool.ts";
export { C2PA_LIMITS, type C2paLimits, type C2paThread, c2paThread } from "./c2pa-thread.ts";
export { type CompareFilesOptions, compareBytes, compareFiles } from "./compare-files.ts";
export { pagePictures } from "./compare-page.ts";
export { convertImage } from "./convert.ts";
export { claimSigner } from "./credential-key.ts";
export { type FileCredentials, readCredentials, signImage } from "./credentials.ts";
export { supportedDimensions } from "./dimension-support.ts";
export { type EmbeddedEngine, type EmbeddedSettings, openEmbedded } from "./embedded.ts";
export { type EmbeddedEngineSettings, embeddedEngine } from "./embedded-engine.ts";
export { fastBackend } from "./fast-backend.ts";
export { openFile } from "./files.ts";
export { createLedger, openLedger } from "./ledger-home.ts";
export { LedgerStore } from "./ledger-store.ts";
export { type VerifyArguments, verifyHome } from "./ledger-verify.ts";
export { addModel, findOnShelf, listShelf, matchOnShelf, type ShelfModel } from "./model-shelf.ts";
export { type NeededModel, neededModels } from "./needed-models.ts";
export { type EngineChoice, openEngine, readEngineChoice } from "./open-engine.ts";
export { openCvDetector } from "./opencv.ts";
export { readEvents } from "./process-events.ts";
export {
  type FileReading,
  type ReadOptions,
  readImage,
  readImageBytes,
  readImageSource,
  readText,
} from "./read-image.ts";
export { recordEvent } from "./recorder.ts";
export { referenceBackend } from "./reference-backend.ts";
export { remoteHost } from "./remote-host.ts";
export { type ReproduceSettings, type ReproductionReport, reproduceFile } from "./reproduce.ts";
export { followEvents, type LedgerHead, ledgerHead, readTimeline, type Timeline } from "./timeline.ts";
