/** The Dossier screen: the outline of a case on the left, one of its parts on a page to the right. */

import type { ComponentType } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Text } from "../../base/texts.ts";
import { bilingual } from "../../doctrine/case.ts";
import { showsAbout } from "../about.ts";
import { t } from "../language.ts";
import { FindingMark, Seal } from "../parts/badges.tsx";
import { go, query } from "../route.ts";
import { run } from "../toast.ts";
import { About } from "./about-part.tsx";
import { Cases } from "./cases.tsx";
import { Elements } from "./elements.tsx";
import { Exhibits } from "./exhibits.tsx";
import { Facts, Unknown } from "./facts.tsx";
import { Handover, Preview } from "./handover.tsx";
import { Protects } from "./protects.tsx";
import { Rules } from "./rules.tsx";
import { closeCase, current, dossiers, listen, openCase } from "./state.ts";
import { Statements } from "./statements.tsx";
import { DOSSIER } from "./texts.ts";
import { Three } from "./three.tsx";
import { Verify } from "./verify.tsx";
import "../styles/dossier.css";

interface Part {
  readonly name: string;
  readonly number: string;
  readonly words: Text;
  readonly view: ComponentType;
  readonly below?: true;
}

/** Parts in the order of the outline. */
const PARTS: readonly Part[] = [
  { name: "about", number: "1", words: DOSSIER.about, view: About },
  { name: "exhibits", number: "2", words: DOSSIER.exhibits, view: Exhibits },
  { name: "statements", number: "3", words: DOSSIER.statements, view: Statements },
  { name: "facts", number: "4", words: DOSSIER.facts, view: Facts },
  { name: "unknown", number: "5", words: DOSSIER.unknown, view: Unknown },
  { name: "elements", number: "6", words: DOSSIER.assessment, view: Elements },
  { name: "elements", number: "a", words: DOSSIER.elements, view: Elements, below: true },
  { name: "three", number: "b", words: DOSSIER.three, view: Three, below: true },
  { name: "protects", number: "c", words: DOSSIER.protects, view: Protects, below: true },
  { name: "rules", number: "d", words: DOSSIER.parameters, view: Rules, below: true },
  { name: "preview", number: "7", words: DOSSIER.preview, view: Preview },
  { name: "handover", number: "8", words: DOSSIER.handover, view: Handover },
];

/** The screen. What is open stands in the address. */
export function DossierScreen() {
  useEffect(listen, []);
  const id = query.value.get("case");
  const name = query.value.get("part") ?? "exhibits";
  useEffect(() => {
    if (id === null) closeCase();
    else if (current.value?.id !== id) {
      run(async () => {
        try {
          await openCase(id);
        } catch (error) {
          go("dossier", {}, { replace: true });
          throw error;
        }
      });
    }
  }, [id]);
  const one = current.value;
  useEffect(() => (one ? showsAbout(one.case.ref) : undefined), [one?.case.ref]);
  if (name === "verify") return <Verify />;
  if (id === null || one?.id !== id) return <Cases />;
  const part = PARTS.find((each) => each.name === name) ?? PARTS[1]!;
  const View = part.view;
  return (
    <div class="dossier">
      <Outline shown={part.name} />
      <article class="sheet" aria-labelledby="sheet-title">
        <header class="sheet-head">
          <span>
            {one.case.ref} · {t(bilingual(one.case.title))}
          </span>
          <span>
            {part.number} {t(part.words)}
          </span>
        </header>
        <View />
      </article>
    </div>
  );
}

function Outline({ shown }: { readonly shown: string }) {
  const one = current.value!;
  const inAssessment = PARTS.some(({ name, below }) => below && name === shown);
  const list = useRef<HTMLOListElement>(null);
  // On narrow pages the parts are one line that is moved sideways.
  useEffect(() => {
    const here = list.current?.querySelector<HTMLElement>(".here");
    if (list.current && here)
      list.current.scrollLeft = here.offsetLeft - (list.current.clientWidth - here.clientWidth) / 2;
  }, [shown]);
  return (
    <aside class="outline">
      <nav aria-label={t(DOSSIER.parts)}>
        <p class="outline-ref">{one.case.ref}</p>
        <ol ref={list}>
          {PARTS.filter(({ below }) => !below || inAssessment).map(({ name, number, words, below }) => {
            const isHere = name === shown && (below === true || name !== "elements");
            return (
              <li key={number} class={`${below ? "below" : ""}${isHere ? " here" : ""}`}>
                <a
                  href={`/dossier?case=${one.id}&part=${name}`}
                  aria-current={isHere ? "page" : undefined}
                  onClick={(event) => {
                    event.preventDefault();
                    go("dossier", { case: one.id, part: name });
                  }}
                >
                  <span class="n">{number}</span>
                  {t(words)}
                </a>
              </li>
            );
          })}
        </ol>
      </nav>
      <BundleBox />
      <p>
        <a
          href="/dossier"
          onClick={(event) => {
            event.preventDefault();
            go("dossier");
          }}
        >
          {t(DOSSIER.back)}
        </a>
      </p>
    </aside>
  );
}

/** The last dossier: sealed only where its bundle was verified. */
function BundleBox() {
  const last = dossiers.value.findLast(({ verified }) => verified !== undefined);
  if (!last?.verified) return null;
  const { ok, files, fails } = last.verified;
  return (
    <div class="bundle-box">
      <p>
        {ok ? <Seal /> : <FindingMark kind="fails" bare />} <b>{t(DOSSIER.bundle)}</b>
      </p>
      <p class="quiet">{ok ? t(DOSSIER.verified, { n: files }) : t(DOSSIER.notVerified, { n: fails })}</p>
      <p>
        <a class="button primary" href={`/api/v1/dossiers/${last.id}/files/dossier.pdf`} download="">
          PDF
        </a>{" "}
        <a class="button" href={`/api/v1/dossiers/${last.id}/files/bundle.zip`} download="">
          ZIP
        </a>
      </p>
    </div>
  );
}
