/** The examination of the image in question: begun with one press, how far it is, which facts it measured, and why not the others. */

import { EXAMINATION, type Examined, type ExperimentOutcome, examinedFacts } from "../../doctrine/examination.ts";
import { factName, factValueText } from "../../doctrine/explain.ts";
import type { ExaminationTask } from "../../server/cases/examination-task.ts";
import { faultWords } from "../faults.ts";
import { t } from "../language.ts";
import { GradeBadge } from "../parts/badges.tsx";
import { Icon } from "../parts/icon.tsx";
import { TableHead } from "../parts/table-head.tsx";
import { link } from "../server.ts";
import { run } from "../toast.ts";
import { current, examinations, examine, stopExamination } from "./state.ts";
import { DOSSIER, STATES } from "./texts.ts";

/** The section. */
export function Examine() {
  const { exhibits } = current.value!.case;
  const hasImage = exhibits.some(({ role }) => role === "image");
  const last = examinations.value.at(-1);
  const isBusy = last?.state === "queued" || last?.state === "running";
  return (
    <section class="examination" aria-labelledby="examination-title">
      <h3 id="examination-title">{t(DOSSIER.examination)}</h3>
      <p class="note">{t(DOSSIER.examinationNote)}</p>
      <p class="actions">
        <button type="button" class="button" disabled={isBusy || !hasImage} onClick={() => run(examine)}>
          <Icon name="reproduce" /> {t(DOSSIER.examine)}
        </button>
        {hasImage ? null : <span class="note">{t(DOSSIER.examineNeeds)}</span>}
      </p>
      {last ? <Outcome task={last} isBusy={isBusy} /> : null}
    </section>
  );
}

function Outcome({ task, isBusy }: { readonly task: ExaminationTask; readonly isBusy: boolean }) {
  const { id, at, state, stage, error, experiments = [] } = task;
  return (
    <>
      <p>
        {at.slice(0, 19).replace("T", " ")} UTC <span class="quiet">{t(STATES[state])}</span>{" "}
        {isBusy ? (
          <button type="button" class="button" onClick={() => run(() => stopExamination(id))}>
            {t(DOSSIER.stop)}
          </button>
        ) : null}
      </p>
      {isBusy ? <Progress stage={stage} /> : null}
      {error ? (
        <p role="alert">
          {faultWords(error)} <span class="mono quiet">{error.code}</span>
        </p>
      ) : null}
      <Experiments all={experiments} />
      {isBusy || experiments.length === 0 ? null : <Answers all={examinedFacts(experiments, current.value!.facts)} />}
    </>
  );
}

function Progress({ stage }: { readonly stage: string | undefined }) {
  const place = stage === "measuring" ? EXAMINATION.length : EXAMINATION.findIndex(({ name }) => name === stage);
  const words = stage === "measuring" ? DOSSIER.measuring : EXAMINATION[place]?.words;
  const max = EXAMINATION.length + 1;
  return (
    <div role="status">
      <progress aria-label={t(DOSSIER.examination)} {...(place >= 0 && { max, value: place })} />{" "}
      {words ? `${t(words)} · ${t(DOSSIER.stepOf, { n: place + 1, all: max })}` : ""}
      {link.value === "gone" ? <p>{t(DOSSIER.examinationGone)}</p> : null}
    </div>
  );
}

function Experiments({ all }: { readonly all: readonly ExperimentOutcome[] }) {
  return (
    <ul class="experiments">
      {all.map((one) => (
        <li key={one.name}>
          <b>{t(EXAMINATION.find(({ name }) => name === one.name)!.words)}</b>{" "}
          <span class="note">
            {t(stateOf(one))} {one.exhibit ?? ""}
          </span>
        </li>
      ))}
    </ul>
  );
}

function stateOf({ skipped, exhibit }: ExperimentOutcome) {
  if (skipped === "made") return DOSSIER.experimentMade;
  if (skipped === "not-reproducible") return DOSSIER.experimentLeftOut;
  return exhibit === undefined ? DOSSIER.experimentFailed : DOSSIER.experimentDone;
}

function Answers({ all }: { readonly all: readonly Examined[] }) {
  const words = t(DOSSIER.answered, { n: all.filter((one) => "fact" in one).length, all: all.length });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and the keyboard must be able to
    <div class="scroll" tabIndex={0} role="region" aria-label={words}>
      <table>
        <caption>{words}</caption>
        <TableHead of={[DOSSIER.fact, DOSSIER.value, DOSSIER.exhibit]} />
        <tbody>
          {all.map((one) => (
            <tr key={one.key}>
              <th scope="row">
                <GradeBadge grade={"fact" in one ? one.fact.grade : "U"} /> {t(factName(one.key))}
              </th>
              {"fact" in one ? <td>{t(factValueText(one.fact))}</td> : <td class="note">{t(one.why)}</td>}
              <td>{"fact" in one ? one.fact.exhibit : ""}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
