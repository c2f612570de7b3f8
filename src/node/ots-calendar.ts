/** OpenTimestamps calendars: a first stamp, and the rest of the proof when Bitcoin has it. */

import { randomBytes } from "node:crypto";
import { toHex } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import { type OtsFile, otsClaims, readOtsStamp } from "../ledger/ots.ts";
import { newOts, otsCommitment, upgradeOts } from "../ledger/ots-write.ts";
import { ask, askOk, type Fetch } from "./http-client.ts";

const ACCEPT = { accept: "application/vnd.opentimestamps.v1" };

const base = (url: string): string => url.replace(/\/+$/, "");

/**
 * A proof over a digest with the promises of these calendars. Two or more, so that the proof outlives one of them.
 * @throws SeedproofError `ledger.server-failed` when none answers, `ledger.ots-malformed`
 */
export async function stampWithCalendars(urls: readonly string[], digest: Uint8Array, fetch?: Fetch): Promise<OtsFile> {
  const nonce = new Uint8Array(randomBytes(16));
  const commitment = otsCommitment(digest, nonce);
  const answers = await Promise.allSettled(
    urls.map(async (url) => {
      const headers = { ...ACCEPT, "content-type": "application/x-www-form-urlencoded" };
      const options = { ...(fetch && { fetch }), method: "POST", body: commitment, headers };
      return readOtsStamp((await askOk(`${base(url)}/digest`, options)).bytes, commitment);
    }),
  );
  const stamps = answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
  if (stamps.length === 0) throw (answers[0] as PromiseRejectedResult).reason;
  return newOts(digest, nonce, stamps);
}

/**
 * The proof with what a calendar has by now for the promises it once gave. Only the calendar that is named here is
 * asked: addresses in a proof never make us open a connection.
 * @returns the same proof where the calendar has nothing new
 */
export async function upgradeFrom(url: string, proof: OtsFile, fetch?: Fetch): Promise<OtsFile> {
  let { stamp } = proof;
  for (const { message, attestation } of otsClaims(proof.stamp)) {
    if (attestation.kind !== "pending" || base(attestation.uri) !== base(url)) continue;
    const options = { ...(fetch && { fetch }), headers: ACCEPT };
    const answer = await ask(`${base(url)}/timestamp/${toHex(message)}`, options);
    if (answer.status === 404) continue;
    if (answer.status !== 200) throw new SeedproofError("ledger.server-failed", `${url} answered ${answer.status}`);
    stamp = upgradeOts(stamp, message, readOtsStamp(answer.bytes, message));
  }
  return { ...proof, stamp };
}
