/** `seedproof/node`: files, pixels and the durable ledger on this machine. */

export { convertImage } from "./convert.ts";
export { openFile } from "./files.ts";
export { createLedger, openLedger } from "./ledger-home.ts";
export { LedgerStore } from "./ledger-store.ts";
export { decodeDisplayed, decodeStored } from "./pixels.ts";
export { type PlacedEvent, readEvents } from "./process-events.ts";
export {
  type FileReading,
  type ReadOptions,
  readImage,
  readImageBytes,
  readImageSource,
  readText,
} from "./read-image.ts";
export { recordEvent } from "./recorder.ts";
