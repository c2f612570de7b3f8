/**
 * Full-size models with random weights, as files on disk, through the command line: writes them, draws one step with each,
 * says what that took, and removes them. `npm run full-size -- [sd1|sdxl] [single|folder] [reference|fast]`; the fast mode needs
 * onnxruntime-node. SD 1.x takes some 4 GB of disk and memory, SDXL 20 GB of disk and 11 GB of memory. On Linux.
 */

import { spawn } from "node:child_process";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { freemem, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { FULL_SIZE, folderText } from "../test/engine/weights/full-size.ts";
import { layout, type Row } from "../test/engine/weights/layouts.ts";

type Family = "sd1" | "sdxl";
const NEEDS = { sd1: { disk: 9e9, memory: 5e9 }, sdxl: { disk: 30e9, memory: 13e9 } } as const;
const PROGRAM = fileURLToPath(new URL("../bin/seedproof.js", import.meta.url));

/** Half-precision numbers of both signs and of size 2^-6 to 2^-5; a tensor begins where its name leads to. */
const POOL = Uint16Array.from({ length: 1 << 20 }, (_, i) => {
  const bits = Math.imul(i + 1, 0x9e3779b1) >>> 8;
  return ((bits & 1) << 15) | (9 << 10) | ((bits >> 1) & 0x3ff);
});

/** Writes a float16 safetensors file, a part of a tensor after the other. */
function writeFile(
  path: string,
  tensors: readonly { readonly name: string; readonly shape: readonly number[] }[],
): void {
  let end = 0;
  const entries = tensors.map(({ name, shape }) => {
    const begin = end;
    end += 2 * shape.reduce((product, side) => product * side, 1);
    return [name, { dtype: "F16", shape, data_offsets: [begin, end] }] as const;
  });
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const head = Buffer.alloc(8);
  head.writeUInt32LE(json.length);
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, "w");
  writeSync(file, head);
  writeSync(file, json);
  for (const [
    name,
    {
      data_offsets: [begin, stop],
    },
  ] of entries) {
    let from = [...name].reduce((hash, letter) => (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0, 7) % 1000;
    for (let left = (stop - begin) / 2; left > 0; from = 0) {
      const part = POOL.subarray(from, from + left);
      writeSync(file, new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
      left -= part.length;
    }
  }
  closeSync(file);
}

function writeSingle(path: string, rows: readonly Row[]): void {
  // Rows of a joined matrix name it three times.
  const once = [...new Map(rows.map((row) => [row.singleFile, row])).values()];
  writeFile(
    path,
    once.map(({ singleFile, shape }) => ({ name: singleFile, shape })),
  );
}

function writeFolder(folder: string, family: Family, rows: readonly Row[]): void {
  for (const [path, text] of Object.entries(folderText(family))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  for (const [network, path] of Object.entries(FULL_SIZE[family])) {
    const own = rows.filter((row) => row.network === network);
    // OpenCLIP's joined matrices are three in a folder.
    const shapeOf = ({ singleFile, shape }: Row): readonly number[] =>
      singleFile.includes("in_proj") ? [shape[0]! / 3, ...shape.slice(1)] : shape;
    writeFile(
      join(folder, path),
      own.map((row) => ({ name: row.diffusers, shape: shapeOf(row) })),
    );
  }
}

/** What a run took. Times of the processor do not depend on what else the machine does. */
interface Taken {
  readonly status: number | null;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakGb: number;
  readonly peakAnonymousGb: number;
  readonly said: string;
}

async function draw(model: string, mode: string, output: string): Promise<Taken> {
  const options = [
    "--steps",
    "1",
    "--size",
    "256x256",
    "--sampler",
    "Euler",
    "--seed",
    "1",
    "--prompt",
    "a fox",
    "--json",
  ];
  const since = performance.now();
  const child = spawn(process.execPath, [
    PROGRAM,
    "generate",
    "--model",
    model,
    "--mode",
    mode,
    "-o",
    output,
    ...options,
  ]);
  let [said, cpu, peak, anonymous] = ["", 0, 0, 0];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => (said += data));
  const watch = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
      const kilobytes = (name: string): number => Number(new RegExp(`^${name}:\\s*(\\d+)`, "m").exec(status)?.[1] ?? 0);
      peak = Math.max(peak, kilobytes("VmHWM"));
      anonymous = Math.max(anonymous, kilobytes("RssAnon"));
      const fields = readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1]!.split(" ");
      cpu = (Number(fields[11]) + Number(fields[12])) / 100;
    } catch {
      // It has ended.
    }
  }, 200);
  const status = await new Promise<number | null>((done) => child.on("close", done));
  clearInterval(watch);
  const seconds = (performance.now() - since) / 1000;
  return { status, seconds, cpuSeconds: cpu, peakGb: peak / 1e6, peakAnonymousGb: anonymous / 1e6, said };
}

const [families, layouts, modes] = [["sd1", "sdxl"], ["single", "folder"], ["fast"]].map((all, i) => {
  const asked = process.argv.slice(2).filter((word) =>
    [
      ["sd1", "sdxl"],
      ["single", "folder"],
      ["fast", "reference"],
    ][i]!.includes(word),
  );
  return asked.length > 0 ? asked : all;
});
let failed = 0;
for (const family of families as Family[]) {
  for (const kind of layouts!) {
    const { disk, memory } = NEEDS[family];
    const { bavail, bsize } = statfsSync(tmpdir());
    if (bavail * bsize < disk || freemem() < memory) {
      console.log(
        JSON.stringify({ family, kind, leftOut: `needs ${disk / 1e9} GB of disk and ${memory / 1e9} GB of memory` }),
      );
      continue;
    }
    const folder = mkdtempSync(join(tmpdir(), "seedproof-full-size-"));
    try {
      const model = join(folder, kind === "single" ? "model.safetensors" : "model");
      if (kind === "single") writeSingle(model, layout(family));
      else writeFolder(model, family, layout(family));
      for (const mode of modes!) {
        const { said, ...taken } = await draw(model, mode, join(folder, `${mode}.png`));
        if (taken.status !== 0) failed++;
        console.log(
          JSON.stringify({ family, kind, mode, ...taken, ...(taken.status !== 0 && { said: said.slice(-600) }) }),
        );
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
process.exitCode = failed > 0 ? 1 : 0;
