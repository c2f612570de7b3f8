/** `/api/v1/status`: what this workbench is and has, in one small answer. */

import { z } from "zod";
import { ledgerHead } from "../../node/ledger-head.ts";
import type { AppParts } from "../app.ts";
import { type Api, operation } from "../contract.ts";

const STATUS = operation({
  id: "status",
  method: "get",
  path: "/status",
  summary: "Version, workspace, and the head of its ledger; the session that is recorded now.",
  answer: z.object({
    version: z.string(),
    home: z.string(),
    ledger: z.object({ origin: z.string(), size: z.int(), root: z.string(), signedAt: z.string() }).nullable(),
    session: z.string().nullable(),
  }),
});

/** Adds the operation. */
export function statusApi(api: Api, { home, version, witness }: Pick<AppParts, "home" | "version" | "witness">): void {
  api.on(STATUS, () => ({ version, home, ledger: ledgerHead(home) ?? null, session: witness.session() ?? null }));
}
