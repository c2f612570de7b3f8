/** Whom the reader believes: certificates from elsewhere, those that the bundle brings once compared, the record's key. */

import type { BundleReport } from "../../dossier/verify.ts";
import { t } from "../language.ts";
import { FindingMark } from "../parts/badges.tsx";
import { inGroups } from "../parts/hash.tsx";
import { checkAgain, chooseRoots, compared, offered, pinned, roots, toggleOffered, vkeyText } from "./state.ts";
import { TEXTS } from "./texts.ts";

/** The choices. */
export function Trust({ report }: { readonly report: BundleReport }) {
  if (report.ledgers.length === 0) return null;
  return (
    <section class="trust">
      <h2>{t(TEXTS.trust)}</h2>
      <p class="quiet">{t(TEXTS.trustNote)}</p>
      <ul>
        {offered.value.map(({ name, fingerprint }) => (
          <li key={fingerprint}>
            <label class="offered">
              <input
                type="checkbox"
                checked={compared.value.has(fingerprint)}
                onChange={() => void toggleOffered(fingerprint)}
              />
              <span>
                {t(TEXTS.offered)} <b>{name}</b> — {t(TEXTS.compared)}
                <br />
                <span class="mono note place">{inGroups(fingerprint)}</span>
              </span>
            </label>
          </li>
        ))}
      </ul>
      <div class="trust-own">
        <label class="button chooser">
          {t(TEXTS.chooseRoots)}
          <input
            type="file"
            class="visually-hidden"
            data-testid="roots"
            multiple
            accept=".pem,.crt,.cer"
            onChange={(event) => void chooseRoots([...(event.currentTarget.files ?? [])])}
          />
        </label>
        {roots.value.length > 0 ? (
          <span class="note">{t(TEXTS.rootsChosen, { count: roots.value.length })}</span>
        ) : null}
      </div>
      <label class="key-field">
        <span class="note">{t(TEXTS.key)}</span>
        <input
          class="mono field"
          data-testid="vkey"
          spellcheck={false}
          placeholder="origin+keyid+key"
          value={vkeyText.value}
          onChange={(event) => {
            vkeyText.value = event.currentTarget.value;
            void checkAgain();
          }}
        />
        {vkeyText.value !== "" && !pinned.value ? <FindingMark kind="open" /> : null}
      </label>
    </section>
  );
}
