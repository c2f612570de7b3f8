/** The elements of a rule with their values, on the evidence and under the burden, and what each rests on. */

import type { Assessed } from "../../doctrine/comparison.ts";
import { t } from "../language.ts";
import { TableHead } from "../parts/table-head.tsx";
import { DOSSIER } from "./texts.ts";
import { Grounds, ValueMark } from "./value.tsx";

/** The table. `lacking`: facts that each element waits for, where what is missing is to be told. */
export function ElementsTable({ elements, lacking }: Pick<Assessed, "elements"> & Partial<Pick<Assessed, "lacking">>) {
  return (
    <table class="elements">
      <TableHead of={[DOSSIER.element, DOSSIER.evidence, DOSSIER.burden]} />
      <tbody>
        {elements.map(({ id, text, evidence, burden, reason, missing }) => (
          <tr key={id}>
            <th scope="row">
              <b>{t(text)}</b>
              <Grounds reason={reason} />
              {missing && (lacking?.[id]?.length ?? 0) > 0 ? <span class="ground missing">→ {t(missing)}</span> : null}
            </th>
            <td>
              <ValueMark value={evidence} />
            </td>
            <td>
              <ValueMark value={burden} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
