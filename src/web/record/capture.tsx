/** What is captured beside the Studio while a session runs: proxies before other programs, and watched folders. */

import { useState } from "preact/hooks";
import type { OpenSession } from "../../server/session-keeper.ts";
import { addresses, keepAddress, setAddress } from "../addresses.ts";
import { faultWords } from "../faults.ts";
import { t } from "../language.ts";
import { Icon } from "../parts/icon.tsx";
import { ask, type ServerError } from "../server.ts";
import { copyText } from "../toast.ts";
import { refresh } from "./state.ts";
import { CAPTURE_FAULTS, RECORD } from "./texts.ts";

/** Programs that a proxy can stand before. */
const PROGRAMS = [
  { kind: "a1111", name: "A1111 · Forge" },
  { kind: "comfyui", name: "ComfyUI" },
] as const;

type Program = (typeof PROGRAMS)[number];

/** The controls; a session of another process only shows what it captures. */
export function Capture({ open }: { readonly open: OpenSession }) {
  return (
    <div class="capturing">
      {PROGRAMS.map((program) => (
        <Proxies key={program.kind} open={open} program={program} />
      ))}
      <Folders open={open} />
    </div>
  );
}

/** Does something of the server's, says what went wrong, and shows what is so afterwards. */
function useAction(): {
  readonly busy: boolean;
  readonly fault: string | undefined;
  readonly run: (path: string, json: object) => Promise<boolean>;
} {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const run = async (path: string, json: object): Promise<boolean> => {
    setBusy(true);
    setFault(undefined);
    const wrong = await ask(path, { json }).then(
      () => undefined,
      (error: ServerError) => (error.code in CAPTURE_FAULTS ? t(CAPTURE_FAULTS[error.code]!) : faultWords(error)),
    );
    await refresh();
    setFault(wrong);
    setBusy(false);
    return wrong === undefined;
  };
  return { busy, fault, run };
}

/** One program: a switch, and the address to give to its clients while it is on. */
function Proxies({ open, program: { kind, name } }: { readonly open: OpenSession; readonly program: Program }) {
  const { busy, fault, run } = useAction();
  const proxies = open.proxies.filter((proxy) => proxy.kind === kind);
  const isOn = proxies.length > 0;
  const toggle = async (): Promise<void> => {
    if (!isOn) {
      keepAddress(kind);
      await run("/record/proxies", { kind, url: addresses.value[kind] });
    } else for (const { address } of proxies) await run("/record/proxies/off", { address });
  };
  return (
    <section class="proxy" aria-label={name}>
      <div class="proxy-head">
        <b>{name}</b>
        {busy ? <span class="note">{t(RECORD.switching)}</span> : null}
        <button
          type="button"
          class="switch"
          role="switch"
          aria-checked={isOn}
          aria-label={t(RECORD.proxyOf, { name })}
          disabled={busy || !open.own}
          onClick={toggle}
        />
      </div>
      {proxies.map(({ address, upstream }) => (
        <div class="paste" key={address}>
          <button
            type="button"
            class="box-field mono address"
            aria-label={t(RECORD.copyAddress, { address })}
            onClick={() => copyText(address, t(RECORD.copied), t(RECORD.copyFailed))}
          >
            {address} <Icon name="copy" />
          </button>
          <p class="note">{t(RECORD.pasteThere, { upstream })}</p>
        </div>
      ))}
      {isOn ? null : (
        <>
          <input
            type="url"
            class="box-field mono"
            aria-label={t(RECORD.proxyAddress, { name })}
            value={addresses.value[kind]}
            disabled={!open.own}
            onInput={(event) => setAddress(kind, event.currentTarget.value)}
          />
          <p class="note">{t(RECORD.proxyOffText)}</p>
        </>
      )}
      <Fault words={fault} />
    </section>
  );
}

/** Folders, each with a way to leave it, and a line to name one more. */
function Folders({ open }: { readonly open: OpenSession }) {
  const [folder, setFolder] = useState("");
  const { busy, fault, run } = useAction();
  return (
    <section class="watched">
      <b id="folders-head">{t(RECORD.folders)}</b>
      {open.watch.length === 0 ? <p class="note">{t(RECORD.noFolders)}</p> : null}
      <ul aria-labelledby="folders-head">
        {open.watch.map((one) => (
          <li key={one}>
            <Icon name="watched" />
            <span class="mono">{one}</span>
            {open.own ? (
              <button
                type="button"
                class="icon-button"
                aria-label={t(RECORD.leaveFolder, { folder: one })}
                title={t(RECORD.leaveFolder, { folder: one })}
                disabled={busy}
                onClick={() => run("/record/folders/off", { folder: one })}
              >
                <Icon name="close" />
              </button>
            ) : null}
          </li>
        ))}
      </ul>
      {open.own ? (
        <form
          class="watch-form"
          onSubmit={(event) => {
            event.preventDefault();
            void run("/record/folders", { folder: folder.trim() }).then((isDone) => isDone && setFolder(""));
          }}
        >
          <input
            required
            class="box-field mono"
            aria-label={t(RECORD.addFolder)}
            placeholder={t(RECORD.addFolder)}
            value={folder}
            onInput={(event) => setFolder(event.currentTarget.value)}
          />
          <button type="submit" class="button" disabled={busy}>
            {t(RECORD.watchIt)}
          </button>
        </form>
      ) : null}
      <Fault words={fault} />
    </section>
  );
}

function Fault({ words }: { readonly words: string | undefined }) {
  return (
    <p class="fault" role="alert">
      {words}
    </p>
  );
}
