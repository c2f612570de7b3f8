/** The thread that makes dossiers. */

import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "../../base/findings.ts";
import { sha256Hex } from "../../base/hash.ts";
import type { Lang } from "../../base/texts.ts";
import { toolName } from "../../base/tool.ts";
import { fileSource } from "../../dossier/sources.ts";
import { verifyBundle } from "../../dossier/verify.ts";
import { nodeSha256 } from "../../node/bundle-files.ts";
import { openCase, writeMeasured } from "../../node/case-folder.ts";
import { measureCase } from "../../node/case-measure.ts";
import { exhibitCredentials } from "../../node/credentials.ts";
import { makeDossierFiles } from "../../node/dossier-files.ts";
import { makeFolder, nodeFileSystem } from "../../node/durable-fs.ts";
import { nodeHasher, nodeVerify } from "../../node/ledger-folder.ts";
import { readTrust } from "../../node/ledger-home.ts";
import { workOn } from "../jobs/desk-thread.ts";

/** What the thread is told. */
export interface DossierWork {
  /** Folder of the case. */
  readonly folder: string;
  readonly home: string;
  readonly version: string;
  readonly languages: readonly Lang[];
  readonly output: string;
}

/** What the thread tells. */
export interface DossierResult {
  readonly files: Readonly<Record<string, { readonly sha256: string; readonly bytes: number }>>;
  readonly number: string;
  /** What verifying the bundle came to, by the three levels of findings. */
  readonly verified: {
    readonly ok: boolean;
    readonly files: number;
    readonly holds: number;
    readonly fails: number;
    readonly informs: number;
  };
  /** What a reader of the dossier should know. */
  readonly findings: readonly Finding[];
}

workOn<DossierWork>(
  "dossier.failed",
  async ({ folder, home, version, languages, output }, stage): Promise<DossierResult> => {
    makeFolder(nodeFileSystem, output);
    const tool = { name: "seedproof", version };
    stage("measuring");
    writeMeasured(folder, await measureCase(openCase(folder), new Date().toISOString(), toolName(version)));
    const { findings, number } = await makeDossierFiles(openCase(folder), {
      ...{ home, tool, languages, output },
      onStage: stage,
    });
    stage("verifying");
    const {
      ok,
      files,
      findings: found,
    } = await verifyBundle(fileSource(new Uint8Array(readFileSync(join(output, "bundle.zip")))), {
      trust: readTrust(home, {}).time,
      hasher: nodeHasher,
      ed25519: nodeVerify,
      hash: nodeSha256,
      credentials: exhibitCredentials,
      number,
    });
    const of = (level: Finding["level"]): number => found.filter((one) => one.level === level).length;
    const names = ["dossier.pdf", "dossier.html", "bundle.zip"];
    return {
      files: Object.fromEntries(names.map((name) => [name, fileFacts(join(output, name))])),
      number,
      verified: { ok, files, holds: of("holds"), fails: of("fails"), informs: of("informs") },
      findings: [...findings, ...found.filter(({ level }) => level === "fails")],
    };
  },
);

function fileFacts(path: string): { readonly sha256: string; readonly bytes: number } {
  return { sha256: sha256Hex(new Uint8Array(readFileSync(path))), bytes: statSync(path).size };
}
