/**
 * Files in the forms of generators of which no real sample with a free licence is at hand, built byte by byte from the forms'
 * descriptions. `npx tsx test/helpers/synthetic.ts` writes them, with what they must be read as, into samples/synthetic/.
 */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zlibSync } from "fflate";
import { crc32 } from "../../src/image/crc32.ts";
import { SAMPLES } from "./samples.ts";

/** One file and what it must be read as: members of the reading, and of the recipe in it. */
export interface Synthetic {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly expected: { readonly status: string; readonly tool: string; readonly recipe?: object };
}

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const join2 = (...parts: (Uint8Array | readonly number[])[]): Uint8Array =>
  new Uint8Array(Buffer.concat(parts.map((part) => Uint8Array.from(part))));
const be16 = (n: number): number[] => [(n >> 8) & 255, n & 255];
const be32 = (n: number): number[] => [(n >>> 24) & 255, (n >> 16) & 255, (n >> 8) & 255, n & 255];
const le32 = (n: number): number[] => be32(n).reverse();

function chunk(type: string, data: Uint8Array): Uint8Array {
  const framed = join2(ascii(type), data);
  return join2(be32(data.length), framed, be32(crc32(framed)));
}

export const tEXt = (key: string, value: string): Uint8Array => chunk("tEXt", join2(ascii(key), [0], ascii(value)));
export const iTXt = (key: string, value: string): Uint8Array =>
  chunk("iTXt", join2(ascii(key), [0, 0, 0, 0, 0], ascii(value)));
const caBX = (store: Uint8Array): Uint8Array => chunk("caBX", store);

/** A black image of one bit a pixel with these chunks in front of its pixels. */
export function png(width: number, height: number, ...chunks: Uint8Array[]): Uint8Array {
  const header = chunk("IHDR", join2(be32(width), be32(height), [1, 0, 0, 0, 0]));
  const pixels = new Uint8Array(height * (1 + Math.ceil(width / 8)));
  const signature = [0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10];
  return join2(
    signature,
    header,
    ...chunks,
    chunk("IDAT", zlibSync(pixels, { level: 9 })),
    chunk("IEND", new Uint8Array()),
  );
}

/** Start, segments, a frame header that states the size, and the end: all of a JPEG file but its scan. */
function jpeg(width: number, height: number, ...segments: Uint8Array[]): Uint8Array {
  const frame = join2([0xff, 0xc0], be16(11), [8], be16(height), be16(width), [1, 1, 0x11, 0]);
  const scan = [0xff, 0xda, 0, 8, 1, 1, 0, 0, 0x3f, 0, 0];
  return join2([0xff, 0xd8], ...segments, frame, scan, [0xff, 0xd9]);
}

const app1 = (data: Uint8Array): Uint8Array => join2([0xff, 0xe1], be16(data.length + 2), data);
const exif = (tiff: Uint8Array): Uint8Array => app1(join2(ascii("Exif"), [0, 0], tiff));

/** A big-endian TIFF of one directory of values of type UNDEFINED (7) or ASCII (2). */
function tiff(values: readonly (readonly [tag: number, type: 2 | 7, value: Uint8Array])[]): Uint8Array {
  let at = 8 + 2 + 12 * values.length + 4;
  const entries: number[] = [];
  const data: Uint8Array[] = [];
  for (const [tag, type, value] of values) {
    const short = value.length <= 4;
    entries.push(...be16(tag), ...be16(type), ...be32(value.length));
    entries.push(...(short ? [...value, 0, 0, 0, 0].slice(0, 4) : be32(at)));
    if (short) continue;
    data.push(value);
    at += value.length;
  }
  return join2([0x4d, 0x4d, 0, 42], be32(8), be16(values.length), entries, be32(0), ...data);
}

const asciiz = (text: string): Uint8Array => join2(ascii(text), [0]);
const utf16be = (text: string): Uint8Array => Uint8Array.from([...text].flatMap((c) => be16(c.charCodeAt(0))));

