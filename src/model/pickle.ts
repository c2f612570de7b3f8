/**
 * What a pickled checkpoint (.ckpt, .pt, .bin) asks for, listed by walking its opcodes. Nothing is ever unpickled: loading a
 * pickle can run any code.
 * @see https://github.com/python/cpython/blob/main/Lib/pickletools.py
 */

import { fromLatin1, fromUtf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import type { Finding } from "../base/findings.ts";
import type { ByteSource } from "../image/source.ts";
import { isZip, zipDataOffset, zipEntries } from "./zip-directory.ts";

/** Limits of the pickle walker. */
export const PICKLE_LIMITS = {
  /** Bytes of one pickle. That of a Stable Diffusion checkpoint has under 2 MiB; tensors stand outside. CWE-770. */
  bytes: 64 * 1024 * 1024,
  /** Pickles in a row: PyTorch's old form begins with four, then the tensors. */
  pickles: 5,
  /** Names and texts kept. */
  listed: 65_536,
  /** Bytes of one text that is kept. */
  text: 4096,
} as const;

/** A listed pickle. */
export interface PickleListing {
  /** `zip`: PyTorch's form since 1.6. `plain`: pickles one after the other. */
  readonly container: "zip" | "plain";
  /** `module.name` of everything that loading would import, each once, sorted. */
  readonly globals: readonly string[];
  /** Texts in their order: names of tensors among them. */
  readonly texts: readonly string[];
  readonly findings: readonly Finding[];
}

/** What storing tensors and a training run's state takes. Anything else is code of somebody else's choice. */
const HARMLESS =
  /^(?:torch\.(?:(?:Float|Half|BFloat16|Double|Byte|Char|Short|Int|Long|Bool|Untyped)Storage|storage\.\w+Storage|Size|device|\w*float\w*|u?int\d+|bool|_utils\._rebuild_\w+|nn\.parameter\.Parameter|_tensor\._rebuild_from_type_v2)|collections\.(?:OrderedDict|defaultdict)|numpy\.(?:dtype|ndarray|_?core\.multiarray\.(?:scalar|_reconstruct))|_codecs\.encode|(?:builtins|__builtin__)\.(?:set|dict|list|tuple|int|float|bytearray|complex|slice)|pytorch_lightning\.callbacks\.\w+\.\w+)$/;

/** Whether the file begins like a pickle of protocol 2 to 5, or like a zip file, which PyTorch's form is. */
export function isPickle(source: ByteSource): boolean {
  const [first, second] = source.read(0, 2);
  return isZip(source) || (first === 0x80 && second !== undefined && second >= 2 && second <= 5);
}

/** @throws SeedproofError `model.pickle-malformed` where the opcodes cannot be walked to their end */
export function listPickle(source: ByteSource): PickleListing {
  const walker = new PickleWalker();
  const zip = isZip(source);
  if (zip) {
    const entry = zipEntries(source).find(({ name }) => /(?:^|\/)data\.pkl$/.test(name));
    const offset = entry?.plain ? zipDataOffset(source, entry) : undefined;
    if (!entry || offset === undefined) throw malformed("the zip file holds no uncompressed data.pkl", 0);
    walker.walk(source.read(offset, Math.min(entry.length, PICKLE_LIMITS.bytes)), offset);
  } else {
    let at = 0;
    for (let n = 0; n < PICKLE_LIMITS.pickles; n++) {
      const bytes = source.read(at, PICKLE_LIMITS.bytes);
      if (bytes[0] !== 0x80) break;
      at += walker.walk(bytes, at);
    }
    if (at === 0) throw malformed("the file does not begin with a pickle", 0);
  }
  const globals = [...walker.globals].sort();
  return { container: zip ? "zip" : "plain", globals, texts: walker.texts, findings: findingsOf(globals) };
}

function findingsOf(globals: readonly string[]): Finding[] {
  const foreign = globals.filter((name) => !HARMLESS.test(name));
  const listed = foreign.slice(0, 8).join(", ");
  const warning: Finding = {
    code: "model.pickle",
    level: "informs",
    text: {
      en: "this file is a pickle: loading one can run code; it was only listed here",
      zh: "此文件为 pickle 格式：加载时可能执行代码；此处仅列出其内容",
    },
  };
  if (foreign.length === 0) return [warning];
  const code: Finding = {
    code: "model.pickle-code",
    level: "fails",
    text: {
      en: `loading it would import what storing tensors does not need: ${listed}`,
      zh: `加载时会导入存储张量所不需要的内容：${listed}`,
    },
  };
  return [warning, code];
}

/** Opcodes without argument: they move values that are already there. */
const BARE = new Set([..."(.012aeb}d]l)tNRsuoQ"].map((c) => c.charCodeAt(0)));
for (const code of [0x81, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8f, 0x90, 0x91, 0x92, 0x93, 0x94, 0x97, 0x98]) BARE.add(code);

/** Bytes of arguments of fixed length. */
const FIXED = new Map<number, number>([
  ...[..."hqK"].map((c) => [c.charCodeAt(0), 1] as const),
  [0x80, 1],
  [0x82, 1],
  [0x4d, 2],
  [0x83, 2],
  ...[..."Jjr"].map((c) => [c.charCodeAt(0), 4] as const),
  [0x84, 4],
  [0x47, 8],
  [0x95, 8],
]);

/** Arguments with their own length: bytes of that length, and whether they are text. */
const COUNTED = new Map<number, readonly [lengthBytes: number, text: boolean]>([
  [0x55, [1, true]],
  [0x8c, [1, true]],
  [0x43, [1, false]],
  [0x8a, [1, false]],
  [0x54, [4, true]],
  [0x58, [4, true]],
  [0x42, [4, false]],
  [0x8b, [4, false]],
  [0x8d, [8, true]],
  [0x8e, [8, false]],
  [0x96, [8, false]],
]);

/** Arguments that end with a line feed. */
const LINES = new Map<number, number>([..."ILFSVPgp"].map((c) => [c.charCodeAt(0), 1] as const));
LINES.set(0x63, 2).set(0x69, 2);

const STOP = 0x2e;
const GLOBAL = 0x63;
const INST = 0x69;
const STACK_GLOBAL = 0x93;
const MEMOIZE = 0x94;
const PUTS = new Set([0x71, 0x72]);
const GETS = new Set([0x68, 0x6a]);

class PickleWalker {
  readonly globals = new Set<string>();
  readonly texts: string[] = [];
  /** Texts on top of the stack as far as a walk without a stack can know them. */
  private recent: string[] = [];
  private memo = new Map<number, string>();
  private memoized = 0;

  /** Walks one pickle and gives its length. */
  walk(bytes: Uint8Array, fileOffset: number): number {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.recent = [];
    this.memo = new Map();
    this.memoized = 0;
    let at = 0;
    let lastText: string | undefined;
    while (at < bytes.length) {
      const opcode = bytes[at]!;
      const from = at + 1;
      const end = argumentEnd(bytes, view, opcode, from);
      if (end === undefined || end > bytes.length) break;
      at = end;
      if (opcode === STOP) return at;
      const text = COUNTED.get(opcode)?.[1]
        ? this.text(bytes.subarray(from + COUNTED.get(opcode)![0], end))
        : undefined;
      if (opcode === GLOBAL || opcode === INST) this.global(...twoLines(bytes.subarray(from, end)));
      else if (opcode === STACK_GLOBAL) this.global(this.recent.at(-2) ?? "?", this.recent.at(-1) ?? "?");
      else if (opcode === MEMOIZE) this.remember(this.memoized++, lastText);
      else if (PUTS.has(opcode)) this.remember(opcode === 0x71 ? bytes[from]! : view.getUint32(from, true), lastText);
      else if (GETS.has(opcode)) this.recall(opcode === 0x68 ? bytes[from]! : view.getUint32(from, true));
      // Storing in the memo leaves the value where it was.
      if (opcode !== MEMOIZE && !PUTS.has(opcode)) lastText = text;
    }
    throw malformed("the pickle does not end", fileOffset + at);
  }

  private text(bytes: Uint8Array): string {
    const kept = bytes.subarray(0, PICKLE_LIMITS.text);
    const text = fromUtf8(kept) ?? fromLatin1(kept);
    if (this.texts.length < PICKLE_LIMITS.listed) this.texts.push(text);
    this.push(text);
    return text;
  }

  private push(text: string): void {
    this.recent.push(text);
    if (this.recent.length > 64) this.recent.splice(0, 32);
  }

  private remember(index: number, text: string | undefined): void {
    if (text !== undefined && this.memo.size < PICKLE_LIMITS.listed) this.memo.set(index, text);
  }

  private recall(index: number): void {
    const text = this.memo.get(index);
    if (text !== undefined) this.push(text);
  }

  private global(module: string, name: string): void {
    if (this.globals.size < PICKLE_LIMITS.listed) this.globals.add(`${module}.${name}`);
  }
}

/** Index behind the argument of an opcode; `undefined` for an unknown opcode or an argument without end. */
function argumentEnd(bytes: Uint8Array, view: DataView, opcode: number, from: number): number | undefined {
  if (BARE.has(opcode)) return from;
  const fixed = FIXED.get(opcode);
  if (fixed !== undefined) return from + fixed;
  const lines = LINES.get(opcode);
  if (lines !== undefined) {
    let end = from;
    for (let n = 0; n < lines; n++) {
      const feed = bytes.indexOf(0x0a, end);
      if (feed < 0) return undefined;
      end = feed + 1;
    }
    return end;
  }
  const counted = COUNTED.get(opcode);
  if (!counted || from + counted[0] > bytes.length) return undefined;
  const length =
    counted[0] === 1
      ? bytes[from]!
      : counted[0] === 4
        ? view.getUint32(from, true)
        : Number(view.getBigUint64(from, true));
  return from + counted[0] + length;
}

function twoLines(bytes: Uint8Array): [string, string] {
  const [module = "?", name = "?"] = fromLatin1(bytes.subarray(0, 2 * PICKLE_LIMITS.text)).split("\n");
  return [module, name];
}

function malformed(message: string, byte: number): SeedproofError {
  return new SeedproofError("model.pickle-malformed", message, { where: { byte } });
}
