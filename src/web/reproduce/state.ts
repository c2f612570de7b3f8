/** What the Reproduce screen holds: the image to make again, reproductions as the server tells them, and which is looked at. */

import { computed, signal } from "@preact/signals";
import type { ReproductionJob } from "../../server/reproduce/desk.ts";
import type { ProtocolName } from "../../server/reproduce/protocols.ts";
import { go } from "../route.ts";
import { ask, hear } from "../server.ts";
import { engineChoice, upload } from "../studio/state.ts";
import { withAdded, withTask } from "../tasks.ts";
import { complain } from "../toast.ts";

/** All reproductions, oldest first. */
export const reproductions = signal<readonly ReproductionJob[]>([]);

/** The one that is looked at. */
export const chosen = signal<string | undefined>(undefined);

/** The reproduction that is shown. */
export const current = computed(
  () => reproductions.value.find(({ id }) => id === chosen.value) ?? reproductions.value.at(-1),
);

function put(one: ReproductionJob): void {
  reproductions.value = withTask(reproductions.value, one);
}

/** Asks for all anew. */
export async function refresh(): Promise<void> {
  const answer = await ask<{ reproductions: readonly ReproductionJob[] }>("/reproductions").catch(() => undefined);
  if (answer) reproductions.value = [...answer.reproductions].reverse();
}

/** Makes an image again with the engine that the Studio has chosen. @throws ServerError */
export async function reproduce(name: string, bytes: Blob): Promise<void> {
  await again({ image: await upload(bytes), name });
}

/** Shows Reproduce and makes an image again there; what goes wrong is said. */
export async function takeToReproduce(name: string, bytes: Blob): Promise<void> {
  go("reproduce");
  await reproduce(name, bytes).catch(complain);
}

/** Once more, with the engine that is chosen now; the first run stays. */
export async function again({ image, name }: Pick<ReproductionJob, "image" | "name">): Promise<void> {
  const added = await ask<ReproductionJob>("/reproductions", { json: { image, name, engine: engineChoice() } });
  reproductions.value = withAdded(reproductions.value, added);
  chosen.value = added.id;
}

/** Stops a reproduction. */
export async function stop(id: string): Promise<void> {
  put(await ask<ReproductionJob>(`/reproductions/${id}/stop`, { json: {} }));
}

/** Runs a protocol. */
export async function runProtocol(id: string, name: ProtocolName): Promise<void> {
  put(await ask<ReproductionJob>(`/reproductions/${id}/protocols/${name}`, { json: {} }));
}

/** Listens to the server; gives back how to stop. */
export function listen(): () => void {
  const all = [
    hear("reproduction", (data) => put(data as ReproductionJob)),
    hear("reset", () => void refresh()),
    hear("hello", () => void refresh()),
  ];
  void refresh();
  return () => {
    for (const end of all) end();
  };
}