/** A lossless WebP of one pixel with an XMP chunk; VP8X states the size. */
function webp(width: number, height: number, xmp: string): Uint8Array {
  const riff = (type: string, data: Uint8Array): Uint8Array =>
    join2(ascii(type), le32(data.length), data, data.length % 2 === 1 ? [0] : []);
  const size = (n: number): number[] => le32(n - 1).slice(0, 3);
  const vp8l = Uint8Array.from(Buffer.from("2f00000010071011118888fe0700", "hex"));
  const body = join2(
    ascii("WEBP"),
    riff("VP8X", join2([0x04, 0, 0, 0], size(width), size(height))),
    riff("VP8L", vp8l),
    riff("XMP ", ascii(xmp)),
  );
  return join2(ascii("RIFF"), le32(body.length), body);
}

const box = (type: string, ...parts: (Uint8Array | readonly number[])[]): Uint8Array => {
  const data = join2(...parts);
  return join2(be32(data.length + 8), ascii(type), data);
};

/** An MP4 file of metadata only: `moov/udta/meta` with one mdta key. */
function mp4(key: string, value: string): Uint8Array {
  const name = ascii(key);
  const keys = box("keys", be32(0), be32(1), be32(name.length + 8), ascii("mdta"), name);
  const item = join2(be32(24 + value.length), be32(1), box("data", be32(1), be32(0), ascii(value)));
  const meta = box(
    "meta",
    be32(0),
    box("hdlr", be32(0), be32(0), ascii("mdta"), be32(0), be32(0), be32(0), [0]),
    keys,
    box("ilst", item),
  );
  return join2(box("ftyp", ascii("isom"), be32(512), ascii("isomiso2mp41")), box("moov", box("udta", meta)));
}

const RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const xmp = (declared: string, attributes: string, inside: string): string =>
  `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="${RDF}">` +
  `<rdf:Description rdf:about="" ${declared} ${attributes}>${inside}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;
const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

type Value = string | number | Uint8Array | readonly Value[] | { readonly [key: string]: Value };

/** CBOR of texts, small numbers, bytes, lists and maps. */
function cbor(value: Value): Uint8Array {
  const head = (major: number, n: number): number[] =>
    n < 24 ? [(major << 5) | n] : n < 256 ? [(major << 5) | 24, n] : [(major << 5) | 25, ...be16(n)];
  if (typeof value === "number") return Uint8Array.from(head(0, value));
  if (typeof value === "string") return join2(head(3, ascii(value).length), ascii(value));
  if (value instanceof Uint8Array) return join2(head(2, value.length), value);
  if (Array.isArray(value)) return join2(head(4, value.length), ...value.map(cbor));
  const entries = Object.entries(value as { [key: string]: Value });
  return join2(head(5, entries.length), ...entries.flatMap(([key, member]) => [cbor(key), cbor(member)]));
}

function superbox(type: string, label: string, ...content: Uint8Array[]): Uint8Array {
  const uuid = join2(ascii(type), Buffer.from("00110010800000aa00389b71", "hex"));
  return box("jumb", box("jumd", uuid, [3], asciiz(label)), ...content);
}

/** A C2PA store of one manifest without a signature: enough to say who claims to have made what. */
export function c2paStore(generator: string, agent: string, source = "trainedAlgorithmicMedia"): Uint8Array {
  const digitalSourceType = `http://cv.iptc.org/newscodes/digitalsourcetype/${source}`;
  const actions = { actions: [{ action: "c2pa.created", softwareAgent: { name: agent }, digitalSourceType }] };
  const assertions = superbox(
    "c2as",
    "c2pa.assertions",
    superbox("cbor", "c2pa.actions.v2", box("cbor", cbor(actions))),
  );
  const claim = { claim_generator_info: { name: generator }, created_assertions: [], alg: "sha256" };
  const manifest = superbox(
    "c2ma",
    "urn:c2pa:00000000-0000-4000-8000-000000000000",
    assertions,
    superbox("c2cl", "c2pa.claim.v2", box("cbor", cbor(claim))),
  );
  return superbox("c2pa", "c2pa", manifest);
}

const EULER_A = { id: "euler-ancestral", raw: "euler_a" };
const AIGC = (producer: string): string =>
  JSON.stringify({
    Label: "1",
    ContentProducer: producer,
    ProduceID: "0123",
    ReservedCode1: "",
    ContentPropagator: "",
    PropagateID: "",
    ReservedCode2: "",
  });
const TC260 = 'xmlns:TC260="http://www.tc260.org.cn/ns/AIGC/1.0/"';
const IPTC =
  'xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"';
const MODEL_MADE = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";
const JOB = "0d1f2e3c-4b5a-4978-8695-a4b3c2d1e0f9";

