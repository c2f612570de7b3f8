/** The ledger's door: `seedproof/ledger`. Pure; hosts bring files, clocks and randomness. */

export { type AnchorReport, checkAnchors, type TimeTrust } from "./anchors.ts";
export { type BlockHeader, checkHeader } from "./bitcoin.ts";
export {
  CLOCK_TOLERANCE_MS,
  gradeOf,
  type Interval,
  type IntervalRun,
  intervalAt,
  intervalRuns,
} from "./bounds.ts";
export {
  type Checkpoint,
  formatCheckpoint,
  openCheckpoint,
  parseCheckpoint,
  readCheckpoint,
  type SignedCheckpoint,
} from "./checkpoint.ts";
export { type CosignatureCheck, checkCosignature, cosign } from "./cosignature.ts";
export { beaconRandomness, type DrandChain, parseBeacon, QUICKNET, roundAt, roundTime, verifyBeacon } from "./drand.ts";
export { TileEdge, type TileFile } from "./edge.ts";
export {
  type BeaconRef,
  decodeEntry,
  ENTRY_LIMITS,
  type Entry,
  encodeEntry,
  type FileRef,
  type Moment,
  type PlacedEntry,
  type Sealed,
  seal,
  unseal,
} from "./entry.ts";
export type { Evidence, EvidenceKind, NotAfter, NotBefore, TimeGrade } from "./evidence.ts";
export { type FsckLevel, type FsckOptions, type FsckReport, fsck } from "./fsck.ts";
export { type KeyPeriod, keyFor, LOG_FORMAT, type LogInfo, parseLogInfo } from "./log.ts";
export {
  consistencyRanges,
  EMPTY_ROOT,
  inclusionRanges,
  inclusionRoot,
  leafHash,
  nodeHash,
  type TreeHead,
  treeHasher,
  treeRoot,
  verifyConsistency,
} from "./merkle.ts";
export {
  checkSignature,
  formatNote,
  formatVkey,
  KEY_TYPES,
  type Note,
  type NoteSignature,
  parseNote,
  parseVkey,
  type Signer,
  signer,
  signNote,
  type VerifierKey,
  verifierKey,
} from "./note.ts";
export { OTS_LIMITS, type OtsAttestation, type OtsFile, type OtsTimestamp, otsClaims, readOts } from "./ots.ts";
export { writeOts } from "./ots-write.ts";
export { certificatesOf } from "./pem.ts";
export { checkPolicy, type Group, type Policy, type PolicyCheck, parsePolicy } from "./policy.ts";
export { comparePriority, type Priority, type PriorityClaim } from "./priority.ts";
export { formatProof, type Proof, parseProof, provesEntry } from "./proof.ts";
export { type LogReader, prove, proveConsistency, readEntry, rootAt } from "./reader.ts";
export { keepsReceipt, openReceipt, type Receipt, writeReceipt } from "./receipt.ts";
export {
  checkTimestamp,
  type Timestamp,
  type TimestampCheck,
  type TimestampTrust,
  timestampRequest,
} from "./rfc3161.ts";
export { MAX_ENTRY_BYTES, parseTilePath, type Tile, tilePath } from "./tiles.ts";
export { TIMESTAMP_LIMITS } from "./timestamp-token.ts";
export { type VerifyOptions, type VerifyReport, verifyLedger } from "./verify.ts";
export { addCheckpoint, type WitnessAnswer, type WitnessMemory, witnessRequest } from "./witness.ts";
