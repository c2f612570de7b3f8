/** `/api/v1/engines`: what can draw, and with which models, samplers and schedules. */

import { createRequire } from "node:module";
import { z } from "zod";
import { SeedproofError } from "../../base/errors.ts";
import { openEngine } from "../../node/open-engine.ts";
import type { AppParts } from "../app.ts";
import { type Api, operation } from "../contract.ts";
import { ENGINE } from "../jobs/job.ts";

const LIST = operation({
  id: "listEngines",
  method: "get",
  path: "/engines",
  summary: "The embedded engine's modes and whether each can run here, with the models that are at hand.",
  answer: z.object({
    embedded: z.object({ reference: z.boolean(), fast: z.boolean() }),
    capabilities: z.looseObject({ models: z.array(z.looseObject({ name: z.string() })) }),
  }),
});

const ASK = operation({
  id: "askEngine",
  method: "post",
  path: "/engines/ask",
  summary: "Asks an engine what it has; a server is asked over the network of this machine.",
  body: ENGINE,
  answer: z.looseObject({ models: z.array(z.looseObject({ name: z.string() })) }),
});

/** A server that does not answer within this is not connected. */
const PATIENCE_MS = 4_000;

/** Adds the operations. */
export function enginesApi(api: Api, { home, version }: Pick<AppParts, "home" | "version">): void {
  const capabilities = async (choice: z.output<typeof ENGINE>) => {
    const engine = await openEngine(choice, { home, version, mode: "reference", workers: 1 });
    const patience = AbortSignal.timeout(PATIENCE_MS);
    try {
      return await engine.capabilities(choice.name === "embedded" ? undefined : patience);
    } catch (error) {
      if (!patience.aborted || choice.name === "embedded") throw error;
      throw new SeedproofError("remote.timed-out", `${choice.url} has not answered within ${PATIENCE_MS / 1000} s`);
    } finally {
      await engine.close();
    }
  };
  api.on(LIST, async () => ({
    embedded: { reference: true, fast: hasNativeRuntime() },
    capabilities: await capabilities({ name: "embedded", mode: "reference" }),
  }));
  api.on(ASK, ({ body }) => capabilities(body));
}

/** Whether the optional native runtime is installed. */
function hasNativeRuntime(): boolean {
  try {
    createRequire(import.meta.url).resolve("onnxruntime-node");
    return true;
  } catch {
    return false;
  }
}
