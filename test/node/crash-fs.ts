/** A file system in memory that loses what was not synced, and breaks at a chosen system call. */

import { dirname } from "node:path";
import type { FileSystem } from "../../src/node/durable-fs.ts";

/** What happens at the chosen call. `crash`: the machine stops there. The others are errors the program sees. */
export type Fault = { readonly at: number; readonly kind: "crash" | "EIO" | "ENOSPC" };

/** What a crash leaves of writes and names that were not synced: nothing, all, or a part drawn from a seed. */
export type Survival = "synced" | "all" | number;

interface Inode {
  data: Uint8Array;
  synced: Uint8Array;
}

/** The machine stopped. Nothing catches this by accident: it is no ordinary error code. */
class Crash extends Error {}

export class CrashFs implements FileSystem {
  calls = 0;
  /** Names of the calls made, for messages. */
  readonly trace: string[] = [];
  private readonly fault: Fault | undefined;
  private crashed = false;
  private readonly folders: Map<string, { live: Map<string, Inode | "folder">; synced: Map<string, Inode | "folder"> }>;
  private readonly descriptors = new Map<number, Inode>();
  private nextFd = 3;

  constructor(fault?: Fault) {
    this.fault = fault;
    this.folders = new Map([["/", { live: new Map(), synced: new Map() }]]);
  }

  /** The file system after the power came back. */
  afterCrash(survival: Survival): CrashFs {
    const next = new CrashFs();
    const draw = random(typeof survival === "number" ? survival : 1);
    const keeps = () => survival === "all" || (survival !== "synced" && draw() < 0.5);
    const copy = (path: string): void => {
      const folder = this.folders.get(path)!;
      const names = new Map(folder.synced);
      for (const name of new Set([...folder.synced.keys(), ...folder.live.keys()])) {
        if (folder.live.get(name) === folder.synced.get(name) || !keeps()) continue;
        const live = folder.live.get(name);
        if (live === undefined) names.delete(name);
        else names.set(name, live);
      }
      const inodes = new Map<string, Inode | "folder">();
      for (const [name, node] of names) {
        if (node !== "folder") {
          const data = survivor(node, survival, draw);
          inodes.set(name, { data, synced: data });
          continue;
        }
        inodes.set(name, "folder");
        copy(join(path, name));
      }
      next.folders.set(path, { live: inodes, synced: new Map(inodes) });
    };
    copy("/");
    return next;
  }

  open(path: string, mode: "create" | "append"): number {
    this.step("open", path);
    const folder = this.folder(path);
    const standing = folder.get(base(path));
    if (standing && mode === "create") throw fail("EEXIST");
    const inode = standing && standing !== "folder" ? standing : { data: new Uint8Array(0), synced: new Uint8Array(0) };
    folder.set(base(path), inode);
    this.descriptors.set(this.nextFd, inode);
    return this.nextFd++;
  }

  write(fd: number, bytes: Uint8Array): void {
    const inode = this.descriptors.get(fd)!;
    const half = () => {
      inode.data = Uint8Array.of(...inode.data, ...bytes.subarray(0, bytes.length >> 1));
    };
    this.step("write", String(bytes.length), half);
    const data = new Uint8Array(inode.data.length + bytes.length);
    data.set(inode.data);
    data.set(bytes, inode.data.length);
    inode.data = data;
  }

  fsync(fd: number): void {
    this.step("fsync", "");
    const inode = this.descriptors.get(fd)!;
    inode.synced = inode.data;
  }

  close(fd: number): void {
    this.step("close", "");
    this.descriptors.delete(fd);
  }

  rename(from: string, to: string): void {
    this.step("rename", to);
    const node = this.folder(from).get(base(from));
    if (!node) throw fail("ENOENT");
    this.folder(from).delete(base(from));
    this.folder(to).set(base(to), node);
  }

  unlink(path: string): void {
    this.step("unlink", path);
    if (!this.folder(path).delete(base(path))) throw fail("ENOENT");
  }

  mkdir(path: string): boolean {
    this.step("mkdir", path);
    if (this.folder(path).has(base(path))) return false;
    this.folder(path).set(base(path), "folder");
    this.folders.set(path, { live: new Map(), synced: new Map() });
    return true;
  }

  fsyncFolder(path: string): void {
    this.step("fsyncFolder", path);
    const folder = this.folders.get(path)!;
    folder.synced = new Map(folder.live);
  }

  read(path: string): Uint8Array | undefined {
    const node = this.folders.get(dirname(path))?.live.get(base(path));
    return node && node !== "folder" ? node.data : undefined;
  }

  list(path: string): string[] {
    return [...(this.folders.get(path)?.live.keys() ?? [])].sort();
  }

  exists(path: string): boolean {
    return this.folders.has(path) || this.read(path) !== undefined;
  }

  isFolder(path: string): boolean {
    return this.folders.has(path);
  }

  /** All files with their bytes, for tests that change them. */
  files(below = "/"): Map<string, Uint8Array> {
    const files = new Map<string, Uint8Array>();
    for (const [folder, { live }] of this.folders) {
      for (const [name, node] of live) if (node !== "folder") files.set(join(folder, name), node.data);
    }
    return new Map([...files].filter(([path]) => path.startsWith(below)));
  }

  private folder(path: string): Map<string, Inode | "folder"> {
    const folder = this.folders.get(dirname(path));
    if (!folder) throw fail("ENOENT");
    return folder.live;
  }

  private step(name: string, what: string, half?: () => void): void {
    if (this.crashed) throw new Crash("the machine has stopped");
    this.calls++;
    this.trace.push(`${name} ${what}`);
    if (this.calls !== this.fault?.at) return;
    half?.();
    if (this.fault.kind !== "crash") throw fail(this.fault.kind);
    this.crashed = true;
    throw new Crash(`the machine stopped in ${name} ${what}`);
  }
}

function survivor({ data, synced }: Inode, survival: Survival, draw: () => number): Uint8Array {
  if (survival === "all" || data === synced) return data;
  if (survival === "synced") return synced;
  const end = synced.length + Math.floor(draw() * (data.length - synced.length + 1));
  const torn = data.slice(0, Math.max(end, 0));
  // A block that was never written reads as zeros even where later blocks arrived.
  if (draw() < 0.3) torn.fill(0, Math.floor(synced.length + draw() * Math.max(0, end - synced.length)), end);
  return torn;
}

const base = (path: string): string => path.slice(path.lastIndexOf("/") + 1);
const join = (folder: string, name: string): string => (folder === "/" ? `/${name}` : `${folder}/${name}`);
const fail = (code: string): Error => Object.assign(new Error(code), { code });

/** Mulberry32: a small seeded generator. */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
