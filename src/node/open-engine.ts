/** The engine that a user names: the embedded one, or a server by its address. */

import { SeedproofError } from "../base/errors.ts";
import type { Engine, EngineName } from "../engine/engine.ts";
import type { EmbeddedEngineSettings } from "./embedded-engine.ts";

/** As `--engine` names it. */
export interface EngineChoice {
  readonly name: EngineName;
  /** Address of a server; its user name and password are sent as HTTP Basic. */
  readonly url?: string;
}

/**
 * `embedded`, `a1111=URL`, `comfyui=URL`, `sdcpp=URL`.
 * @throws SeedproofError `engine.unknown` for anything else
 */
export function readEngineChoice(text: string): EngineChoice {
  if (text === "embedded") return { name: "embedded" };
  const [, name, url] = /^(a1111|comfyui|sdcpp)=(.+)$/.exec(text) ?? [];
  if (name && url && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) {
    return { name: name as EngineName, url };
  }
  throw new SeedproofError("engine.unknown", `"${text}" is no engine: embedded, a1111=URL, comfyui=URL or sdcpp=URL`);
}

/** Opens it. Code of an engine is loaded only when it is asked for. */
export async function openEngine({ name }: EngineChoice, settings: EmbeddedEngineSettings): Promise<Engine> {
  if (name !== "embedded") throw new SeedproofError("engine.unknown", `${name} is not connected yet`);
  const { embeddedEngine } = await import("./embedded-engine.ts");
  return embeddedEngine(settings);
}
