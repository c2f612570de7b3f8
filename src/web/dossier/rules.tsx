/** The rules that a case is assessed under, and the numbers that they leave open. */

import { useState } from "preact/hooks";
import { THREE_RULES } from "../../doctrine/comparison.ts";
import { t } from "../language.ts";
import { run, say } from "../toast.ts";
import { changeHead, current, doctrine, type RuleHead } from "./state.ts";
import { DOSSIER } from "./texts.ts";

/** The part. */
export function Rules() {
  const all = doctrine.value?.rules ?? [];
  const { rules } = current.value!.case;
  const used = rules ?? all.map(({ id }) => id);
  const [chosen, setChosen] = useState<readonly string[]>(used);
  const isChanged = chosen.length !== used.length || chosen.some((id) => !used.includes(id));
  return (
    <>
      <h2 id="sheet-title">{t(DOSSIER.chooseRules)}</h2>
      <p class="lead">{t(DOSSIER.rulesNote)}</p>
      <p class="actions">
        <button type="button" class="button" onClick={() => setChosen(all.map(({ id }) => id))}>
          {t(DOSSIER.allRules)}
        </button>
        <button type="button" class="button" onClick={() => setChosen([...THREE_RULES])}>
          {t(DOSSIER.threeRules)}
        </button>
        <button
          type="button"
          class="button primary"
          disabled={!isChanged || chosen.length === 0}
          onClick={() => run(() => changeHead({ rules: all.map(({ id }) => id).filter((id) => chosen.includes(id)) }))}
        >
          {t(DOSSIER.useRules)}
        </button>
      </p>
      <ul class="rule-list">
        {all.map(({ id, title, level, asOf, jurisdiction }) => (
          <li key={id}>
            <label>
              <input
                type="checkbox"
                checked={chosen.includes(id)}
                onChange={({ currentTarget: { checked } }) =>
                  setChosen(checked ? [...chosen, id] : chosen.filter((one) => one !== id))
                }
              />
              <span>
                <b>{t(title)}</b>
                <span class="note">
                  {jurisdiction} · {t(level)} · {t(DOSSIER.asOf, { date: asOf })}
                </span>
              </span>
            </label>
          </li>
        ))}
      </ul>
      <Parameters rules={all.filter(({ id, parameters }) => used.includes(id) && parameters.length > 0)} />
    </>
  );
}

function Parameters({ rules }: { readonly rules: readonly RuleHead[] }) {
  if (rules.length === 0) return null;
  return (
    <section>
      <h3>
        {t(DOSSIER.param)} <small>{t(DOSSIER.paramNote)}</small>
      </h3>
      {rules.map((rule) => (
        <div key={rule.id} class="params">
          <h4>{t(rule.short)}</h4>
          {rule.parameters.map((parameter) => (
            <Parameter key={parameter.name} rule={rule.id} parameter={parameter} />
          ))}
        </div>
      ))}
    </section>
  );
}

function Parameter({ rule, parameter }: { readonly rule: string; readonly parameter: RuleHead["parameters"][number] }) {
  const { name, value, why, settable } = parameter;
  const all = current.value!.case.parameters ?? {};
  const own = all[rule]?.[name];
  const [number, setNumber] = useState(String(own?.value ?? value));
  const [reason, setReason] = useState(own?.why ?? "");
  const { [name]: _, ...others } = all[rule] ?? {};
  const set = (event: Event): void => {
    event.preventDefault();
    if (reason.trim() === "") {
      say(t(DOSSIER.needReason));
      return;
    }
    const choice = { value: Number(number), why: reason.trim() };
    run(() => changeHead({ parameters: { ...all, [rule]: { ...others, [name]: choice } } }));
  };
  return (
    <form class="case-fields in-row" onSubmit={set}>
      <p class="param">
        <b class="mono">{name}</b> {own ? <span class="tag plain">{t(DOSSIER.chosen)}</span> : null}
        <span class="note">
          {value}: {t(why)}
        </span>
      </p>
      {settable ? (
        <>
          <label class="short">
            <span>{t(DOSSIER.value)}</span>
            <input
              type="number"
              step="any"
              required
              value={number}
              onInput={({ currentTarget }) => setNumber(currentTarget.value)}
            />
          </label>
          <label class="long">
            <span>{t(DOSSIER.reason)}</span>
            <input value={reason} maxLength={2000} onInput={({ currentTarget }) => setReason(currentTarget.value)} />
          </label>
          <button type="submit" class="button">
            {t(DOSSIER.set)}
          </button>
          {own ? (
            <button
              type="button"
              class="button"
              onClick={() => {
                setNumber(String(value));
                setReason("");
                run(() => changeHead({ parameters: { ...all, [rule]: others } }));
              }}
            >
              {t(DOSSIER.unset)}
            </button>
          ) : null}
        </>
      ) : (
        <span class="note">{t(DOSSIER.fixed)}</span>
      )}
    </form>
  );
}
