/** The thread in which the C2PA module runs: files come as messages, reports and signed files go back. */

import { parentPort, workerData } from "node:worker_threads";
import { SeedproofError } from "../base/errors.ts";
import { isTrap, type SigningOrder, signCredentials, validateCredentials } from "../label/c2pa-engine.ts";
import type { ClaimSigner } from "../label/cose-sign.ts";
import type { CredentialsReport } from "../label/credentials.ts";
import { loadC2pa } from "./c2pa-module.ts";
import { PAGE_BYTES } from "./wasm-memory.ts";

/** How the thread is started. */
export interface C2paWorkerSettings {
  /** Pages of 64 KiB that the module's memory may have. */
  readonly maxPages: number;
}

/** What the thread is asked, one thing after the other, and the answers to what it asks back. */
export type C2paQuestion =
  | { readonly ask: "validate"; readonly bytes: Uint8Array; readonly format: string; readonly anchors: string }
  | {
      readonly ask: "sign";
      readonly bytes: Uint8Array<ArrayBuffer>;
      readonly order: SigningOrder;
      readonly signer: Pick<ClaimSigner, "algorithm" | "chain"> & { readonly stamps: boolean };
    }
  /** `undefined`: it could not be done. */
  | { readonly ask: "made"; readonly bytes: Uint8Array | undefined };

/** What it says. `make`: keys and network are not the thread's; it asks for a signature or a time stamp. */
export type C2paReply =
  | { readonly say: "begun" }
  | { readonly say: "make"; readonly what: "sign" | "stamp"; readonly message: Uint8Array }
  | { readonly say: "report"; readonly report: CredentialsReport }
  | { readonly say: "signed"; readonly bytes: Uint8Array }
  | { readonly say: "failed"; readonly code: string; readonly message: string }
  /** The module stopped half-way; nothing in its memory counts any more, and the thread ends. */
  | { readonly say: "trapped"; readonly message: string; readonly full: boolean };

const { maxPages } = workerData as C2paWorkerSettings;
const loading = loadC2pa(maxPages);
const say = (reply: C2paReply): void => parentPort?.postMessage(reply);
let made: (bytes: Uint8Array | undefined) => void = () => undefined;

function ask(what: "sign" | "stamp", message: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    made = (bytes) => (bytes ? resolve(bytes) : reject(new Error(`no ${what}`)));
    say({ say: "make", what, message });
  });
}

async function answer(question: Exclude<C2paQuestion, { ask: "made" }>): Promise<void> {
  const module = await loading;
  say({ say: "begun" });
  if (question.ask === "validate") {
    const { bytes, format, anchors } = question;
    say({ say: "report", report: await validateCredentials(module, bytes, format, { anchors }) });
    return;
  }
  const { algorithm, chain, stamps } = question.signer;
  const signer: ClaimSigner = {
    algorithm,
    chain,
    sign: (message) => ask("sign", message),
    ...(stamps && { stamp: (message: Uint8Array) => ask("stamp", message) }),
  };
  say({ say: "signed", bytes: await signCredentials(module, question.bytes, question.order, signer) });
}

async function fail(error: unknown): Promise<void> {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof SeedproofError && !isTrap(error.cause)) say({ say: "failed", code: error.code, message });
  else say({ say: "trapped", message, full: (await loading).memoryBytes() > 0.9 * maxPages * PAGE_BYTES });
}

parentPort?.on("message", (question: C2paQuestion) => {
  if (question.ask === "made") made(question.bytes);
  else answer(question).catch(fail);
});
