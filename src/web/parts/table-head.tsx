/** The head of a table: one row of words. */

import type { Text } from "../../base/texts.ts";
import { t } from "../language.ts";

/** Columns by their words. */
export function TableHead({ of }: { readonly of: readonly Text[] }) {
  return (
    <thead>
      <tr>
        {of.map((head) => (
          <th key={head.en} scope="col">
            {t(head)}
          </th>
        ))}
      </tr>
    </thead>
  );
}
