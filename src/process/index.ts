/** `seedproof/process`: what people and programs do while an image is made, as events, and what follows from them. */

export { type Difference, phrasesOf, recipeDifferences } from "./difference.ts";
export {
  type DimensionMeasure,
  type DimensionOutcome,
  measureDimensions,
  type SupportedDimension,
  type SupportedStatement,
} from "./dimension-measures.ts";
export { entryOfEvent, eventOfEntry } from "./entry.ts";
export * from "./event.ts";
export { type FabricatedHistory, fabricateHistories, STORIES } from "./fabricate.ts";
export { OPERATION_TEXTS, type Operation, operationsOf, orderBaseline, orderFindings, ownBaseline } from "./order.ts";
export { type BoundedEvent, bounded, type PlacedEvent, SOON_MS } from "./proof-grade.ts";
export { type ProvEvent, type ProvOptions, provDocument } from "./prov.ts";
export { type ReplaySign, replayReport, replaySigns, type SignState } from "./replay.ts";
export { boundSeed, seedHolds } from "./seed.ts";
export { type SessionSummary, sessionsOf } from "./sessions.ts";
export { branchesOf, type Counts, countsOf, dimensionsOf, type Step, stepsOf } from "./tables.ts";