const SDCPP_RECORD = {
  schema: "sdcpp.image.params/v1",
  mode: "img_gen",
  generator: { name: "stable-diffusion.cpp", version: "master-709", commit: "b290693" },
  seed: 1375127038,
  width: 512,
  height: 768,
  prompt: { positive: "a sunflower field", negative: "blue sky" },
  sampling: { steps: 30, method: "dpm++2mv2", scheduler: "karras", guidance: { txt_cfg: 5 } },
  models: { model: "v1-5-pruned-emaonly.safetensors" },
  loras: [{ name: "paint", multiplier: 0.7, is_high_noise: false }],
  clip_skip: 2,
  rng: "cuda",
};
const SDCPP =
  "a sunflower field\nNegative prompt: blue sky\nSteps: 30, CFG scale: 5.000000, Guidance: 3.500000, Eta: 0.000000, " +
  "Seed: 1375127038, Size: 512x768, Model: v1-5-pruned-emaonly.safetensors, RNG: cuda, Sampler: dpm++2mv2 karras, Clip skip: 2, " +
  `Version: stable-diffusion.cpp, SDCPP: ${JSON.stringify(SDCPP_RECORD)}`;
const SDCPP_READ = {
  toolVersion: "stable-diffusion.cpp master-709 b290693",
  prompt: { positive: "a sunflower field", negative: "blue sky" },
  seed: "1375127038",
  size: { width: 512, height: 768 },
  clipSkip: 2,
  rng: { source: "nv" },
  passes: [{ steps: 30, cfg: 5, sampler: { id: "dpmpp-2m" }, scheduler: { id: "karras", raw: "karras" } }],
  models: [{ role: "checkpoint", name: "v1-5-pruned-emaonly.safetensors" }],
  adapters: [{ type: "lora", name: "paint", weight: 0.7 }],
};

const EASY = {
  prompt: "a lighthouse, storm",
  negative_prompt: "blurry",
  seed: 2731894611,
  use_stable_diffusion_model: "sd-v1-5.safetensors",
  clip_skip: true,
  use_vae_model: "vae-ft-mse-840000-ema-pruned",
  sampler_name: "euler_a",
  width: 512,
  height: 768,
  num_inference_steps: 25,
  guidance_scale: 7.5,
  use_lora_model: ["ink", "fog"],
  lora_alpha: [0.5, 0.25],
  use_upscale: null,
};
const EASY_READ = {
  prompt: { positive: "a lighthouse, storm", negative: "blurry" },
  seed: "2731894611",
  size: { width: 512, height: 768 },
  clipSkip: 2,
  passes: [{ steps: 25, cfg: 7.5, sampler: EULER_A }],
  models: [
    { role: "checkpoint", name: "sd-v1-5.safetensors" },
    { role: "vae", name: "vae-ft-mse-840000-ema-pruned" },
  ],
  adapters: [
    { type: "lora", name: "ink", weight: 0.5 },
    { type: "lora", name: "fog", weight: 0.25 },
  ],
};

const DRAW_THINGS = {
  c: 'a "red" fox & snow',
  uc: "text",
  seed: 3721904128,
  steps: 20,
  scale: 6.5,
  sampler: "DPM++ 2M Karras",
  model: "sd_xl_base_1.0_f16.ckpt",
  size: "512x768",
  strength: 1,
  seed_mode: "Scale Alike",
  lora: [{ model: "offset_lora_f16.ckpt", weight: 0.6 }],
  v2: { clipSkip: 2, guidanceScale: 6.5, refinerModel: "sd_xl_refiner_1.0_f16.ckpt", width: 512, height: 768 },
};

