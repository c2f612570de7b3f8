import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { toBase64 } from "../../src/base/base64.ts";
import { utf8 } from "../../src/base/bytes.ts";
import { sha256Hex } from "../../src/base/hash.ts";
import { formatCheckpoint } from "../../src/ledger/checkpoint.ts";
import { checkCosignature } from "../../src/ledger/cosignature.ts";
import { EMPTY_ROOT } from "../../src/ledger/merkle.ts";
import { formatNote, KEY_TYPES, parseNote, signer, signNote } from "../../src/ledger/note.ts";
import { proveConsistency } from "../../src/ledger/reader.ts";
import { witnessRequest } from "../../src/ledger/witness.ts";
import { folderReader } from "../../src/node/ledger-folder.ts";
import type { LedgerStore } from "../../src/node/ledger-store.ts";
import { requestCosignature } from "../../src/node/witness-client.ts";
import { decide, type WitnessOptions, witnessServer } from "../../src/node/witness-server.ts";
import { CrashFs } from "./crash-fs.ts";
import { entry, NEXT_SEED, newStore, SEED } from "./ledger-helpers.ts";

const witnessKey = signer("witness.example", NEXT_SEED, KEY_TYPES.cosignature);

const witnessOf = (store: LedgerStore, fs = new CrashFs()): WitnessOptions & { fs: CrashFs } => ({
  folder: "/witness",
  signer: witnessKey,
  logs: [store.checkpoint.note.signatures[0]!].map(() => signer(store.info.origin, SEED).key),
  fs,
  now: () => 1_800_000_000,
});

/** A log of 1, 4 and 9 entries, and requests about it. */
function growingLog() {
  const { fs, store } = newStore();
  const heads = [store.checkpoint];
  for (const count of [3, 5]) {
    store.append(Array.from({ length: count }, (_, i) => entry(i)));
    heads.push(store.integrate());
  }
  const reader = folderReader("/log", fs);
  const request = async (old: number, head: number, proofFrom = old) => {
    const { checkpoint, note } = heads[head]!;
    const proof = await proveConsistency(reader, Math.min(proofFrom, checkpoint.size), checkpoint.size);
    return utf8(witnessRequest(old, proof.map(toBase64), note));
  };
  return { store, reader, heads, request };
}

describe("a witness", () => {
  test("cosigns what continues its last head, once and again, and keeps it before it answers", async () => {
    const { store, heads, request } = growingLog();
    const witness = witnessOf(store);
    for (const [old, head] of [
      [0, 0],
      [1, 1],
      [4, 1],
      [4, 2],
    ] as const) {
      const answer = decide(witness, await request(old, head));
      expect(answer.status).toBe(200);
      const { note } = heads[head]!;
      const cosigned = parseNote(`${note.text}\n${answer.body}`);
      expect(checkCosignature(cosigned, witnessKey.key)).toEqual({ status: "good", time: 1_800_000_000 });
    }
    const restarted = witnessOf(store, witness.fs.afterCrash("synced"));
    expect(decide(restarted, await request(0, 2))).toMatchObject({
      status: 409,
      body: "9\n",
      contentType: "text/x.tlog.size",
    });
  });

  test("answers each wrong request with the status that the specification gives it", async () => {
    const { store, heads, request } = growingLog();
    const witness = witnessOf(store);
    expect(decide(witness, await request(0, 1)).status).toBe(200);
    const status = (body: Uint8Array | string) => decide(witness, typeof body === "string" ? utf8(body) : body).status;
    const { note } = heads[2]!;
    expect(status("old 4\n\nnothing")).toBe(400);
    expect(status(`old 04\n\n${formatNote(note)}`)).toBe(400);
    expect(status(`old 99\n\n${formatNote(note)}`)).toBe(400);
    expect(status(`old 4\n${"AAAA\n"}\n${formatNote(note)}`)).toBe(400);
    expect(status(witnessRequest(4, Array(64).fill(toBase64(EMPTY_ROOT)), note))).toBe(400);
    expect(status(await request(1, 2))).toBe(409);
    expect(status(await request(4, 2, 1))).toBe(422);
    const other = (name: string, seed: Uint8Array, root = heads[1]!.checkpoint.root) =>
      signNote(formatCheckpoint({ origin: name, size: 4, root }), signer(name, seed));
    expect(status(witnessRequest(4, [], other("elsewhere.example", SEED)))).toBe(404);
    expect(status(witnessRequest(4, [], other(store.info.origin, NEXT_SEED)))).toBe(403);
    // The same size with another root: two versions of one log.
    expect(status(witnessRequest(4, [], other(store.info.origin, SEED, EMPTY_ROOT)))).toBe(422);
  });

  test("never steps back when a smaller checkpoint crosses a larger one", async () => {
    const { store, request } = growingLog();
    const witness = witnessOf(store);
    const [small, large] = [await request(0, 1), await request(0, 2)];
    expect(decide(witness, large).status).toBe(200);
    expect(decide(witness, small)).toMatchObject({ status: 409, body: "9\n" });
  });

  test("serves over HTTP; a client that does not know its state learns it", async () => {
    const { store, reader, heads } = growingLog();
    const witness = witnessOf(store);
    const server = witnessServer(witness);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      for (const head of heads) {
        const lines = await requestCosignature(url, reader, head);
        expect(checkCosignature({ text: head.note.text, signatures: lines }, witnessKey.key).status).toBe("good");
      }
      await expect(requestCosignature(url, reader, heads[0]!)).rejects.toThrow("has seen 9 entries, here are 1");
      const kept = await fetch(`${url}/${sha256Hex(store.info.origin)}/checkpoint`);
      expect(parseNote(await kept.text()).text).toBe(heads[2]!.note.text);
      expect((await fetch(`${url}/elsewhere`)).status).toBe(404);
      const huge = await fetch(`${url}/add-checkpoint`, { method: "POST", body: new Uint8Array(2_000_000) });
      expect(huge.status).toBe(413);
    } finally {
      server.close();
    }
  });
});
