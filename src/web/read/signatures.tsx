/** Signatures and labels of a file, each as far as it was checked. */

import type { Text } from "../../base/texts.ts";
import type { FileReading } from "../../label/file-reading.ts";
import { MISSING_TEXTS } from "../../recipe/missing-texts.ts";
import { reproducibilityWith } from "../../recipe/reproducibility.ts";
import { lang, t } from "../language.ts";
import { FindingMark, GradeBadge, Seal } from "../parts/badges.tsx";
import { chosenBlock, found } from "./state.ts";
import { ATTESTATION_NAMES, COVERED, READ } from "./texts.ts";

/** The list of signatures and labels. */
export function Signatures({ reading }: { readonly reading: FileReading }) {
  const { attestations, labels } = reading;
  const { credentials, aigc, iptc } = labels;
  const isEmpty = attestations.length + credentials.length + aigc.length + iptc.length === 0;
  return (
    <section class="signatures">
      <h3>{t(READ.signatures)}</h3>
      {isEmpty ? <p class="note">{t(READ.noSignatures)}</p> : null}
      <ul>
        {attestations.map((one) => (
          <Attested key={`${one.kind}${one.block ?? ""}`} {...one} />
        ))}
        {credentials.flatMap(({ block, manifests }) =>
          manifests.slice(-1).map(({ label, claimGenerator, signer, actions }) => (
            <Label key={label} block={block} name={READ.credential}>
              {[claimGenerator, signer?.certificate?.subject].filter(Boolean).join(" · ")}
              <span class="note"> {actions.map(({ action }) => action.replace(/^c2pa\./, "")).join(", ")}</span>
            </Label>
          )),
        )}
        {aigc.map(({ block, fields }) => (
          <Label key={`aigc${block}`} block={block} name={READ.aigc}>
            {Object.entries(fields)
              .filter(([, value]) => value !== "")
              .map(([name, value]) => `${name} ${value}`)
              .join(" · ")}
          </Label>
        ))}
        {iptc.map(({ block, field, value }) => (
          <Label key={`${field}${value}`} block={block} name={READ.iptc}>
            {`${field}: ${value.replace(/^.*\//, "")}`}
          </Label>
        ))}
      </ul>
    </section>
  );
}

function Attested({ kind, status, covers, block }: FileReading["attestations"][number]) {
  const isSeal = status === "valid" && (kind === "novelai-signature" || kind === "c2pa");
  const what = covers.map((one) => t(COVERED[one] ?? READ.text)).join(lang.value === "zh" ? "与" : " and ");
  const level = status === "valid" ? "holds" : status === "invalid" ? "fails" : "informs";
  return (
    <li class="attested">
      {isSeal ? <Seal size={34} /> : <FindingMark kind={level} bare />}
      <span>
        <b>
          {t(ATTESTATION_NAMES[kind] ?? READ.signatures)} {t(READ[status])}
        </b>
        {isSeal ? <span class="tag plain">Ed25519</span> : null}
        <br />
        <span class="quiet">{t(READ.covers, { what })}</span>
        {block === undefined ? null : <ShowBlock block={block} />}
      </span>
      {status === "unverifiable" ? <GradeBadge grade="C" /> : <GradeBadge grade="M" />}
    </li>
  );
}

function Label(props: { readonly block: number; readonly name: Text; readonly children: unknown }) {
  return (
    <li class="attested">
      <FindingMark kind="informs" bare />
      <span>
        <b>{t(props.name)}</b>
        <br />
        <span class="quiet">{props.children as string}</span>
        <ShowBlock block={props.block} />
      </span>
      <GradeBadge grade="C" />
    </li>
  );
}

function ShowBlock({ block }: { readonly block: number }) {
  return (
    <>
      {" "}
      <button
        type="button"
        class="link"
        onClick={() => {
          chosenBlock.value = block;
        }}
      >
        {t(READ.block)} {block + 1}
      </button>
    </>
  );
}

/** Whether the image can be made again from this, and what is missing for it. */
export function Readiness({ reading }: { readonly reading: FileReading }) {
  const { tool, recipe } = reading;
  const files = found.value;
  const { ready, missing } = recipe && files ? reproducibilityWith(tool, recipe, files) : reading.reproducibility;
  const what = missing
    .map((code) => t(MISSING_TEXTS[code] ?? { en: code, zh: code }))
    .join(lang.value === "zh" ? "、" : ", ");
  return (
    <p class="readiness">
      <FindingMark kind={ready ? "holds" : "informs"} bare />
      <span>
        <b>{t(ready ? READ.ready : READ.notReady)}</b> {ready ? "" : t(READ.missing, { what })}
      </span>
    </p>
  );
}
