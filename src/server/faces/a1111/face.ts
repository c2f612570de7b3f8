/**
 * A1111's `/sdapi/v1` over an engine, so that Krita, SillyTavern, scripts and SDKs work by changing one address.
 * @see A1111 modules/api/api.py and models.py: names, kinds and errors, as behaviour
 */

import { Hono } from "hono";
import { bodyLimit } from "hono/body-limit";
import sharp from "sharp";
import { isObject, type JsonObject } from "../../../base/json.ts";
import { toolName } from "../../../base/tool.ts";
import { PIXEL_UPSCALERS } from "../../../engine/upscalers.ts";
import { bytesSource } from "../../../image/source.ts";
import { walk } from "../../../image/walk.ts";
import { decodeDisplayed, PIXEL_LIMITS } from "../../../node/pixels.ts";
import { numberOf, textOf } from "../../../recipe/values.ts";
import { offeredModel } from "../../../remote/offers.ts";
import type { FaceDeps } from "../deps.ts";
import { turns } from "../turns.ts";
import { MAX_BODY, readBody } from "./body.ts";
import { answerError, FaceError } from "./errors.ts";
import { type Drawing, drawA1111 } from "./generate.ts";
import { jobs } from "./jobs.ts";
import { embeddingsOf, LISTS, lorasOf, titleOf } from "./lists.ts";
import { options } from "./options.ts";
import { pictureOf } from "./pictures.ts";

/** The routes, to be mounted at the root of a server. Who may call them is the server's to check. */
export function a1111Face(deps: FaceDeps): Hono {
  const drawing: Drawing = { deps, turns: turns(), jobs: jobs(), options: options() };
  const app = new Hono();
  app.onError((error, c) => answerError(c, error));
  // Counted as it comes: a body need not say how long it is.
  app.use(
    "/sdapi/*",
    bodyLimit({
      maxSize: MAX_BODY,
      onError: (c) => c.json({ detail: `the body is longer than ${MAX_BODY} bytes` }, 413),
    }),
  );

  for (const path of ["/sdapi/v1/txt2img", "/sdapi/v1/img2img"]) {
    app.post(path, async (c) => {
      const { text, fields } = await readBody(c);
      return c.json(await drawA1111(drawing, path, text, fields));
    });
  }
  app.get("/sdapi/v1/progress", (c) =>
    c.json(drawing.jobs.state(!/^(?:true|1)$/i.test(c.req.query("skip_current_image") ?? ""))),
  );
  app.post("/sdapi/v1/interrupt", (c) => {
    drawing.jobs.interrupt();
    return c.json({});
  });
  app.post("/sdapi/v1/skip", (c) => {
    drawing.jobs.skip();
    return c.json({});
  });
  app.post("/sdapi/v1/png-info", async (c) => c.json(await pngInfo((await readBody(c)).fields)));
  for (const [name, list] of Object.entries(LISTS)) {
    app.get(`/sdapi/v1/${name}`, async (c) => c.json(list(await deps.engine.capabilities())));
  }
  app.get("/sdapi/v1/loras", async (c) => c.json(lorasOf(deps, await deps.engine.capabilities())));
  app.get("/sdapi/v1/embeddings", (c) => c.json(embeddingsOf(deps)));
  settings(app, drawing);
  app.post("/sdapi/v1/extra-single-image", async (c) => {
    const { fields } = await readBody(c);
    const image = await enlarged(pictureOf(fields.image, "image"), fields);
    return c.json({ html_info: "", image: image.toString("base64") });
  });
  app.post("/sdapi/v1/extra-batch-images", async (c) => {
    const { fields } = await readBody(c);
    const list = (Array.isArray(fields.imageList) ? fields.imageList : []).slice(0, 64);
    const images: string[] = [];
    for (const item of list) {
      const bytes = pictureOf(isObject(item) ? item.data : undefined, "imageList");
      images.push((await enlarged(bytes, fields)).toString("base64"));
    }
    return c.json({ html_info: "", images });
  });
  // What only A1111 has is refused by name, never answered with something else.
  for (const path of [
    "interrogate",
    "create/embedding",
    "create/hypernetwork",
    "train/embedding",
    "train/hypernetwork",
  ]) {
    app.post(`/sdapi/v1/${path}`, () => {
      throw new FaceError(501, `${path} is not offered by this engine`);
    });
  }
  for (const path of [
    "refresh-checkpoints",
    "refresh-vae",
    "refresh-loras",
    "refresh-embeddings",
    "unload-checkpoint",
    "reload-checkpoint",
  ]) {
    // Lists are read anew each time, and models are opened when they are needed.
    app.post(`/sdapi/v1/${path}`, (c) => c.json({}));
  }
  app.get("/internal/ping", (c) => c.json({}));
  app.get("/sdapi/v1/*", (c) => c.json({ detail: "Not Found" }, 404));
  app.post("/sdapi/v1/*", (c) => c.json({ detail: "Not Found" }, 404));
  return app;
}

