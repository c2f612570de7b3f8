/** Input images and masks as A1111 prepares them: resized by its modes, masks blurred, "only masked" cut out and laid back. */

import sharp from "sharp";
import { isObject, type Json, type JsonObject } from "../../../base/json.ts";
import { decodeDisplayed, PIXEL_LIMITS } from "../../../node/pixels.ts";
import { numberOf } from "../../../recipe/values.ts";
import { BadRequest, FaceError } from "./errors.ts";

/** Width and height in pixels. */
interface Size {
  readonly width: number;
  readonly height: number;
}

/** A rectangle in pixels. */
interface Area extends Size {
  readonly left: number;
  readonly top: number;
}

/** What is drawn from. */
export interface Prepared {
  /** PNG files of the size that is drawn. */
  readonly init: Uint8Array;
  readonly mask?: Uint8Array;
  readonly size: Size;
  /** Lays what was drawn over the image that it was cut from, below the mask; the pixels are red, green, blue. */
  readonly finish?: (drawn: Uint8Array) => Promise<Uint8Array>;
}

const LIMITS = { limitInputPixels: PIXEL_LIMITS.pixels } as const;

/** The bytes of a picture in Base64, with or without `data:` in front. @throws BadRequest when it is none */
export function pictureOf(value: Json | undefined, field: string): Buffer {
  const text = typeof value === "string" ? value : "";
  const bytes = Buffer.from(text.slice(text.startsWith("data:") ? text.indexOf(",") + 1 : 0), "base64");
  if (bytes.length === 0) throw new BadRequest([{ field, message: "Invalid encoded image", type: "value_error" }]);
  return bytes;
}

/**
 * The first input image and its mask, ready to draw from.
 * @throws BadRequest, FaceError for ways that are not followed; SeedproofError `image.*` for pictures that cannot be decoded
 */
export async function prepare(fields: JsonObject): Promise<Prepared> {
  const [first] = Array.isArray(fields.init_images) ? fields.init_images : [];
  if (first === undefined) throw new FaceError(404, "Init image not found");
  const init = await plain(pictureOf(first, "init_images"));
  const own = await sizeOf(init);
  const size = { width: numberOf(fields.width) ?? own.width, height: numberOf(fields.height) ?? own.height };
  const mode = numberOf(fields.resize_mode) ?? 0;
  if (mode === 3) throw new FaceError(422, "resize mode 3 (latent upscale) is not followed");
  if (fields.mask === undefined || fields.mask === null) return { init: await fitted(init, size, mode), size };
  const mask = await maskOf(fields, own);
  const full = fields.inpaint_full_res === true || numberOf(fields.inpaint_full_res) === 1;
  if (!full) {
    const [image, hidden] = [await fitted(init, size, mode), await fitted(mask, size, mode)];
    return {
      init: await filled(image, hidden, fields),
      mask: hidden,
      size,
      finish: (drawn) => overlaid(image, drawn, hidden),
    };
  }
  const area = await maskedArea(mask, numberOf(fields.inpaint_full_res_padding) ?? 0, size, own);
  if (!area) return { init: await fitted(init, size, mode), mask: await fitted(mask, size, mode), size };
  const [part, hidden] = [await cut(init, area, size), await cut(mask, area, size)];
  return {
    init: await filled(part, hidden, fields),
    mask: hidden,
    size,
    finish: async (drawn) => {
      const { left, top } = area;
      const small = await sharp(drawn, LIMITS)
        .resize({ ...sizeOnly(area), fit: "fill", kernel: "lanczos3" })
        .png()
        .toBuffer();
      const placed = await sharp(init, LIMITS)
        .composite([{ input: small, left, top }])
        .png()
        .toBuffer();
      return overlaid(init, placed, mask);
    },
  };
}

/** A picture as red, green, blue, orientation applied; transparency becomes white as in A1111. */
async function plain(bytes: Buffer): Promise<Buffer> {
  await decodeDisplayed(bytes);
  return sharp(bytes, LIMITS).autoOrient().flatten({ background: "#ffffff" }).toColourspace("srgb").png().toBuffer();
}

async function sizeOf(png: Buffer): Promise<Size> {
  const { width = 0, height = 0 } = await sharp(png, LIMITS).metadata();
  return { width, height };
}

/** 0 stretches, 1 crops to fill, 2 fits in and fills the rest with the edges. */
async function fitted(png: Buffer, { width, height }: Size, mode: number): Promise<Buffer> {
  const image = sharp(png, LIMITS);
  if (mode === 1) return image.resize({ width, height, fit: "cover", kernel: "lanczos3" }).png().toBuffer();
  if (mode !== 2) return image.resize({ width, height, fit: "fill", kernel: "lanczos3" }).png().toBuffer();
  const inside = await image.resize({ width, height, fit: "inside", kernel: "lanczos3" }).png().toBuffer();
  const { width: w, height: h } = await sizeOf(inside);
  const [left, top] = [Math.floor((width - w) / 2), Math.floor((height - h) / 2)];
  const edges = { left, top, right: width - w - left, bottom: height - h - top, extendWith: "copy" } as const;
  return sharp(inside, LIMITS).extend(edges).png().toBuffer();
}

