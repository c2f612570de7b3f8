/** Generation data in the order that users of Civitai know: prompts, parameters, then all else that was recorded. */

import type { Json } from "../../base/json.ts";
import type { Text } from "../../base/texts.ts";
import type { FileReading } from "../../label/file-reading.ts";
import type { Named, Pass, Recipe } from "../../recipe/recipe.ts";
import { t } from "../language.ts";
import { TableHead } from "../parts/table-head.tsx";
import { Prompt } from "./prompt.tsx";
import { lit, pinned } from "./state.ts";
import { READ } from "./texts.ts";
import { litBy, Value } from "./value.tsx";

interface Row {
  readonly label: Text;
  readonly path: string;
  readonly text: string | undefined;
}

/** Prompts and parameters of a recipe. */
export function GenerationData({ reading, recipe }: { readonly reading: FileReading; readonly recipe: Recipe }) {
  const { prompt, dialect, passes } = recipe;
  const disputed = new Set(reading.conflicts.map(({ field }) => field));
  const extra = Object.entries(recipe.extra);
  return (
    <div class="generation">
      {prompt.positive === undefined ? null : (
        <Prompt title={READ.prompt} text={prompt.positive} dialect={dialect} path="/prompt/positive" />
      )}
      {prompt.template === undefined || prompt.template === prompt.positive ? null : (
        <Prompt title={READ.template} text={prompt.template} dialect={dialect} path="/prompt/template" quiet />
      )}
      {prompt.negative ? (
        <Prompt title={READ.negative} text={prompt.negative} dialect={dialect} path="/prompt/negative" quiet />
      ) : null}
      <div class="values">
        {rowsOf(recipe).map(({ label, path, text }) =>
          text === undefined ? null : (
            <Value key={path} label={t(label)} path={path} conflict={disputed.has(path)}>
              {text}
            </Value>
          ),
        )}
      </div>
      {passes.length > 1 ? <Passes passes={passes} /> : null}
      {extra.length > 0 ? <Extra values={extra} /> : null}
    </div>
  );
}

function rowsOf(recipe: Recipe): Row[] {
  const [first = {}] = recipe.passes;
  const { size, variation, rng } = recipe;
  const text = (value: number | undefined): string | undefined => value?.toString();
  return [
    { label: READ.steps, path: "/passes/0/steps", text: text(first.steps) },
    { label: READ.cfg, path: "/passes/0/cfg", text: text(first.cfg) },
    { label: READ.guidance, path: "/passes/0/guidance", text: text(first.guidance) },
    { label: READ.seed, path: "/seed", text: recipe.seed },
    { label: READ.sampler, path: "/passes/0/sampler", text: namedText(first.sampler) },
    { label: READ.schedule, path: "/passes/0/scheduler", text: namedText(first.scheduler) },
    { label: READ.size, path: "/size", text: size && `${size.width} × ${size.height}` },
    { label: READ.clipSkip, path: "/clipSkip", text: text(recipe.clipSkip) },
    { label: READ.denoise, path: "/passes/0/denoise", text: first.denoise === 1 ? undefined : text(first.denoise) },
    {
      label: READ.variation,
      path: "/variation",
      text: variation && `${variation.seed ?? ""} @ ${variation.strength ?? ""}`,
    },
    { label: READ.noise, path: "/rng/source", text: rng?.source?.toUpperCase() },
    { label: READ.mode, path: "/mode", text: recipe.mode },
    { label: READ.version, path: "/toolVersion", text: recipe.toolVersion },
    { label: READ.time, path: "/time", text: recipe.time },
  ];
}

function namedText(named: Named | undefined): string | undefined {
  return named?.raw;
}

/** Every run of a sampler, where there are several. */
function Passes({ passes }: { readonly passes: readonly Pass[] }) {
  return (
    <table class="passes">
      <caption>{t(READ.passes)}</caption>
      <TableHead of={[READ.pass, READ.sampler, READ.steps, READ.cfg, READ.denoise, READ.seed]} />
      <tbody>
        {passes.map((pass, i) => (
          <tr key={`${i}${pass.node ?? ""}`}>
            <th scope="row">
              {i + 1} {pass.role ?? ""}
            </th>
            <td>
              {pass.sampler?.raw ?? "–"}
              {pass.scheduler && !pass.sampler?.raw.includes(pass.scheduler.raw) ? ` ${pass.scheduler.raw}` : ""}
            </td>
            <td>{pass.steps ?? "–"}</td>
            <td>{pass.cfg ?? "–"}</td>
            <td>{pass.denoise ?? "–"}</td>
            <td>{pass.seed ?? "–"}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** All else that was recorded, by the tool's own keys. */
function Extra({ values }: { readonly values: readonly (readonly [string, Json])[] }) {
  return (
    <details class="more-values">
      <summary>{t(READ.more, { count: values.length })}</summary>
      {values.map(([key, value]) => {
        const path = `/extra/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
        return (
          <button
            type="button"
            key={key}
            class={`extra-row${lit.value === path ? " lit" : ""}`}
            data-value={path}
            aria-pressed={pinned.value === path}
            {...litBy(path)}
          >
            <span class="label">{key}</span>
            <span class="mono">{shortJson(value)}</span>
          </button>
        );
      })}
    </details>
  );
}

function shortJson(value: Json): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 160 ? `${text.slice(0, 159)}…` : text;
}
