/** The folders of the library: adding, taking out, looking again, rebuilding. */

import { useEffect, useRef, useState } from "preact/hooks";
import { faultWords } from "../faults.ts";
import { t } from "../language.ts";
import { Icon } from "../parts/icon.tsx";
import { run } from "../toast.ts";
import { addFolder, folders, refreshLibrary, removeFolder } from "./state.ts";
import { LIBRARY } from "./texts.ts";

/** A field for a folder's path. */
export function FolderForm() {
  const [path, setPath] = useState("");
  const [wrong, setWrong] = useState("");
  return (
    <form
      class="folder-form"
      onSubmit={(event) => {
        event.preventDefault();
        addFolder(path.trim()).then(
          () => {
            setPath("");
            setWrong("");
          },
          (error: Error) => setWrong(faultWords(error)),
        );
      }}
    >
      <label>
        <span>{t(LIBRARY.folderPath)}</span>
        <input
          required
          maxLength={4000}
          spellcheck={false}
          class="box-field mono"
          value={path}
          onInput={(event) => setPath(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button primary">
        {t(LIBRARY.add)}
      </button>
      {wrong === "" ? (
        <p class="note">{t(LIBRARY.folderHelp)}</p>
      ) : (
        <p class="wrong" role="alert">
          {wrong}
        </p>
      )}
    </form>
  );
}

/** The dialog with all of it. */
export function Folders({ close }: { readonly close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog class="folders" ref={dialog} aria-labelledby="folders-title" onClose={close}>
      <h2 id="folders-title" class="serif">
        {t(LIBRARY.folders)}
      </h2>
      <ul>
        {folders.value.map(({ id, path, present }) => (
          <li key={id}>
            <span class="mono">
              {path} {present ? null : <span class="note">{t(LIBRARY.absent)}</span>}
            </span>
            <button
              type="button"
              class="icon-button"
              aria-label={t(LIBRARY.removeFolder, { path })}
              onClick={() => run(() => removeFolder(id))}
            >
              <Icon name="close" />
            </button>
          </li>
        ))}
      </ul>
      <FolderForm />
      <div class="upkeep">
        <button type="button" class="button" onClick={() => run(() => refreshLibrary(false))}>
          <Icon name="again" /> {t(LIBRARY.refresh)}
        </button>
        <button type="button" class="button" onClick={() => run(() => refreshLibrary(true))}>
          {t(LIBRARY.rebuild)}
        </button>
        <span class="note">{t(LIBRARY.rebuildText)}</span>
        <button type="button" class="button" onClick={() => dialog.current?.close()}>
          {t(LIBRARY.close)}
        </button>
      </div>
    </dialog>
  );
}
