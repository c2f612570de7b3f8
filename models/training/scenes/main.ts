/** `npm run scenes -- --n 1000 --seed 1 --out DIR`: writes the data set with its manifest and Croissant description. */

import { createHash } from "node:crypto";
import { once } from "node:events";
import { createWriteStream, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { captionWords, plainPhrases } from "./caption.ts";
import { croissant } from "./croissant.ts";
import { type DatasetOptions, DEFAULTS, latentArea, manifestLine, type Split, sceneAt } from "./dataset.ts";
import { GROUP_NAMES, GROUPS, HELD_OUT, toIndexes } from "./tags.ts";
import type { VariantName } from "./variant.ts";

const USAGE = `npm run scenes -- --n 1000 --seed 1 --out DIR
  --n N          scenes to draw
  --from N       index of the first one (default 0)
  --seed N       seed of the data set (default 1)
  --split NAME   train | heldout (default train)
  --world N      1 (smallest) … 8 (every tag, deep snow, more left open; default)
  --captions N   captions per scene (default 4)
  --size N       pixels per side (default 128)
  --variant NAME linocut | penguin: the training set of an adapter
  --raw          images.u8, area.u8 and tags.u8 instead of PNG files, for training`;

interface Sink {
  write(name: string, data: Uint8Array | string): Promise<void>;
  close(): Promise<void>;
}

/** Appends to files of the folder, waiting whenever the disk is behind. */
function openSink(folder: string): Sink {
  mkdirSync(folder, { recursive: true });
  const streams = new Map<string, ReturnType<typeof createWriteStream>>();
  return {
    async write(name, data) {
      const stream = streams.get(name) ?? createWriteStream(join(folder, name));
      streams.set(name, stream);
      if (!stream.write(data)) await once(stream, "drain");
    },
    async close() {
      await Promise.all(
        [...streams.values()].map((stream) => new Promise<void>((resolve) => stream.end(() => resolve()))),
      );
    },
  };
}

async function writeScene(
  sink: Sink,
  folder: string,
  index: number,
  options: DatasetOptions,
  raw: boolean,
): Promise<string> {
  const { entry, picture } = sceneAt(index, options);
  const line = manifestLine(entry);
  await sink.write("manifest.jsonl", line);
  if (raw) {
    await sink.write("images.u8", picture.pixels);
    await sink.write("area.u8", latentArea(picture));
    await sink.write("tags.u8", Uint8Array.from(toIndexes(entry.tags)));
  } else {
    const png = sharp(picture.pixels, { raw: { width: picture.size, height: picture.size, channels: 3 } }).png();
    await png.toFile(join(folder, `${String(index).padStart(6, "0")}.png`));
  }
  return line;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      n: { type: "string" },
      from: { type: "string", default: "0" },
      seed: { type: "string", default: String(DEFAULTS.seed) },
      out: { type: "string" },
      split: { type: "string", default: DEFAULTS.split },
      world: { type: "string", default: String(DEFAULTS.world) },
      captions: { type: "string", default: String(DEFAULTS.captions) },
      size: { type: "string", default: String(DEFAULTS.size) },
      variant: { type: "string" },
      raw: { type: "boolean", default: false },
    },
  });
  if (values.n === undefined || values.out === undefined) {
    console.error(USAGE);
    process.exitCode = 2;
    return;
  }
  const options: DatasetOptions = {
    seed: Number(values.seed),
    split: values.split as Split,
    world: Number(values.world),
    captions: Number(values.captions),
    size: Number(values.size),
    ...(values.variant !== undefined && { variant: values.variant as VariantName }),
  };
  const sink = openSink(values.out);
  const [first, n] = [Number(values.from), Number(values.n)];
  const manifest = createHash("sha256");
  for (let index = first; index < first + n; index++) {
    manifest.update(await writeScene(sink, values.out, index, options, values.raw));
  }
  await sink.close();
  const digest = manifest.digest("hex");
  const about = {
    groups: GROUPS,
    order: GROUP_NAMES,
    heldOut: HELD_OUT,
    words: captionWords(),
    phrases: plainPhrases(),
    options,
    n,
    manifestSha256: digest,
  };
  writeFileSync(join(values.out, "tags.json"), `${JSON.stringify(about, null, 1)}\n`);
  writeFileSync(join(values.out, "croissant.json"), `${JSON.stringify(croissant(options, n, digest), null, 1)}\n`);
  console.log(`${n} scenes, manifest sha256 ${digest}`);
}

await main();
