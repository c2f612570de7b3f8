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

/** Opens it. Code of an engine is loaded only when it is asked for; a server is not asked anything yet. */
export async function openEngine({ name, url = "" }: EngineChoice, settings: EmbeddedEngineSettings): Promise<Engine> {
  if (name === "embedded") {
    const { embeddedEngine } = await import("./embedded-engine.ts");
    return embeddedEngine(settings);
  }
  const { remoteHost } = await import("./remote-host.ts");
  if (name === "a1111") return (await import("../remote/a1111-engine.ts")).a1111Engine(url, remoteHost);
  if (name === "comfyui") return (await import("../remote/comfyui-engine.ts")).comfyuiEngine(url, remoteHost);
  return (await import("../remote/sdcpp-engine.ts")).sdcppEngine(url, remoteHost);
}
