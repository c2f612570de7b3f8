/** Opening a session: its name, and what is recorded beside the Studio. */

import { useState } from "preact/hooks";
import { USUAL_ADDRESSES } from "../addresses.ts";
import { t } from "../language.ts";
import { ask } from "../server.ts";
import { complain } from "../toast.ts";
import { choose, overview, refresh } from "./state.ts";
import { RECORD } from "./texts.ts";

/** The form. */
export function StartForm() {
  const [name, setName] = useState(overview.value?.cutOff?.session ?? new Date().toISOString().slice(0, 10));
  const [a1111, setA1111] = useState("");
  const [comfyui, setComfyui] = useState("");
  const [watch, setWatch] = useState("");
  const submit = async (): Promise<void> => {
    const folders = watch
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");
    try {
      await ask("/record/start", {
        json: { session: name, ...(a1111 && { a1111 }), ...(comfyui && { comfyui }), watch: folders },
      });
      choose(name.trim());
      await refresh();
    } catch (error) {
      complain(error);
    }
  };
  return (
    <form
      class="start-form"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <label class="field">
        <span>{t(RECORD.sessionName)}</span>
        <input required maxLength={200} value={name} onInput={(event) => setName(event.currentTarget.value)} />
      </label>
      <label class="field">
        <span>{t(RECORD.a1111)}</span>
        <input
          type="url"
          placeholder={USUAL_ADDRESSES.a1111}
          value={a1111}
          onInput={(event) => setA1111(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>{t(RECORD.comfyui)}</span>
        <input
          type="url"
          placeholder={USUAL_ADDRESSES.comfyui}
          value={comfyui}
          onInput={(event) => setComfyui(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>{t(RECORD.watch)}</span>
        <textarea class="box-field" rows={2} value={watch} onInput={(event) => setWatch(event.currentTarget.value)} />
      </label>
      <button type="submit" class="button primary">
        {t(RECORD.start)}
      </button>
    </form>
  );
}
