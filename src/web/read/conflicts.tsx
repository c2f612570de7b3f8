/** Where a file contradicts itself: one row a value, one column a block, nothing mended. */

import { isObject, type Json } from "../../base/json.ts";
import type { Text } from "../../base/texts.ts";
import type { FileReading } from "../../label/file-reading.ts";
import { t } from "../language.ts";
import { chosenBlock, provenanceOf } from "./state.ts";
import { READ } from "./texts.ts";

const FIELDS: readonly (readonly [RegExp, Text])[] = [
  [/^\/prompt\/positive/, READ.prompt],
  [/^\/prompt\/negative/, READ.negative],
  [/\/seed$/, READ.seed],
  [/\/steps$/, READ.steps],
  [/\/cfg$/, READ.cfg],
  [/\/guidance$/, READ.guidance],
  [/\/denoise$/, READ.denoise],
  [/\/sampler$/, READ.sampler],
  [/\/scheduler$/, READ.schedule],
  [/^\/size/, READ.size],
  [/^\/clipSkip/, READ.clipSkip],
  [/^\/models\//, READ.model],
];

/** The table of conflicts; nothing where there are none. */
export function Conflicts({ reading }: { readonly reading: FileReading }) {
  const { conflicts, blocks } = reading;
  if (conflicts.length === 0) return null;
  const columns = [...new Set(conflicts.flatMap(({ values }) => values.map(({ block }) => block)))];
  return (
    <section class="conflicts" aria-label={t(READ.conflicts)}>
      <h3>
        {t(READ.conflicts)} <span class="note">{t(READ.conflictsOn, { count: conflicts.length })}</span>
      </h3>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <td />
              {columns.map((block) => (
                <th key={String(block)} scope="col">
                  {block === null ? (
                    t(READ.thePicture)
                  ) : (
                    <button type="button" class="plain" onClick={() => show(block)}>
                      {blocks[block]?.key || blocks[block]?.where}
                    </button>
                  )}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {conflicts.map(({ field, values }) => (
              <tr key={field}>
                <th scope="row">{labelOf(field)}</th>
                {columns.map((block) => {
                  const said = values.filter((value) => value.block === block).map(({ value }) => shown(value));
                  const isShown = block !== null && block === provenanceOf(reading, field)?.block;
                  return <td key={String(block)}>{isShown ? <b>{said.join(" · ")}</b> : said.join(" · ")}</td>;
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function show(block: number): void {
  chosenBlock.value = block;
}

function labelOf(field: string): string {
  const found = FIELDS.find(([pattern]) => pattern.test(field));
  const pass = /^\/passes\/(\d+)\//.exec(field)?.[1];
  const name = found ? t(found[1]) : field;
  return pass !== undefined && pass !== "0" ? `${name} ${Number(pass) + 1}` : name;
}

function shown(value: Json): string {
  if (!isObject(value)) return cut(String(value));
  if (typeof value.raw === "string") return cut(value.raw);
  if (typeof value.width === "number") return `${value.width} × ${value.height}`;
  return cut(String(value.name ?? value.value ?? JSON.stringify(value)));
}

function cut(text: string): string {
  return text.length > 120 ? `…${text.slice(-119)}` : text;
}
