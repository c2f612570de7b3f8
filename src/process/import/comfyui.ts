/** ComfyUI's own history, as `GET /history` gives it and as people save it. @see ComfyUI, server.py and execution.py */

import { isObject, type Json, type JsonObject } from "../../base/json.ts";
import { comfyuiRun, recipeOfGraph, withoutSecrets } from "../capture.ts";
import { type ImportedRun, inOrder, MAX_RUNS, namedImage } from "./run.ts";

/** The runs of a history in the order of their times; `undefined` where the value is no history. */
export function comfyuiHistory(history: Json): ImportedRun[] | undefined {
  if (!isObject(history)) return undefined;
  const entries = Object.entries(history).slice(0, MAX_RUNS);
  const runs = entries.flatMap(([id, run]) => (isObject(run) && Array.isArray(run.prompt) ? [runOf(id, run)] : []));
  return entries.length > 0 && runs.length === 0 ? undefined : inOrder(runs);
}

function runOf(id: string, run: JsonObject): ImportedRun {
  const [, , graph = {}, extra] = run.prompt as readonly Json[];
  const { status, outputs, cached, why } = comfyuiRun({ [id]: run }, id);
  const saved = outputs.filter(({ type }) => type === "output");
  const images = (saved.length > 0 ? saved : outputs).flatMap(
    ({ filename, subfolder, type }) => namedImage(filename, subfolder, type) ?? [],
  );
  const times = timesOf(run, extra);
  return {
    ...{ key: id, tool: "comfyui", recipe: recipeOfGraph(graph), images, ...times },
    status: status === "failed" ? "failed" : "done",
    ...(why !== undefined && { why }),
    ...(cached && { cached: true as const }),
    raw: withoutSecrets({ prompt: graph, ...(isObject(extra) && { extra_data: extra }) }),
  };
}

/** When it was queued, or else begun, and when it ended: milliseconds since 1970 by the server's clock. */
function timesOf({ status }: JsonObject, extra: Json | undefined): { claimedAt?: string; claimedEnd?: string } {
  const messages = isObject(status) && Array.isArray(status.messages) ? status.messages : [];
  const said = (name: RegExp): Json | undefined => {
    const message = messages.find((one) => Array.isArray(one) && name.test(String(one[0])));
    const about = Array.isArray(message) ? message[1] : undefined;
    return isObject(about) ? about.timestamp : undefined;
  };
  const begun = instant(isObject(extra) ? extra.create_time : undefined) ?? instant(said(/^execution_start$/));
  const ended = instant(said(/^execution_(?:success|error|interrupted)$/));
  return { ...(begun && { claimedAt: begun }), ...(ended && { claimedEnd: ended }) };
}

/** A time of this century, as RFC 3339. */
function instant(ms: Json | undefined): string | undefined {
  return typeof ms === "number" && ms > 9.4e11 && ms < 4.1e12 ? new Date(ms).toISOString() : undefined;
}