/** Grey, of the image's size, turned round and blurred as asked; a mask with transparency is its alpha. */
async function maskOf(fields: JsonObject, { width, height }: Size): Promise<Buffer> {
  const bytes = pictureOf(fields.mask, "mask");
  await decodeDisplayed(bytes);
  const { hasAlpha } = await sharp(bytes, LIMITS).metadata();
  const grey = hasAlpha ? sharp(bytes, LIMITS).extractChannel("alpha") : sharp(bytes, LIMITS).greyscale();
  let mask = await grey.resize({ width, height, fit: "fill" }).png().toBuffer();
  const invert = fields.inpainting_mask_invert;
  if (invert === true || numberOf(invert) === 1)
    mask = await sharp(mask, LIMITS).negate({ alpha: false }).png().toBuffer();
  const blur = numberOf(fields.mask_blur) ?? numberOf(fields.mask_blur_x) ?? 4;
  // Sharp blurs from 0.3 upwards.
  return blur < 0.3 ? mask : sharp(mask, LIMITS).blur(Math.min(blur, 1000)).png().toBuffer();
}

/** What lies under the mask before it is painted: 0 is filled with the colours around it, 1 stays. */
async function filled(image: Buffer, mask: Buffer, fields: JsonObject): Promise<Buffer> {
  const fill = numberOf(fields.inpainting_fill) ?? 0;
  if (fill === 1) return image;
  if (fill > 1)
    throw new FaceError(
      422,
      "inpainting_fill 2 and 3 (latent noise, latent nothing) are not followed; 0 fills, 1 keeps",
    );
  const { width } = await sizeOf(image);
  // The colours around run in, from near and from far.
  let base = await withAlpha(image, await sharp(mask, LIMITS).negate({ alpha: false }).png().toBuffer());
  for (const radius of [width / 4, width / 16, width / 64, 2]) {
    const soft = await sharp(base, LIMITS)
      .blur(Math.min(Math.max(radius, 0.3), 1000))
      .png()
      .toBuffer();
    base = await sharp(soft, LIMITS)
      .composite([{ input: base }])
      .png()
      .toBuffer();
  }
  return sharp(base, LIMITS).flatten({ background: "#808080" }).png().toBuffer();
}

async function withAlpha(image: Buffer, alpha: Buffer): Promise<Buffer> {
  const { data, info } = await sharp(alpha, LIMITS).toColourspace("b-w").raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  // A step of its own: sharp takes alpha out behind everything else of a pipeline, whatever the order of the calls.
  const opaque = await sharp(image, LIMITS).removeAlpha().toColourspace("srgb").png().toBuffer();
  const first = Buffer.from(Uint8Array.from({ length: width * height }, (_, i) => data[i * info.channels]!));
  return sharp(opaque, LIMITS)
    .joinChannel(first, { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer();
}

/** The original wherever the mask is black, what was drawn where it is white. */
async function overlaid(original: Buffer, drawn: Uint8Array, mask: Buffer): Promise<Uint8Array> {
  const over = await withAlpha(Buffer.from(drawn), mask);
  return sharp(original, LIMITS)
    .composite([{ input: over }])
    .removeAlpha()
    .png()
    .toBuffer();
}

/** The rectangle around what is white, with a margin, in the proportion of what is drawn. */
async function maskedArea(mask: Buffer, margin: number, size: Size, image: Size): Promise<Area | undefined> {
  const { data, info } = await sharp(mask, LIMITS).toColourspace("b-w").raw().toBuffer({ resolveWithObject: true });
  let [left, top, right, bottom] = [info.width, info.height, 0, 0];
  for (let i = 0, at = 0; i < data.length; i += info.channels, at++) {
    if (data[i]! === 0) continue;
    const [x, y] = [at % info.width, Math.floor(at / info.width)];
    [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x + 1), Math.max(bottom, y + 1)];
  }
  if (right <= left) return undefined;
  const across = grown(left - margin, right + margin, image.width);
  const down = grown(top - margin, bottom + margin, image.height);
  const proportion = size.width / size.height;
  const [w, h] = [across.to - across.from, down.to - down.from];
  const x = w / h < proportion ? widened(across, Math.round(h * proportion), image.width) : across;
  const y = w / h < proportion ? down : widened(down, Math.round(w / proportion), image.height);
  return { left: x.from, top: y.from, width: x.to - x.from, height: y.to - y.from };
}

function grown(from: number, to: number, most: number): { from: number; to: number } {
  return { from: Math.max(0, from), to: Math.min(most, to) };
}

function widened(
  { from, to }: { from: number; to: number },
  length: number,
  most: number,
): { from: number; to: number } {
  const wide = Math.min(length, most);
  const start = Math.min(Math.max(0, from - Math.floor((wide - (to - from)) / 2)), most - wide);
  return { from: start, to: start + wide };
}

function sizeOnly({ width, height }: Size): Size {
  return { width, height };
}

async function cut(png: Buffer, { left, top, width, height }: Area, size: Size): Promise<Buffer> {
  const part = sharp(png, LIMITS).extract({ left, top, width, height });
  return part
    .resize({ ...sizeOnly(size), fit: "fill", kernel: "lanczos3" })
    .png()
    .toBuffer();
}

/** Whether a value is an object with members: `alwayson_scripts` of clients that use none is empty. */
export function isFilled(value: Json | undefined): boolean {
  return isObject(value) && Object.keys(value).length > 0;
}
