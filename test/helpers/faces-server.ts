/** Both faces over the embedded engine with a tiny model, on a free port, as a server mounts them. */

import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAdaptorServer } from "@hono/node-server";
import { Hono } from "hono";
import type { Engine } from "../../src/engine/engine.ts";
import { floatWeight } from "../../src/engine/weights/weights.ts";
import { type EngineThread, engineThread } from "../../src/node/engine-thread.ts";
import { a1111Face } from "../../src/server/faces/a1111/face.ts";
import { comfyFace } from "../../src/server/faces/comfyui/face.ts";
import type { FaceRecorder } from "../../src/server/faces/deps.ts";
import { withMetadata } from "../engine/tiny-lora.ts";
import { writeTinyModel } from "../engine/tiny-model.ts";

/** A running server. */
export interface FacesServer {
  readonly url: string;
  readonly home: string;
  readonly thread: EngineThread;
  close(): Promise<void>;
}

/** An adapter for one module of the tiny model's UNet, strong enough for eight bits to show it. */
export function tinyAdapter(metadata: Readonly<Record<string, string>> = {}): Uint8Array {
  const filled = (shape: number[]) => floatWeight(shape, new Float32Array(shape[0]! * shape[1]!).fill(6));
  const module = "lora_unet_mid_block_attentions_0_proj_out";
  return withMetadata(
    new Map([
      [`${module}.lora_down.weight`, filled([2, 64])],
      [`${module}.lora_up.weight`, filled([64, 2])],
    ]),
    metadata,
  );
}

/** @param engine - in place of the embedded one; graphs are then drawn as recipes */
export async function facesServer(given: { engine?: Engine; record?: FaceRecorder } = {}): Promise<FacesServer> {
  const home = mkdtempSync(join(tmpdir(), "seedproof-faces-"));
  mkdirSync(join(home, "models"));
  writeTinyModel(join(home, "models", "tiny"));
  const models = join(home, "models");
  mkdirSync(join(models, "loras"));
  mkdirSync(join(models, "vae"));
  writeFileSync(join(models, "loras", "ink.safetensors"), tinyAdapter());
  copyFileSync(
    join(models, "tiny", "vae", "diffusion_pytorch_model.safetensors"),
    join(models, "vae", "own.safetensors"),
  );
  const thread = engineThread({ home, version: "0.0.0", mode: "reference" });
  const deps = {
    ...{ home, version: "0.0.0", record: given.record },
    ...(given.engine ? { engine: given.engine } : thread),
  };
  const comfy = comfyFace(deps);
  const app = new Hono().route("/", a1111Face(deps)).route("/", comfy.app);
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  server.on("upgrade", (request, socket, head) => comfy.upgrade(request, socket, head) || socket.destroy());
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    home,
    thread,
    close: async () => {
      comfy.close();
      await new Promise<void>((done) => {
        server.close(() => done());
        server.closeAllConnections();
      });
      await thread.engine.close();
      rmSync(home, { recursive: true });
    },
  };
}
