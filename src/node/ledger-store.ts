/**
 * The durable ledger: one writer of a C2SP tlog-tiles log in a folder. Receipts are given when the pending record is
 * on disk; tiles and checkpoint follow by batch. Order of effects: blobs, pending record (the commit point), tiles,
 * description, high-water, checkpoint.
 */

import { join } from "node:path";
import { equalBytes, toHex, utf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import { sha256Hex } from "../base/hash.ts";
import type { SignedCheckpoint } from "../ledger/checkpoint.ts";
import { formatCheckpoint, openCheckpoint, readCheckpoint } from "../ledger/checkpoint.ts";
import { TileEdge } from "../ledger/edge.ts";
import type { Entry, FileRef } from "../ledger/entry.ts";
import { blobPath, decodeEntry, encodeEntry } from "../ledger/entry.ts";
import type { LogInfo } from "../ledger/log.ts";
import {
  createdBody,
  formatLogInfo,
  infoFromCreated,
  keyFor,
  parseLogInfo,
  rotate,
  rotationBody,
} from "../ledger/log.ts";
import type { TreeHasher } from "../ledger/merkle.ts";
import type { Signer } from "../ledger/note.ts";
import { formatNote, formatVkey, sameKey, signNote } from "../ledger/note.ts";
import { writeReceipt } from "../ledger/receipt.ts";
import { newTiles, TILE_WIDTH, tilePath } from "../ledger/tiles.ts";
import type { FileSystem } from "./durable-fs.ts";
import { makeFolder, nodeFileSystem, writeDurable } from "./durable-fs.ts";
import { nodeHasher } from "./ledger-folder.ts";
import type { SignerFolder } from "./ledger-keys.ts";
import type { Lock } from "./lock-file.ts";
import { PendingFile } from "./pending-file.ts";

/** What a store works with. */
export interface StoreOptions {
  readonly folder: string;
  readonly signer: SignerFolder;
  readonly fs?: FileSystem;
  readonly hasher?: TreeHasher;
  /** Taken before the folder is read, let go by {@link LedgerStore.close}. */
  readonly lock?: (path: string) => Lock;
}

/** An entry is durable at this index; `receipt` is the log's signed word for it. */
export interface Appended {
  readonly index: number;
  readonly receipt: string;
}

/** What opening found that a crash had left. */
export interface Recovery {
  /** Promised entries that were in no checkpoint yet. */
  readonly pending: number;
  /** Bytes of a batch that was never acknowledged; they were cut. */
  readonly tornBytes: number;
  /** A checkpoint that was signed but not published. */
  readonly published: boolean;
}

/** An open ledger. After any failed system call it refuses everything: what the cache says may not be on disk. */
export class LedgerStore {
  readonly recovery: Recovery;
  private readonly folder: string;
  private readonly fs: FileSystem;
  private readonly hasher: TreeHasher;
  private readonly signerFolder: SignerFolder;
  private signer: Signer;
  private current: LogInfo;
  private edge: TileEdge;
  private head: SignedCheckpoint;
  private pending: Uint8Array[] = [];
  private readonly pendingFile: PendingFile;
  private lock: Lock | undefined;
  private broken: unknown;

  private constructor({ folder, signer, fs = nodeFileSystem, hasher = nodeHasher, lock }: StoreOptions) {
    this.folder = folder;
    this.fs = fs;
    this.hasher = hasher;
    this.signerFolder = signer;
    this.pendingFile = new PendingFile(join(folder, "pending"), fs);
    makeFolder(fs, join(folder, "state"));
    this.lock = lock?.(join(folder, "state", "lock"));
    try {
      this.current = parseLogInfo(this.need("log.json"));
      this.signer = this.currentSigner();
      const published = this.finishPublishing();
      this.head = this.openHead(this.need("checkpoint"));
      this.edge = this.resume(this.head.checkpoint.size);
      if (!equalBytes(this.edge.root(), this.head.checkpoint.root)) {
        throw new SeedproofError("ledger.root-differs", "the tiles do not lead to the checkpoint's root");
      }
      const { entries, tornBytes } = this.pendingFile.load(this.edge.size);
      this.pending = entries;
      this.recovery = { pending: entries.length, tornBytes, published };
      if (tornBytes > 0) this.pendingFile.clear(this.edge.size, entries);
    } catch (error) {
      this.lock?.release();
      throw error;
    }
  }

  /**
   * Makes a new ledger whose first entry says what it is.
   * @param created - the owner's clock and software, for that entry
   * @throws SeedproofError `ledger.exists` where the folder holds one already
   */
  static create(options: StoreOptions, created: Pick<Entry, "t" | "sw">, succeeds?: LogInfo): LedgerStore {
    const { folder, fs = nodeFileSystem, hasher = nodeHasher } = options;
    if (fs.exists(join(folder, "checkpoint"))) throw new SeedproofError("ledger.exists", `${folder} holds a ledger`);
    if (options.signer.highWater()) {
      if (fs.exists(join(folder, "log.json"))) return LedgerStore.open(options);
      throw new SeedproofError("ledger.rolled-back", "this key has signed for a ledger that is not here");
    }
    const signer = options.signer.signer();
    const vkey = formatVkey(signer.key);
    const body = createdBody(signer.key.name, vkey, succeeds && { origin: succeeds.origin, vkey: succeeds.vkey });
    const entry: Entry = { v: 1, type: "ledger.created", ...created, body };
    const info = infoFromCreated(entry)!;
    const edge = new TileEdge(hasher);
    edge.add(encodeEntry(entry));
    const text = signHead(edge, signer);
    makeFolder(fs, folder);
    writeDurable(fs, ...edge.partial().map(({ tile, bytes }) => [join(folder, tilePath(tile)), bytes] as const));
    writeDurable(fs, [join(folder, "log.json"), formatLogInfo(info)]);
    options.signer.raiseHighWater(text);
    publish(fs, folder, 1, text);
    return LedgerStore.open(options);
  }

  /**
   * Opens a ledger for writing, finishing what a crash interrupted.
   * @throws SeedproofError `ledger.missing`, `ledger.locked`, `ledger.rolled-back` when the folder is older than what its
   *   key has signed, `ledger.forked` when it differs from that, `ledger.root-differs`, `ledger.tile-missing`,
   *   `ledger.pending-damaged`
   */
  static open(options: StoreOptions): LedgerStore {
    const { folder, fs = nodeFileSystem } = options;
    if (!fs.exists(join(folder, "log.json")))
      throw new SeedproofError("ledger.missing", `there is no ledger in ${folder}`);
    return new LedgerStore(options);
  }

  /** What `log.json` says. */
  get info(): LogInfo {
    return this.current;
  }

  /** The newest checkpoint. */
  get checkpoint(): SignedCheckpoint {
    return this.head;
  }

  /** Entries that are durable, checkpointed or not. */
  get length(): number {
    return this.edge.size + this.pending.length;
  }

  /** Keeps a file's bytes, named by their hash; the same bytes are kept once. */
  putBlob(bytes: Uint8Array, role: string, mime?: string): FileRef {
    return this.guard(() => {
      const sha256 = sha256Hex(bytes);
      const path = join(this.folder, blobPath(sha256));
      if (!this.fs.exists(path)) writeDurable(this.fs, [path, bytes]);
      return { role, sha256, size: bytes.length, ...(mime ? { mime } : {}) };
    });
  }

  /** Keeps a file that belongs to a checkpoint, such as a token. @returns how an entry names it */
  putAttachment(size: number, name: string, bytes: Uint8Array, role: string): FileRef {
    return this.guard(() => {
      const path = `time/${size}/${name}`;
      writeDurable(this.fs, [join(this.folder, path), bytes]);
      return { role, sha256: sha256Hex(bytes), size: bytes.length, path };
    });
  }

  /** Destroys a blob: the payload is gone, the proofs about its hash stay. Log the reason with an `erasure` entry first. */
  eraseBlob(hash: string): void {
    this.guard(() => {
      const path = join(this.folder, blobPath(hash));
      if (!this.fs.exists(path)) return;
      this.fs.unlink(path);
      this.fs.fsyncFolder(join(path, ".."));
    });
  }

  /**
   * Adds entries. When this returns they are on disk and survive a crash; the next {@link integrate} checkpoints them.
   * @throws SeedproofError `ledger.entry-malformed`, `ledger.entry-too-long` before anything is written
   */
  append(entries: readonly Entry[]): Appended[] {
    const encoded = entries.map(encodeEntry);
    return this.guard(() => {
      const first = this.length;
      this.pendingFile.append(first, encoded);
      this.pending.push(...encoded);
      const { current, signer, hasher } = this;
      return encoded.map((entry, i) => ({
        index: first + i,
        // Most receipts of a large batch are never asked for; signing is what they cost.
        get receipt() {
          return writeReceipt({ origin: current.origin, index: first + i, leaf: hasher.leaf(entry) }, signer);
        },
      }));
    });
  }

  /** Puts all pending entries into tiles and publishes a checkpoint over them; the newest one where nothing is pending. */
  integrate(): SignedCheckpoint {
    return this.guard(() => {
      if (this.pending.length === 0) return this.head;
      const old = this.edge.size;
      const signer = this.followRotations(old);
      for (const entry of this.pending) this.edge.add(entry);
      this.writeTiles(old);
      const text = signHead(this.edge, signer);
      this.signerFolder.raiseHighWater(text);
      publish(this.fs, this.folder, this.edge.size, text);
      this.head = readCheckpoint(text);
      this.pending = [];
      this.pendingFile.clear(this.edge.size, []);
      this.dropNarrowTiles(old);
      return this.head;
    });
  }

  /** Replaces the signing key: both keys sign the change, and checkpoints after it carry the new one. */
  rotateKey(seed: Uint8Array, moment: Pick<Entry, "t" | "sw">): Appended {
    this.integrate();
    const next = this.guard(() => this.signerFolder.create(this.current.origin, seed, this.signer.key.type, "next"));
    const body = rotationBody(this.current.origin, this.signer, next);
    const [appended] = this.append([{ v: 1, type: "key.rotated", ...moment, body }]);
    this.integrate();
    return appended!;
  }

  /** Publishes the newest checkpoint with witnesses' lines under it; keeps them beside its tokens too. */
  publishCosigned(cosigned: string): FileRef {
    const { checkpoint, note } = readCheckpoint(cosigned);
    if (note.text !== this.head.note.text) {
      throw new SeedproofError("ledger.checkpoint-superseded", "the cosigned checkpoint is not the newest one");
    }
    const name = `cosigned-${sha256Hex(cosigned).slice(0, 12)}.note`;
    const kept = this.putAttachment(checkpoint.size, name, utf8(cosigned), "cosigned-checkpoint");
    this.guard(() => writeDurable(this.fs, [join(this.folder, "checkpoint"), utf8(cosigned)]));
    this.head = readCheckpoint(cosigned);
    return kept;
  }

  /** Lets go of the lock. Pending entries stay durable. */
  close(): void {
    if (this.broken === undefined) this.pendingFile.close();
    this.broken ??= new SeedproofError("ledger.closed", "the ledger is closed");
    this.lock?.release();
    this.lock = undefined;
  }

  /** Runs a step that must not be half done: after a failure nothing more is signed or promised. */
  private guard<T>(step: () => T): T {
    if (this.broken !== undefined) {
      throw new SeedproofError("ledger.stopped", "the ledger stopped after an earlier failure; open it again", {
        cause: this.broken,
      });
    }
    try {
      return step();
    } catch (error) {
      this.broken = error;
      throw error;
    }
  }

  private need(path: string): Uint8Array {
    const bytes = this.fs.read(join(this.folder, path));
    if (!bytes) throw new SeedproofError("ledger.missing", `the ledger's ${path} is missing`);
    return bytes;
  }

  private openHead(file: Uint8Array): SignedCheckpoint {
    const { size } = readCheckpoint(file).checkpoint;
    return openCheckpoint(file, this.current.origin, keyFor(this.current, size));
  }

  /** The key that `log.json` names; after a crash in a rotation it still lies under its generation. */
  private currentSigner(): Signer {
    const key = keyFor(this.current, Number.MAX_SAFE_INTEGER);
    if (!sameKey(this.signerFolder.signer().key, key)) this.signerFolder.promote("next");
    const signer = this.signerFolder.signer();
    if (!sameKey(signer.key, key))
      throw new SeedproofError("ledger.key-missing", "the ledger's private key is not here");
    return signer;
  }

  /**
   * Compares the folder with what its key has signed. A head that was signed but not published is published when the
   * tiles have it; a folder that lacks it is an old copy.
   */
  private finishPublishing(): boolean {
    const bytes = this.signerFolder.highWater();
    if (!bytes) return false;
    const signed = this.openHead(bytes).checkpoint;
    const file = this.fs.read(join(this.folder, "checkpoint"));
    const head = file && this.openHead(file).checkpoint;
    if (head && head.size > signed.size) return false;
    if (head && head.size === signed.size) {
      if (equalBytes(head.root, signed.root)) return false;
      throw new SeedproofError("ledger.forked", `two checkpoints of ${head.size} entries have different roots`);
    }
    if (!this.hasTree(signed.size, signed.root)) {
      const have = head?.size ?? 0;
      throw new SeedproofError(
        "ledger.rolled-back",
        `this key has signed ${signed.size} entries, the folder has ${have}: an older copy was put back`,
      );
    }
    publish(this.fs, this.folder, signed.size, formatNote(readCheckpoint(bytes).note));
    return true;
  }

  private hasTree(size: number, root: Uint8Array): boolean {
    try {
      return equalBytes(this.resume(size).root(), root);
    } catch {
      return false;
    }
  }

  private resume(size: number): TileEdge {
    const read = (tile: Parameters<typeof tilePath>[0]) => {
      const exact = this.fs.read(join(this.folder, tilePath(tile)));
      return exact ?? this.fs.read(join(this.folder, tilePath({ ...tile, width: TILE_WIDTH })));
    };
    return TileEdge.resume(size, read, this.hasher);
  }

  /** Takes rotations among the pending entries into the description, and gives the key that signs after them. */
  private followRotations(first: number): Signer {
    const before = this.current;
    this.pending.forEach((bytes, i) => {
      const entry = decodeEntry(bytes);
      if (entry.type === "key.rotated") this.current = rotate(this.current, entry, first + i) ?? this.current;
    });
    if (this.current !== before) {
      writeDurable(this.fs, [join(this.folder, "log.json"), formatLogInfo(this.current)]);
      this.signer = this.currentSigner();
    }
    return this.signer;
  }

  /** Writes the tiles that entries from `old` on have made. A tile that stands there already must be the same. */
  private writeTiles(old: number): void {
    const bytesOf = new Map(
      [...this.edge.takeFull(), ...this.edge.partial()].map(({ tile, bytes }) => [tilePath(tile), bytes]),
    );
    const paths = newTiles(old, this.edge.size).map(tilePath);
    const fresh = paths.filter((path) => {
      const standing = this.fs.read(join(this.folder, path));
      if (standing && !equalBytes(standing, bytesOf.get(path)!)) {
        throw new SeedproofError("ledger.tile-conflict", `${path} holds other bytes than its entries make`);
      }
      return !standing;
    });
    writeDurable(this.fs, ...fresh.map((path) => [join(this.folder, path), bytesOf.get(path)!] as const));
  }

  /** Removes the incomplete tiles that a complete one has replaced, as the specification allows. */
  private dropNarrowTiles(old: number): void {
    for (const tile of newTiles(old, this.edge.size)) {
      if (tile.width < TILE_WIDTH) continue;
      const folder = join(this.folder, `${tilePath(tile)}.p`);
      for (const name of this.fs.list(folder)) this.fs.unlink(join(folder, name));
    }
  }
}

function signHead(edge: TileEdge, signer: Signer): string {
  return formatNote(
    signNote(formatCheckpoint({ origin: signer.key.name, size: edge.size, root: edge.root() }), signer),
  );
}

/** Every checkpoint is kept under its size; the newest is also `checkpoint`. */
function publish(fs: FileSystem, folder: string, size: number, text: string): void {
  writeDurable(fs, [join(folder, "checkpoints", String(size)), utf8(text)]);
  writeDurable(fs, [join(folder, "checkpoint"), utf8(text)]);
}

/** A short name for a new log that says nothing about its owner. @param random - 16 random bytes */
export function newOrigin(random: Uint8Array): string {
  return `seedproof.local/${toHex(random)}`;
}