const FOOOCUS = {
  base_model: "juggernautXL_v8Rundiffusion",
  base_model_hash: "aeb7e9e689",
  clip_skip: 2,
  guidance_scale: 4,
  loras: [["sd_xl_offset_example-lora_1.0", 0.1, "4852686128"]],
  metadata_scheme: "fooocus",
  negative_prompt: "low quality",
  performance: "Speed",
  prompt: "a paper boat",
  refiner_model: "None",
  resolution: "(512, 768)",
  sampler: "dpmpp_2m_sde_gpu",
  scheduler: "karras",
  seed: "6952411511246973023",
  steps: 30,
  styles: "['Fooocus V2', \"SAI 3D Model\"]",
  vae: "Default (model)",
  version: "Fooocus v2.5.5",
};
const FOOOCUS_INFOTEXT =
  "cinematic still a paper boat, film grain\nNegative prompt: anime\nSteps: 30, Sampler: DPM++ 2M SDE Karras, Seed: 6952411511246973023, " +
  'Size: 512x768, CFG scale: 4, Sharpness: 2, ADM Guidance: "(1.5, 0.8, 0.3)", Model: juggernautXL_v8Rundiffusion, Model hash: aeb7e9e689, ' +
  "Performance: Speed, Scheduler: karras, VAE: Default (model), Raw prompt: a paper boat, Raw negative prompt: , " +
  'Lora hashes: "sd_xl_offset_example-lora_1.0: 4852686128", Lora weights: "sd_xl_offset_example-lora_1.0: 0.1", Version: Fooocus v2.5.5';

const INVOKE = {
  generation_mode: "sdxl_img2img",
  positive_prompt: "a harbour at dawn",
  negative_prompt: "people",
  width: 512,
  height: 768,
  seed: 18446744073709551615n,
  rand_device: "cuda",
  cfg_scale: 5.5,
  steps: 28,
  scheduler: "dpmpp_2m_k",
  clip_skip: 1,
  strength: 0.6,
  init_image: "d6ad2d7d.png",
  model: {
    key: "k1",
    hash: "blake3:5e1b8a1c9d0e7f6a5b4c3d2e1f0a9b8c7d6e5f4a3b2c1d0e9f8a7b6c5d4e3f2a",
    name: "Juggernaut XL v9",
    base: "sdxl",
    type: "main",
  },
  vae: { key: "k2", hash: "blake3:00", name: "sdxl-vae-fp16-fix", base: "sdxl", type: "vae" },
  loras: [{ model: { key: "k3", name: "watercolor" }, weight: 0.75 }],
  controlnets: [
    {
      image: { image_name: "c.png" },
      control_model: { name: "depth_sdxl" },
      control_weight: 0.8,
      begin_step_percent: 0,
      end_step_percent: 0.5,
    },
  ],
  app_version: "5.6.0",
};

const NOVELAI = {
  prompt: "two cats, park",
  steps: 28,
  height: 768,
  width: 512,
  scale: 6,
  uncond_scale: 0,
  cfg_rescale: 0.2,
  seed: 4102030405,
  n_samples: 1,
  noise_schedule: "exponential",
  strength: 0.7,
  sampler: "k_dpmpp_2m",
  reference_strength_multiple: [0.6],
  uc: "lowres",
  request_type: "NativeInfillingRequest",
  v4_prompt: {
    caption: {
      base_caption: "two cats, park",
      char_captions: [{ char_caption: "black cat", centers: [{ x: 0.3, y: 0.5 }] }],
    },
    use_coords: true,
  },
  v4_negative_prompt: {
    caption: { base_caption: "lowres", char_captions: [{ char_caption: "hat", centers: [{ x: 0.3, y: 0.5 }] }] },
  },
};

const DIFFUSERS = {
  _class_name: "StableDiffusionXLPipeline",
  _diffusers_version: "0.31.0",
  prompt: "a glass bridge",
  negative_prompt: "fog",
  num_inference_steps: 40,
  guidance_scale: 6.0,
  height: 768,
  width: 512,
  seed: 77,
  clip_skip: 1,
  scheduler: "EulerDiscreteScheduler",
  model_id: "stabilityai/stable-diffusion-xl-base-1.0",
};
const DIFFUSERS_READ = {
  prompt: { positive: "a glass bridge", negative: "fog" },
  seed: "77",
  size: { width: 512, height: 768 },
  passes: [{ steps: 40, cfg: 6, sampler: { id: "euler", raw: "EulerDiscreteScheduler" } }],
  models: [{ name: "stabilityai/stable-diffusion-xl-base-1.0" }],
};

const json = (value: object): string =>
  JSON.stringify(value, (_, v) => (typeof v === "bigint" ? `#${v}#` : v)).replace(/"#(\d+)#"/g, "$1");
const recipe = (tool: string, members: object) => ({ status: "recipe", tool, recipe: members });
const label = (tool: string) => ({ status: "partial", tool });
const S = [512, 768] as const;

