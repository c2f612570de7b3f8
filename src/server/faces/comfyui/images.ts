/** `/view` and `/upload`: images of this workspace's graphs, and no way out of their folders. */

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname, extname, parse } from "node:path";
import { type Context, Hono } from "hono";
import sharp from "sharp";
import { SeedproofError } from "../../../base/errors.ts";
import { type ImageFolder, imagePath } from "../../../node/graph/files.ts";
import { writeOutput } from "../../../node/output-file.ts";
import { decodeDisplayed, PIXEL_LIMITS } from "../../../node/pixels.ts";
import { FEATURES } from "./events.ts";

/** Bytes of an upload: what ComfyUI takes. */
const MAX_UPLOAD = Number(FEATURES.max_upload_size);

const MIMES: Readonly<Record<string, string>> = {
  ...{
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".avif": "image/avif",
  },
};

/** The routes. */
export function imageRoutes(home: string): Hono {
  const app = new Hono();
  app.get("/view", (c) => view(c, home));
  app.post("/upload/image", (c) => upload(c, home, async (bytes) => bytes));
  app.post("/upload/mask", (c) => upload(c, home, (bytes, form) => masked(bytes, form, home)));
  return app;
}

async function view(c: Context, home: string): Promise<Response> {
  const { filename, subfolder = "", type = "output", preview, channel } = c.req.query();
  if (!filename) return c.body(null, 400);
  if (!/^(?:input|output|temp)$/.test(type)) return c.body(null, 400);
  const path = inside(home, type as ImageFolder, subfolder, filename);
  if (path === undefined) return c.body(null, 403);
  if (!existsSync(path) || !statSync(path).isFile()) return c.body(null, 404);
  const bytes = readFileSync(path);
  // Only pictures are given: anything else under this address could be run by a page.
  const mime = MIMES[extname(path).toLowerCase()];
  if (!mime) return c.body(null, 415);
  const headers = {
    "x-content-type-options": "nosniff",
    "content-disposition": `filename="${parse(path).base.replace(/["\\\r\n]/g, "_")}"`,
  };
  const changed = await asAsked(bytes, preview, channel);
  return c.body(Uint8Array.from(changed?.bytes ?? bytes).buffer, 200, {
    ...headers,
    "content-type": changed?.mime ?? mime,
  });
}

/** `preview=webp;90` or `jpeg;80`, or one channel of it. */
async function asAsked(
  bytes: Buffer,
  preview: string | undefined,
  channel: string | undefined,
): Promise<{ bytes: Buffer; mime: string } | undefined> {
  const image = sharp(bytes, { limitInputPixels: PIXEL_LIMITS.pixels });
  if (preview) {
    const [format, quality = "90"] = preview.split(";");
    const kind = format === "jpeg" ? "jpeg" : "webp";
    const level = Math.min(Math.max(Number.parseInt(quality, 10) || 90, 1), 100);
    return { bytes: await image.toFormat(kind, { quality: level }).toBuffer(), mime: `image/${kind}` };
  }
  if (channel === "rgb") return { bytes: await image.removeAlpha().png().toBuffer(), mime: "image/png" };
  if (channel !== "a") return undefined;
  return { bytes: await image.ensureAlpha().extractChannel("alpha").png().toBuffer(), mime: "image/png" };
}

type Change = (bytes: Buffer, form: FormData) => Promise<Buffer>;

/** The same name with the same bytes is the same file; another one gets a number, unless it is to be written over. */
async function upload(c: Context, home: string, change: Change): Promise<Response> {
  const form = await c.req.formData().catch(() => undefined);
  const file = form?.get("image");
  if (!form || !(file instanceof File) || file.size > MAX_UPLOAD) return c.body(null, 400);
  const kind = String(form.get("type") ?? "input");
  const subfolder = String(form.get("subfolder") ?? "");
  const name = parse(file.name.replaceAll("\\", "/")).base;
  if (!/^(?:input|output|temp)$/.test(kind) || name === "" || !MIMES[extname(name).toLowerCase()])
    return c.body(null, 400);
  let path = inside(home, kind as ImageFolder, subfolder, name);
  if (path === undefined) return c.body(null, 400);
  const bytes = await change(Buffer.from(await file.arrayBuffer()), form);
  await decodeDisplayed(bytes);
  const overwrite = /^(?:true|1)$/i.test(String(form.get("overwrite") ?? ""));
  const { dir, name: stem, ext } = parse(path);
  for (let n = 1; !overwrite && existsSync(path) && !same(path, bytes); n++) path = `${dir}/${stem} (${n})${ext}`;
  mkdirSync(dirname(path), { recursive: true });
  writeOutput(path, bytes, true);
  return c.json({ name: parse(path).base, subfolder, type: kind });
}

function same(path: string, bytes: Buffer): boolean {
  const hash = (data: Buffer): string => createHash("sha256").update(data).digest("hex");
  return statSync(path).size === bytes.length && hash(readFileSync(path)) === hash(bytes);
}

/** A mask drawn over an image that is there: the image with the mask's alpha. */
async function masked(bytes: Buffer, form: FormData, home: string): Promise<Buffer> {
  const reference = JSON.parse(String(form.get("original_ref") ?? "{}")) as Record<string, unknown>;
  const kind = /^(?:input|output|temp)$/.test(String(reference.type ?? "output"))
    ? String(reference.type ?? "output")
    : "output";
  const path = inside(home, kind as ImageFolder, String(reference.subfolder ?? ""), String(reference.filename ?? ""));
  if (path === undefined || !existsSync(path))
    throw new SeedproofError("file.not-found", "the image of the mask is not there");
  const limits = { limitInputPixels: PIXEL_LIMITS.pixels };
  const { width, height } = await decodeDisplayed(path);
  const alpha = await sharp(bytes, limits)
    .ensureAlpha()
    .extractChannel("alpha")
    .resize({ width, height, fit: "fill" })
    .raw()
    .toBuffer();
  // A step of its own: sharp takes alpha out behind everything else of a pipeline, whatever the order of the calls.
  const opaque = await sharp(readFileSync(path), limits)
    .autoOrient()
    .removeAlpha()
    .toColourspace("srgb")
    .png()
    .toBuffer();
  return sharp(opaque, limits)
    .joinChannel(alpha, { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer();
}

function inside(home: string, kind: ImageFolder, subfolder: string, filename: string): string | undefined {
  try {
    return imagePath(home, kind, subfolder, filename);
  } catch {
    return undefined;
  }
}
