/** What a right would be over: the adjusting, the final parameters, the final image, side by side. */

import { PROTECTION_SUMMARY } from "../../doctrine/protection.ts";
import { grouped, t } from "../language.ts";
import { Assessing } from "./elements.tsx";
import { assessment } from "./state.ts";
import { DOSSIER } from "./texts.ts";

/** The part. */
export function Protects() {
  const found = assessment.value;
  if (found === undefined || found === "working") return <Assessing title={DOSSIER.protects} />;
  return (
    <>
      <h2 id="sheet-title">{t(DOSSIER.protects)}</h2>
      <p class="lead">{t(PROTECTION_SUMMARY)}</p>
      <div class="three">
        {found.protection.map(({ object, name, images, covers, avoidedBy, rules }) => (
          <section key={object} aria-label={t(name)}>
            <h3>{t(name)}</h3>
            <h4>{t(DOSSIER.covers)}</h4>
            <p>
              {t(covers)} {images && images !== "1" ? t(DOSSIER.images, { n: grouped(Number(images)) }) : ""}
            </p>
            <h4>{t(DOSSIER.avoided)}</h4>
            <p>{t(avoidedBy)}</p>
            <p class="note">
              {rules
                .map((id) => t(found.rules.find(({ rule }) => rule.id === id)?.rule.short ?? { en: id, zh: id }))
                .join(" · ")}
            </p>
          </section>
        ))}
      </div>
      <p class="note foot">{t(DOSSIER.legal)}</p>
    </>
  );
}
