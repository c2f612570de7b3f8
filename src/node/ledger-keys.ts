/** The signer of a ledger: its private key and the highest head it ever signed, kept apart from what is published. */

import { createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import { join } from "node:path";
import { fromBase64, toBase64 } from "../base/base64.ts";
import { concatBytes, fromHex, fromUtf8, utf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import type { Signer } from "../ledger/note.ts";
import { KEY_TYPES, keyId, verifierKey } from "../ledger/note.ts";
import type { FileSystem } from "./durable-fs.ts";
import { nodeFileSystem, writeDurable } from "./durable-fs.ts";

/** What stands before the 32 bytes of an Ed25519 private key in PKCS #8. @see RFC 8410, section 7 */
const PKCS8_PREFIX = fromHex("302e020100300506032b657004220420");

/** A signer over Node's Ed25519, from a 32-byte seed: the same signatures as the portable one, twenty times as fast. */
function nodeSigner(name: string, seed: Uint8Array, type: number = KEY_TYPES.ed25519): Signer {
  const key: KeyObject = createPrivateKey({
    key: Buffer.from(concatBytes(PKCS8_PREFIX, seed)),
    format: "der",
    type: "pkcs8",
  });
  const jwk = createPublicKey(key).export({ format: "jwk" });
  const publicKey = new Uint8Array(Buffer.from(jwk.x ?? "", "base64url"));
  return { key: verifierKey(name, publicKey, type), sign: (message) => new Uint8Array(sign(null, message, key)) };
}

/** The text form of a private key that stock note tools read: `PRIVATE+KEY+name+keyid+base64(type, seed)`. */
function formatSkey(name: string, seed: Uint8Array, type: number): string {
  const { key } = nodeSigner(name, seed, type);
  return `PRIVATE+KEY+${name}+${key.keyId}+${toBase64(concatBytes(Uint8Array.of(type), seed))}\n`;
}

/** @throws SeedproofError `ledger.key-malformed` */
function parseSkey(text: string): Signer {
  const [one, two, name, id, ...rest] = text.trim().split("+");
  const bytes = fromBase64(rest.join("+"));
  const type = bytes?.[0];
  if (one === "PRIVATE" && two === "KEY" && name && bytes?.length === 33 && type !== undefined) {
    const signer = nodeSigner(name, bytes.subarray(1), type);
    if (id === keyId(name, type, signer.key.publicKey)) return signer;
  }
  throw new SeedproofError("ledger.key-malformed", "the private key file is damaged");
}

/** The files of one signer. */
export class SignerFolder {
  readonly folder: string;
  private readonly name: string;
  private readonly fs: FileSystem;

  /** @param name - `ledger` or `witness`: the stem of the file names */
  constructor(folder: string, name: string, fs: FileSystem = nodeFileSystem) {
    this.folder = folder;
    this.name = name;
    this.fs = fs;
  }

  /**
   * Keeps a new key. One under a generation waits to be promoted, and replaces one that never was.
   * @throws SeedproofError `ledger.key-exists`: no key that signs is ever overwritten
   */
  create(keyName: string, seed: Uint8Array, type: number = KEY_TYPES.ed25519, generation = ""): Signer {
    const path = this.keyPath(generation);
    if (generation === "" && this.fs.exists(path))
      throw new SeedproofError("ledger.key-exists", `there is a key in ${path}`);
    const text = formatSkey(keyName, seed, type);
    writeDurable(this.fs, [path, utf8(text)]);
    return parseSkey(text);
  }

  /** @throws SeedproofError `ledger.key-missing`, `ledger.key-malformed` */
  signer(): Signer {
    const bytes = this.fs.read(this.keyPath(""));
    if (!bytes) throw new SeedproofError("ledger.key-missing", `there is no private key in ${this.keyPath("")}`);
    return parseSkey(fromUtf8(bytes) ?? "");
  }

  /**
   * Makes a key that was created under a generation the one that signs. It stands under both names until the new one is
   * durable: no crash can leave it under neither.
   */
  promote(generation: string): void {
    const path = this.keyPath(generation);
    const bytes = this.fs.read(path);
    if (!bytes) return;
    writeDurable(this.fs, [this.keyPath(""), bytes]);
    this.fs.unlink(path);
    this.fs.fsyncFolder(this.folder);
  }

  /** The newest checkpoint that this key signed, whether it was published or not. */
  highWater(): Uint8Array | undefined {
    return this.fs.read(join(this.folder, `${this.name}.high-water`));
  }

  /** Remembers a checkpoint before it is published: after a crash the log knows what it may not sign differently. */
  raiseHighWater(checkpoint: string): void {
    writeDurable(this.fs, [join(this.folder, `${this.name}.high-water`), utf8(checkpoint)]);
  }

  private keyPath(generation: string): string {
    return join(this.folder, `${this.name}${generation === "" ? "" : `.${generation}`}.key`);
  }
}
