/** Paths inside a bundle: what may stand there on any system, and names made from what people call their files. */

/** Limits of what a bundle may hold; they come from strangers. */
export const BUNDLE_LIMITS = {
  /** Files. A ledger of a million entries has some 4,000 tiles, a case some hundred exhibits. CWE-770. */
  files: 100_000,
  /** Bytes of one file: images, layered files, a short film. CWE-770. */
  fileBytes: 1 << 30,
  /** Bytes of all files. CWE-409. */
  totalBytes: 8 * (1 << 30),
  /** Characters of a path. */
  path: 1000,
} as const;

/**
 * What is wrong with a path, in a word; `undefined` where nothing is. A path that Windows, macOS or a careless program reads
 * otherwise than it stands is refused everywhere.
 */
export function pathFlaw(path: string): "empty" | "long" | "absolute" | "upward" | "character" | "device" | undefined {
  if (path === "") return "empty";
  if (path.length > BUNDLE_LIMITS.path) return "long";
  if (/^[/\\]|^[A-Za-z]:/.test(path)) return "absolute";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
  if (/[\\\u0000-\u001f\u007f<>:"|?*]/.test(path)) return "character";
  const parts = path.split("/");
  if (parts.some((part) => part === "" || part === "." || part === "..")) return "upward";
  if (parts.some((part) => /[. ]$/.test(part) || DEVICE.test(part))) return "device";
  return undefined;
}

/** Names that Windows keeps for devices. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** Two paths that a file system which knows no case, or composes characters, holds for one. */
export const foldedPath = (path: string): string => path.normalize("NFC").toLowerCase();

/** A name of a file for a path. The name itself stays in the metadata. */
export function safeName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? "";
  const safe = last
    .normalize("NFC")
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, "_")
    .replace(/^[._-]+/, "")
    .slice(-120)
    .replace(/[. ]+$/, "");
  return safe === "" ? "file" : DEVICE.test(safe) ? `_${safe}` : safe;
}
