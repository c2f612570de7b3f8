/** Asking a timestamp authority. RFC 3161, section 3.4. */

import { randomBytes } from "node:crypto";
import { timestampRequest } from "../ledger/rfc3161.ts";
import { askOk, type Fetch } from "./http-client.ts";

/** A request as it was sent and the reply as it came: both are kept, neither is believed yet. */
export interface TimestampExchange {
  readonly request: Uint8Array;
  readonly reply: Uint8Array;
}

/** Sends the SHA-256 of a checkpoint to an authority. @throws SeedproofError `ledger.server-failed` */
export async function requestTimestamp(
  url: string,
  digest: Uint8Array,
  options: { fetch?: Fetch; policy?: string } = {},
): Promise<TimestampExchange> {
  const request = timestampRequest(digest, randomBytes(8), options.policy);
  const { bytes } = await askOk(url, {
    ...(options.fetch && { fetch: options.fetch }),
    method: "POST",
    body: request,
    headers: { "content-type": "application/timestamp-query", accept: "application/timestamp-reply" },
  });
  return { request, reply: bytes };
}
