/** The label beside a picture: which of the two it is, its name, size and hash. */

import { PAGE_TEXTS as T } from "../../compare/pair/page-texts.ts";
import type { ComparisonView } from "../../compare/pair/view.ts";
import { t } from "../language.ts";
import { Hash } from "../parts/hash.tsx";

/** @param shown - size of the picture in the page, where it is smaller than the file's */
export function PictureLabel({
  side,
  facts,
  shown,
}: {
  readonly side: "A" | "B";
  readonly facts: ComparisonView["a"];
  readonly shown?: { readonly width: number; readonly height: number };
}) {
  const { file, width, height, sha256 } = facts;
  return (
    <p class="cmp-label">
      <b class="serif">{side}</b> <span class="name">{file}</span>{" "}
      <span class="note">
        {`${width} × ${height}`}
        {shown && shown.width < width ? `, ${t(T.shownAt, shown)}` : ""}
      </span>
      <Hash hex={sha256} />
    </p>
  );
}
