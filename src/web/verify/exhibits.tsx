/** The exhibits of a bundle: each in its well, with its hash and the entry that names it. */

import { useEffect, useState } from "preact/hooks";
import type { BundleReport, CheckedExhibit } from "../../dossier/verify.ts";
import { t } from "../language.ts";
import { Hash } from "../parts/hash.tsx";
import { readFile } from "./state.ts";
import { TEXTS } from "./texts.ts";

/** All of them. */
export function Exhibits({ report: { exhibits } }: { readonly report: BundleReport }) {
  if (exhibits.length === 0) return null;
  return (
    <section class="exhibits">
      <h2>
        {t(TEXTS.exhibits)} <span class="note">{exhibits.length}</span>
      </h2>
      <ul>
        {exhibits.map((exhibit) => (
          <Exhibit key={exhibit.path} exhibit={exhibit} />
        ))}
      </ul>
    </section>
  );
}

const IMAGE = /\.(?:png|jpe?g|webp|gif|avif)$/i;

function Exhibit({ exhibit }: { readonly exhibit: CheckedExhibit }) {
  const { id, name, path, role, sha256, entries, notAfter } = exhibit;
  return (
    <li class="exhibit-card">
      {IMAGE.test(path) ? (
        <Picture path={path} alt={t(TEXTS.imageAlt, { id, name })} />
      ) : (
        <div class="well empty mono">{id}</div>
      )}
      <div class="exhibit-label">
        <p class="serif exhibit-name">
          {id} · {name}
        </p>
        <p class="note">{role}</p>
        {sha256 ? <Hash hex={sha256} /> : null}
        <p class="note">
          {entries[0] ? t(TEXTS.byEntry, { index: entries[0].index }) : t(TEXTS.byNone)}
          {notAfter === undefined ? null : ` · ${t(TEXTS.notAfter, { time: new Date(notAfter).toISOString() })}`}
        </p>
      </div>
    </li>
  );
}

/** Never cropped, never enlarged. */
function Picture({ path, alt }: { readonly path: string; readonly alt: string }) {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    let made: string | undefined;
    let gone = false;
    void readFile(path)?.then((bytes) => {
      if (gone) return;
      made = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>]));
      setUrl(made);
    });
    return () => {
      gone = true;
      if (made) URL.revokeObjectURL(made);
    };
  }, [path]);
  return <div class="well">{url === undefined ? null : <img src={url} alt={alt} />}</div>;
}