/** All of them. */
export const SYNTHETIC: readonly Synthetic[] = [
  {
    file: "midjourney.png",
    bytes: png(
      ...S,
      tEXt(
        "Description",
        `https://s.mj.run/abc a tin robot, 雨の街 --no text, frame --ar 2:3 --v 6.1 --seed 4242 --style raw Job ID: ${JOB}`,
      ),
      tEXt("Author", "somebody"),
      tEXt("Creation Time", "Tue, 27 Feb 2024 01:11:29 GMT"),
      tEXt(
        "XML:com.adobe.xmp",
        xmp(IPTC, `Iptc4xmpExt:DigImageGUID="${JOB}" Iptc4xmpExt:DigitalSourceType="${MODEL_MADE}"`, ""),
      ),
    ),
    expected: recipe("midjourney", {
      prompt: { positive: "https://s.mj.run/abc a tin robot, 雨の街", negative: "text, frame" },
      seed: "4242",
      time: "2024-02-27T01:11:29.000Z",
      models: [{ name: "Midjourney v6.1" }],
      inputs: [{ role: "reference", name: "https://s.mj.run/abc" }],
      extra: { jobId: JOB, author: "somebody", ar: "2:3", style: "raw", digImageGuid: JOB },
    }),
  },
  {
    file: "midjourney-no-seed.png",
    bytes: png(...S, tEXt("Description", `a quiet lake Job ID: ${JOB}`), tEXt("Author", "somebody")),
    expected: recipe("midjourney", { prompt: { positive: "a quiet lake" }, passes: [] }),
  },
  {
    file: "draw-things.png",
    bytes: png(
      ...S,
      iTXt(
        "XML:com.adobe.xmp",
        xmp(
          'xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"',
          "",
          `<xmp:CreatorTool>Draw Things</xmp:CreatorTool><exif:UserComment><rdf:Alt><rdf:li xml:lang="x-default">${escaped(json(DRAW_THINGS))}</rdf:li></rdf:Alt></exif:UserComment>`,
        ),
      ),
    ),
    expected: recipe("draw-things", {
      prompt: { positive: 'a "red" fox & snow', negative: "text" },
      mode: "txt2img",
      seed: "3721904128",
      size: { width: 512, height: 768 },
      clipSkip: 2,
      passes: [
        {
          steps: 20,
          cfg: 6.5,
          denoise: 1,
          sampler: { id: "dpmpp-2m", raw: "DPM++ 2M Karras" },
          scheduler: { id: "karras" },
        },
      ],
      models: [
        { role: "checkpoint", name: "sd_xl_base_1.0_f16.ckpt" },
        { role: "refiner", name: "sd_xl_refiner_1.0_f16.ckpt" },
      ],
      adapters: [{ type: "lora", name: "offset_lora_f16.ckpt", weight: 0.6 }],
    }),
  },
  {
    file: "easy-diffusion.png",
    bytes: png(
      ...S,
      ...Object.entries(EASY).map(([key, value]) =>
        tEXt(
          key,
          value === null
            ? "None"
            : value === true
              ? "True"
              : Array.isArray(value)
                ? `[${value.map((v) => (typeof v === "string" ? `'${v}'` : v)).join(", ")}]`
                : String(value),
        ),
      ),
    ),
    expected: recipe("easy-diffusion", EASY_READ),
  },
  {
    file: "easy-diffusion.jpg",
    bytes: jpeg(...S, exif(tiff([[0x9286, 7, join2(ascii("UNICODE"), [0], utf16be(json(EASY)))]]))),
    expected: recipe("easy-diffusion", EASY_READ),
  },
  {
    file: "fooocus.jpg",
    bytes: jpeg(
      ...S,
      exif(
        tiff([
          [0x0131, 2, asciiz("Fooocus v2.5.5")],
          [0x927c, 2, asciiz("fooocus")],
          [0x9286, 2, asciiz(json(FOOOCUS))],
        ]),
      ),
    ),
    expected: recipe("fooocus", {
      toolVersion: "Fooocus v2.5.5",
      prompt: { positive: "a paper boat", negative: "low quality", styles: ["Fooocus V2", "SAI 3D Model"] },
      seed: "6952411511246973023",
      size: { width: 512, height: 768 },
      clipSkip: 2,
      passes: [{ steps: 30, cfg: 4, sampler: { id: "dpmpp-2m-sde" }, scheduler: { id: "karras" } }],
      models: [{ name: "juggernautXL_v8Rundiffusion", hashes: [{ kind: "autov2", value: "aeb7e9e689" }] }],
      adapters: [
        { name: "sd_xl_offset_example-lora_1.0", weight: 0.1, hashes: [{ kind: "autov2", value: "4852686128" }] },
      ],
    }),
  },
  {
    file: "fooocus-mre.png",
    bytes: png(
      ...S,
      tEXt(
        "Comment",
        json({
          prompt: "a tin boat",
          negative_prompt: "blur",
          styles: ["Cinematic"],
          real_prompt: "cinematic a tin boat",
          real_negative_prompt: "blur, text",
          seed: 3520195,
          width: 512,
          height: 768,
          sampler: "dpmpp_2m_sde_gpu",
          scheduler: "karras",
          performance: "Speed",
          steps: 30,
          cfg: 7,
          base_clip_skip: -2,
          base_model: "sd_xl_base_1.0.safetensors",
          refiner_model: "sd_xl_refiner_1.0.safetensors",
          l1: "None",
          w1: 0.5,
          l2: "offset.safetensors",
          w2: 0.25,
          software: "Fooocus 2.0.78.5 MRE",
        }),
      ),
    ),
    expected: recipe("fooocus", {
      toolVersion: "Fooocus 2.0.78.5 MRE",
      prompt: { positive: "a tin boat", negative: "blur", styles: ["Cinematic"] },
      seed: "3520195",
      size: { width: 512, height: 768 },
      clipSkip: 2,
      passes: [{ steps: 30, cfg: 7 }],
      models: [{ name: "sd_xl_base_1.0.safetensors" }, { role: "refiner", name: "sd_xl_refiner_1.0.safetensors" }],
      adapters: [{ name: "offset.safetensors", weight: 0.25 }],
    }),
  },
  {
    file: "fooocus-a1111.png",
    bytes: png(...S, tEXt("parameters", FOOOCUS_INFOTEXT), tEXt("fooocus_scheme", "a1111")),
    expected: recipe("fooocus", {
      toolVersion: "Fooocus v2.5.5",
      prompt: { positive: "cinematic still a paper boat, film grain", negative: "anime", template: "a paper boat" },
      seed: "6952411511246973023",
      size: { width: 512, height: 768 },
      passes: [{ steps: 30, cfg: 4, sampler: { id: "dpmpp-2m-sde" }, scheduler: { id: "karras", raw: "karras" } }],
      models: [
        { role: "checkpoint", name: "juggernautXL_v8Rundiffusion", hashes: [{ kind: "autov2", value: "aeb7e9e689" }] },
      ],
      adapters: [
        {
          type: "lora",
          name: "sd_xl_offset_example-lora_1.0",
          weight: 0.1,
          hashes: [{ kind: "autov2", value: "4852686128" }],
        },
      ],
    }),
  },
  {
    file: "invokeai-5.png",
    bytes: png(
      ...S,
      tEXt("invokeai_metadata", json(INVOKE)),
      tEXt("invokeai_graph", '{"id":"g","nodes":{},"edges":[]}'),
      tEXt("invokeai_workflow", "{}"),
    ),
    expected: recipe("invokeai", {
      toolVersion: "5.6.0",
      mode: "img2img",
      prompt: { positive: "a harbour at dawn", negative: "people" },
      seed: "18446744073709551615",
      size: { width: 512, height: 768 },
      clipSkip: 2,
      rng: { source: "gpu" },
      passes: [
        {
          steps: 28,
          cfg: 5.5,
          denoise: 0.6,
          sampler: { id: "dpmpp-2m", raw: "dpmpp_2m_k" },
          scheduler: { id: "karras" },
        },
      ],
      models: [
        { name: "Juggernaut XL v9", hashes: [{ kind: "blake3" }] },
        { role: "vae", name: "sdxl-vae-fp16-fix" },
      ],
      adapters: [
        { type: "lora", name: "watercolor", weight: 0.75 },
        { type: "controlnet", name: "depth_sdxl", weight: 0.8, start: 0, end: 0.5 },
      ],
      inputs: [
        { role: "init", name: "d6ad2d7d.png" },
        { role: "control", name: "c.png" },
      ],
    }),
  },
  {
    file: "invokeai-1-dream.png",
    bytes: png(
      ...S,
      tEXt(
        "Dream",
        '"a red door [people] in "old" Lisbon" -s50 -b1 -W512 -H768 -C7.5 -Ak_euler_a -S1950357039 -f 0.7 -I "in put.png" -V 12:0.2',
      ),
    ),
    expected: recipe("invokeai", {
      mode: "img2img",
      prompt: { positive: 'a red door in "old" Lisbon', negative: "people" },
      seed: "1950357039",
      variation: { seed: "12", strength: 0.2 },
      size: { width: 512, height: 768 },
      passes: [{ steps: 50, cfg: 7.5, denoise: 0.7, sampler: { id: "euler-ancestral", raw: "k_euler_a" } }],
      inputs: [{ role: "init", name: "in put.png" }],
    }),
  },
  { file: "sdcpp.png", bytes: png(...S, tEXt("parameters", SDCPP)), expected: recipe("sdcpp", SDCPP_READ) },
  {
    file: "sdcpp.webp",
    bytes: webp(
      ...S,
      xmp(
        'xmlns:sdcpp="https://github.com/leejet/stable-diffusion.cpp/ns/1.0/"',
        "",
        `<sdcpp:parameters>${escaped(SDCPP)}</sdcpp:parameters>`,
      ),
    ),
    expected: recipe("sdcpp", SDCPP_READ),
  },
  {
    file: "novelai-inpaint.png",
    bytes: png(
      ...S,
      tEXt("Software", "NovelAI"),
      tEXt("Source", "NovelAI Diffusion V4 37442FCA"),
      tEXt("Description", "two cats, park"),
      tEXt("Comment", json(NOVELAI)),
    ),
    expected: recipe("novelai", {
      dialect: "novelai",
      mode: "inpaint",
      prompt: {
        positive: "two cats, park",
        negative: "lowres",
        parts: [
          { text: "black cat", role: "positive", center: { x: 0.3, y: 0.5 } },
          { text: "hat", role: "negative", center: { x: 0.3, y: 0.5 } },
        ],
      },
      seed: "4102030405",
      size: { width: 512, height: 768 },
      passes: [{ steps: 28, cfg: 6, denoise: 0.7, sampler: { id: "dpmpp-2m" }, scheduler: { id: "exponential" } }],
      models: [{ name: "NovelAI Diffusion V4 37442FCA" }],
      inputs: [{ role: "reference" }, { role: "init" }, { role: "mask" }],
    }),
  },
  {
    file: "diffusers.png",
    bytes: png(...S, iTXt("metadata", json(DIFFUSERS))),
    expected: recipe("diffusers", { ...DIFFUSERS_READ, toolVersion: "0.31.0", mode: "txt2img", clipSkip: 2 }),
  },
  {
    file: "diffusers-chunks.png",
    bytes: png(...S, ...Object.entries(DIFFUSERS).map(([key, value]) => tEXt(key, String(value)))),
    expected: recipe("diffusers", DIFFUSERS_READ),
  },
  {
    file: "hf-space-upscaled.png",
    bytes: png(
      1024,
      1536,
      tEXt(
        "parameters",
        json({
          prompt: "a small shrine",
          negative_prompt: "lowres",
          resolution: "512 x 768",
          guidance_scale: 7,
          num_inference_steps: 28,
          seed: 99,
          sampler: "Euler a",
          sdxl_style: "Anim4gine",
          use_lora: { selected_lora: "someone/ink-xl", multiplier: 0.8 },
          use_upscaler: {
            upscale_method: "nearest-exact",
            upscaler_strength: 0.55,
            upscale_by: 2,
            new_resolution: "1024 x 1536",
          },
          Model: { Model: "Animagine XL 3.1", "Model hash": "e3c47aedb0" },
        }),
      ),
    ),
    expected: recipe("hf-space", {
      prompt: { positive: "a small shrine", negative: "lowres", styles: ["Anim4gine"] },
      adapters: [{ type: "lora", name: "someone/ink-xl", weight: 0.8 }],
      seed: "99",
      size: { width: 512, height: 768 },
      passes: [
        { steps: 28, cfg: 7, sampler: { id: "euler-ancestral", raw: "Euler a" } },
        { role: "hires", denoise: 0.55, upscale: { method: "nearest-exact", factor: 2, width: 1024, height: 1536 } },
      ],
      models: [{ name: "Animagine XL 3.1", hashes: [{ kind: "autov2", value: "e3c47aedb0" }] }],
    }),
  },
  {
    file: "ruined-fooocus-loras.png",
    bytes: png(
      ...S,
      tEXt(
        "parameters",
        json({
          Prompt: "a kite",
          Negative: "",
          steps: 12,
          cfg: 2,
          width: 512,
          height: 768,
          seed: 5,
          sampler_name: "lcm",
          scheduler: "sgm_uniform",
          base_model_name: "m.safetensors",
          base_model_hash: "ab".repeat(32),
          loras: [["lcm.safetensors", 1], { name: "kite", weight: 0.4, hash: "cd".repeat(32) }],
          clip_skip: 1,
          software: "RuinedFooocus",
        }),
      ),
    ),
    expected: recipe("ruined-fooocus", {
      prompt: { positive: "a kite", negative: "" },
      passes: [{ steps: 12, cfg: 2, sampler: { id: "lcm" }, scheduler: { id: "sgm_uniform" } }],
      adapters: [
        { name: "lcm.safetensors", weight: 1 },
        { name: "kite", weight: 0.4, hashes: [{ kind: "sha256", value: "cd".repeat(32) }] },
      ],
    }),
  },
  { file: "openai.png", bytes: png(...S, caBX(c2paStore("ChatGPT", "GPT-4o"))), expected: label("openai") },
  {
    file: "google-c2pa.png",
    bytes: png(...S, caBX(c2paStore("Google C2PA Core Generator Library", "Google Generative AI"))),
    expected: label("google"),
  },
  {
    file: "camera-c2pa.png",
    bytes: png(...S, caBX(c2paStore("Google C2PA Core Generator Library", "Pixel Camera", "computationalCapture"))),
    expected: label("none"),
  },
  {
    file: "google-xmp.png",
    bytes: png(
      ...S,
      iTXt(
        "XML:com.adobe.xmp",
        xmp(IPTC, `Iptc4xmpExt:DigitalSourceType="${MODEL_MADE}" photoshop:Credit="Made with Google AI"`, ""),
      ),
    ),
    expected: label("google"),
  },
  {
    file: "jimeng.png",
    bytes: png(
      ...S,
      iTXt("XML:com.adobe.xmp", xmp(TC260, `TC260:AIGC="${escaped(AIGC("00119144030008867405X210001"))}"`, "")),
    ),
    expected: label("jimeng"),
  },
  {
    file: "doubao-text.png",
    bytes: png(...S, tEXt("AIGC", `{"AIGC":${AIGC("001191110102MACQD9K64010000")}}`)),
    expected: label("doubao"),
  },
  { file: "kling.mp4", bytes: mp4("AIGC", AIGC("001191110108335469089C10000")), expected: label("kling") },
  {
    file: "seedproof.png",
    bytes: png(
      ...S,
      iTXt(
        "seedproof",
        json({
          form: "seedproof.recipe/1",
          origin: "generated",
          recipe: {
            dialect: "a1111",
            prompt: { positive: "a pear", negative: "" },
            seed: "18446744073709551615",
            size: { width: 512, height: 768 },
            passes: [{ steps: 20, cfg: 7, sampler: { id: "euler", raw: "euler" } }],
            models: [{ role: "checkpoint", name: "seedproof-1", hashes: [] }],
            adapters: [],
            extra: { note: { a: 1 } },
          },
        }),
      ),
    ),
    expected: recipe("seedproof", {
      prompt: { positive: "a pear", negative: "" },
      seed: "18446744073709551615",
      passes: [{ steps: 20, cfg: 7, sampler: { id: "euler", raw: "euler" } }],
      extra: { note: { a: 1 } },
    }),
  },
];

/** Folder of the written files. */
export const SYNTHETIC_FOLDER: string = join(SAMPLES, "synthetic");

if (process.argv[1]?.endsWith("synthetic.ts")) {
  mkdirSync(SYNTHETIC_FOLDER, { recursive: true });
  for (const { file, bytes } of SYNTHETIC) writeFileSync(join(SYNTHETIC_FOLDER, file), bytes);
  const expected = SYNTHETIC.map(({ file, expected: read }) => ({ file, ...read }));
  writeFileSync(join(SYNTHETIC_FOLDER, "expected.json"), `${JSON.stringify(expected, null, 2)}\n`);
}