function settings(app: Hono, { deps, options: held }: Drawing): void {
  app.get("/sdapi/v1/options", async (c) => {
    const current = held.get();
    if (current.sd_model_checkpoint !== "") return c.json(current);
    const [first] = (await deps.engine.capabilities()).models;
    return c.json({ ...current, sd_model_checkpoint: first ? titleOf(first) : "" });
  });
  app.post("/sdapi/v1/options", async (c) => {
    const { fields } = await readBody(c);
    const name = textOf(fields.sd_model_checkpoint);
    if (name && !offeredModel({ name, hashes: [] }, (await deps.engine.capabilities()).models)) {
      throw new FaceError(422, `model ${JSON.stringify(name)} not found`);
    }
    held.set(fields);
    return c.json({});
  });
  app.get("/sdapi/v1/cmd-flags", (c) =>
    c.json({ api: true, nowebui: true, no_half: true, use_cpu: ["all"], data_dir: null, ckpt: null }),
  );
  app.get("/internal/sysinfo", (c) =>
    c.json({ Platform: process.platform, Version: toolName(deps.version), Extensions: [] }),
  );
}

/** The text of an image, letter for letter, and everything beside it. */
async function pngInfo(fields: JsonObject): Promise<JsonObject> {
  const bytes = pictureOf(fields.image, "image");
  const { blocks } = walk(bytesSource(bytes));
  const texts = blocks.flatMap(({ key, text }) => (text === undefined ? [] : [[key, text] as const]));
  const info =
    texts.find(([key]) => key === "parameters") ??
    texts.find(([key]) => /^(?:UserComment|postprocessing|extras)$/.test(key));
  return { info: info?.[1] ?? "", items: Object.fromEntries(texts), parameters: {} };
}

/** Resizing is offered; models that invent pixels are not. */
async function enlarged(bytes: Buffer, fields: JsonObject): Promise<Buffer> {
  const upscaler = textOf(fields.upscaler_1) ?? "None";
  if (!PIXEL_UPSCALERS.some((name) => name === upscaler))
    throw new FaceError(422, `Invalid upscaler, needs to be one of these: ${PIXEL_UPSCALERS.join(" , ")}`);
  const restored = ["gfpgan_visibility", "codeformer_visibility"].find((name) => (numberOf(fields[name]) ?? 0) > 0);
  if (restored) throw new FaceError(422, `${restored}: no model that restores faces is offered`);
  const { width, height } = await decodeDisplayed(bytes);
  const factor = numberOf(fields.upscaling_resize) ?? 2;
  const isSize = numberOf(fields.resize_mode) === 1;
  const wide = isSize ? (numberOf(fields.upscaling_resize_w) ?? 512) : Math.round(width * factor);
  const high = isSize ? (numberOf(fields.upscaling_resize_h) ?? 512) : Math.round(height * factor);
  if (!(wide >= 1 && high >= 1) || wide * high > PIXEL_LIMITS.pixels)
    throw new FaceError(422, `${wide}x${high} pixels are too many or none`);
  if (upscaler === "None") return bytes;
  const fit = isSize && fields.upscaling_crop !== false ? "cover" : "fill";
  const kernel = upscaler === "Nearest" ? "nearest" : "lanczos3";
  return sharp(bytes, { limitInputPixels: PIXEL_LIMITS.pixels })
    .autoOrient()
    .resize(wide, high, { fit, kernel })
    .png()
    .toBuffer();
}
