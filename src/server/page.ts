/** The page: the built files of `dist/web`, and its one document for every screen's address. */

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Hono } from "hono";
import { SeedproofError } from "../base/errors.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".wasm": "application/wasm",
  ".woff2": "font/woff2",
  ".webmanifest": "application/manifest+json",
};

/**
 * Serves the files of the folder by their names in its list; a path is never joined from a request. Every other path without an
 * ending gives the document, which knows its screens. A name that is not in the list may have been built since.
 */
export function servePage(app: Hono, folder: string): void {
  for (const name of PAGES_OF_ONE_FILE) app.get(`/offline/${name}`, () => pageToSave(join(folder, "..", name), name));
  let files = listed(folder);
  app.get("*", (c) => {
    const { path } = c.req;
    if (files.size === 0 || (path.startsWith("/assets/") && !files.has(path))) files = listed(folder);
    const file = files.get(path) ?? (extname(path) === "" ? files.get("/index.html") : undefined);
    if (files.size === 0)
      throw new SeedproofError("server.page-not-built", "the page is not built; run: npm run build");
    if (file === undefined) throw new SeedproofError("server.not-found", "there is nothing at this address");
    const packed = /\bgzip\b/.test(c.req.header("accept-encoding") ?? "") && PACKED.test(file);
    const bytes = packed ? gzipped(file) : readFileSync(file);
    // Built files carry a hash in their names; the document does not.
    const isHashed = path.startsWith("/assets/");
    return c.body(bytes, 200, {
      ...(packed && { "content-encoding": "gzip", vary: "accept-encoding" }),
      "content-type": TYPES[extname(file)] ?? "application/octet-stream",
      "cache-control": isHashed ? "public, max-age=31536000, immutable" : "no-cache",
    });
  });
}

/** Screens that the build also makes as one file each, beside the page's folder. */
const PAGES_OF_ONE_FILE = ["read.html", "verify.html"] as const;

/** A page to keep. It runs from disk, never from this address: its script stands in it, which our own policy forbids. */
function pageToSave(file: string, name: string): Response {
  if (!existsSync(file)) throw new SeedproofError("server.page-not-built", "the page is not built; run: npm run build");
  return new Response(readFileSync(file), {
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-disposition": `attachment; filename="seedproof-${name}"`,
      "cache-control": "no-cache",
    },
  });
}

/** Endings of texts, which shrink; pictures and fonts are packed already. */
const PACKED = /\.(?:html|js|css|svg|json|webmanifest)$/;

/** Packed once for each file as it stands on disk. */
const packedFiles = new Map<string, { readonly mtimeMs: number; readonly bytes: Uint8Array<ArrayBuffer> }>();

function gzipped(file: string): Uint8Array<ArrayBuffer> {
  const { mtimeMs } = statSync(file);
  const kept = packedFiles.get(file);
  if (kept?.mtimeMs === mtimeMs) return kept.bytes;
  const bytes = new Uint8Array(gzipSync(readFileSync(file)));
  packedFiles.set(file, { mtimeMs, bytes });
  return bytes;
}

/** Paths of addresses and where each file stands. */
function listed(folder: string): Map<string, string> {
  if (!existsSync(folder)) return new Map();
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return new Map(
    names.filter((file) => statSync(join(folder, file)).isFile()).map((file) => [`/${file}`, join(folder, file)]),
  );
}
