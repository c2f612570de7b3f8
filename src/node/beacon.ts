/** Beacons from a file or a drand server that the user named. */

import { readFileSync } from "node:fs";
import { fromUtf8 } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import { parseBeacon, QUICKNET, verifyBeacon } from "../ledger/drand.ts";
import type { BeaconRef } from "../ledger/entry.ts";
import { askOk, type Fetch } from "./http-client.ts";

/**
 * A verified beacon.
 * @param source - `drand=FILE` or `drand=URL`: a round as drand servers answer; a bare server address gets quicknet's newest
 * @throws SeedproofError `ledger.beacon-malformed`, `ledger.beacon-invalid`, `ledger.server-failed`
 */
export async function readBeacon(source: string, fetch?: Fetch): Promise<BeaconRef> {
  const [, kind, place] = /^(?:(\w+)=)?(.+)$/.exec(source) ?? [];
  if ((kind ?? "drand") !== "drand" || !place) {
    throw new SeedproofError("ledger.beacon-malformed", "a beacon is drand=FILE or drand=URL");
  }
  const beacon = parseBeacon(/^https?:\/\//.test(place) ? await fromServer(place, fetch) : readFileSync(place, "utf8"));
  if (!verifyBeacon(QUICKNET, beacon)) {
    throw new SeedproofError("ledger.beacon-invalid", `round ${beacon.round} is not signed by ${QUICKNET.name}`);
  }
  return beacon;
}

async function fromServer(place: string, fetch?: Fetch): Promise<string> {
  const { pathname } = new URL(place);
  const url = pathname === "/" ? new URL(`/${QUICKNET.hash}/public/latest`, place).href : place;
  return fromUtf8((await askOk(url, fetch ? { fetch } : {})).bytes) ?? "";
}
