/**
 * Stability Matrix: infotext with CRLF in `parameters`, the same as JSON in `parameters-json`, its project in `smproj`, and
 * the ComfyUI graph in `prompt`, which ComfyUI's reader takes as an account of its own: the text keeps comment
 * lines that the graph was not given.
 * @see https://github.com/LykosAI/StabilityMatrix, StabilityMatrix.Core/Models/GenerationParameters.cs
 */

import { isObject, type JsonObject } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import { infotextOf } from "./a1111.ts";
import { type Account, type Draft, draftAccount } from "./account.ts";
import { type Entry, entryOf, type Generator } from "./generator.ts";
import { draftInfotext } from "./infotext/account.ts";
import { tellJson, tellSampler } from "./json-teller.ts";
import { modelRef } from "./model-statements.ts";
import { countOf, nameOf, numberOf, seedOf, sizeOf, textOf } from "./values.ts";

/** Images of Stability Matrix's own inference page. */
export const stabilityMatrix: Generator = {
  name: "stability-matrix",
  read(evidence) {
    const json = entryOf(evidence, "parameters-json");
    const project = entryOf(evidence, "smproj");
    if (!json && !project) return [];
    const text = entryOf(evidence, "parameters");
    const info = text && infotextOf(text);
    const accounts: Account[] = [];
    if (text && info) {
      const draft = draftInfotext("stability-matrix", text.index, info, { tool: () => undefined, dialect: "comfyui" });
      if (project) tellProject(draft, project);
      accounts.push(draft.done("recipe"));
    }
    const members = json && tryJson(json.block.text ?? "");
    if (json && isObject(members))
      accounts.push(jsonAccount(json, members, accounts.length === 0 ? project : undefined));
    return accounts;
  },
};

function jsonAccount({ index }: Entry, members: JsonObject, project: Entry | undefined): Account {
  const draft = draftAccount("stability-matrix", index);
  const tell = tellJson(draft, members);
  draft.say("/dialect", "comfyui", { status: "derived" });
  tell.say("/prompt/positive", "PositivePrompt", textOf);
  tell.say("/prompt/negative", "NegativePrompt", textOf);
  tell.say("/seed", "Seed", seedOf);
  const height = tell.take("Height");
  tell.say("/size", "Width", (width) => sizeOf(width, height));
  tell.say("/passes/0/steps", "Steps", countOf);
  tell.say("/passes/0/cfg", "CfgScale", numberOf);
  tellSampler(tell, "/passes/0", "Sampler", "Scheduler");
  const hash = tell.take("ModelHash");
  tell.say("/models/0", "ModelName", (name) => modelRef("checkpoint", name, hash));
  tell.rest();
  if (project) tellProject(draft, project);
  return draft.done("recipe");
}

/** The project's clip skip and VAE, which the text leaves out; the rest of it is the state of the page. */
function tellProject(draft: Draft, { index, block }: Entry): void {
  draft.alsoReads(index);
  const whole = tryJson(block.text ?? "");
  const state = isObject(whole) && isObject(whole.State) ? whole.State : undefined;
  const model = state?.Model;
  if (!isObject(model)) return;
  const tell = tellJson(draft, model, "/State/Model", { block: index });
  if (model.IsClipSkipEnabled === true) tell.say("/clipSkip", "ClipSkip", countOf);
  if (model.IsVaeSelectionEnabled === true) {
    tell.say("/extra/SelectedVaeName", "SelectedVaeName", (name) => nameOf(name));
  }
}
