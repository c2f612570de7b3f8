/** The form, shaped as A1111's, with its names and icons. */

import { useRef } from "preact/hooks";
import type { Text } from "../../base/texts.ts";
import { networkTags } from "../../recipe/prompt/networks.ts";
import { samplerIn, schedulerIn } from "../../recipe/samplers.ts";
import { t } from "../language.ts";
import { Icon } from "../parts/icon.tsx";
import { Menu } from "../parts/menu.tsx";
import { readInThread } from "../read/reading-client.ts";
import { status } from "../server.ts";
import { say } from "../toast.ts";
import { GridAxes } from "./axes.tsx";
import { hasWord, withTagWeight, withWord } from "./form-recipe.ts";
import { GenerateButtons } from "./generate-buttons.tsx";
import { InitImage } from "./init-image.tsx";
import {
  askEmbedded,
  change,
  engine,
  form,
  image,
  jobs,
  offered,
  takeRecipe,
  triggers,
  undo,
  type Way,
  wanted,
  way,
} from "./state.ts";
import { STUDIO } from "./texts.ts";

const WAYS: readonly Way[] = ["txt2img", "img2img", "inpaint", "xyz"];

/** The pane. */
export function FormPane() {
  return (
    <div class="form-pane">
      <div class="ways" role="tablist" aria-label={t(STUDIO.ways)}>
        {WAYS.map((one) => (
          <button key={one} type="button" role="tab" aria-selected={way.value === one} onClick={() => choose(one)}>
            {t(STUDIO[one])}
          </button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keys of the fields inside */}
      <div class="fields" onKeyDown={keys}>
        <ModelField />
        {way.value === "img2img" || way.value === "inpaint" ? <InitImage /> : null}
        <PromptFields />
        <Settings />
        {way.value === "xyz" ? <GridAxes /> : null}
        <Loras />
        <GenerateButtons />
      </div>
    </div>
  );
}

function choose(to: Way): void {
  way.value = to;
}

/** Control and Z takes the last change of the form back, once a text field has nothing of its own to take back. */
function keys(event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || target.tagName === "TEXTAREA") return;
  event.preventDefault();
  undo();
}

function ModelField() {
  const models = offered.value?.models ?? [];
  const isEmbedded = engine.value === "reference" || engine.value === "fast";
  if (isEmbedded && offered.value && models.length === 0) {
    return (
      <div class="no-model">
        <h3>{t(STUDIO.noModel)}</h3>
        <p>{t(STUDIO.noModelText, { folder: `${status.value?.home ?? ""}/models` })}</p>
        <button type="button" class="button" onClick={askEmbedded}>
          <Icon name="again" /> {t(STUDIO.lookAgain)}
        </button>
      </div>
    );
  }
  const named = wanted.value?.name ?? wanted.value?.hashes[0]?.value;
  return (
    <>
      <Select
        label={STUDIO.model}
        value={form.value.model}
        options={models.map(({ name }) => [name, name] as const)}
        onChange={(model) => {
          wanted.value = undefined;
          change({ model });
        }}
      />
      {named !== undefined && models.length > 0 ? (
        <p class="note other-model" role="status">
          {t(STUDIO.otherModel, { named, model: form.value.model })}
        </p>
      ) : null}
    </>
  );
}

/** A choice with its label above. */
function Select(props: {
  readonly label: Text;
  readonly value: string;
  readonly options: readonly (readonly [value: string, words: string])[];
  readonly onChange: (value: string) => void;
}) {
  const { label, value, options, onChange } = props;
  const isKnown = options.some(([one]) => one === value);
  return (
    <label class="field select">
      <span>{t(label)}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {isKnown ? null : <option value={value}>{value === "" ? "–" : value}</option>}
        {options.map(([one, words]) => (
          <option key={one} value={one}>
            {words}
          </option>
        ))}
      </select>
      <Icon name="chevronDown" />
    </label>
  );
}

function PromptFields() {
  const { prompt, negative } = form.value;
  const terms = (text: string): string => {
    const n = text.split(/[,，]/).filter((part) => part.trim() !== "").length;
    return n === 1 ? t(STUDIO.oneWord) : t(STUDIO.words, { n });
  };
  return (
    <>
      <div class="field prompt-field">
        <div class="row-head">
          <label for="prompt">
            <b>{t(STUDIO.prompt)}</b> <span class="note">{terms(prompt)}</span>
          </label>
          <span class="tools">
            <IconButton icon="pasteArrow" words={STUDIO.paste} act={paste} />
            <IconButton icon="history" words={STUDIO.last} act={takeLast} disabled={jobs.value.length === 0} />
            <IconButton icon="eraser" words={STUDIO.clear} act={() => change({ prompt: "", negative: "" })} />
          </span>
        </div>
        <textarea
          id="prompt"
          class="mono"
          rows={3}
          value={prompt}
          spellcheck={false}
          onInput={(event) => change({ prompt: event.currentTarget.value })}
        />
      </div>
      <div class="field prompt-field">
        <label for="negative">
          <b>{t(STUDIO.negative)}</b> <span class="note">{terms(negative)}</span>
        </label>
        <textarea
          id="negative"
          class="mono"
          rows={2}
          value={negative}
          spellcheck={false}
          onInput={(event) => change({ negative: event.currentTarget.value })}
        />
      </div>
    </>
  );
}

function IconButton(props: {
  readonly icon: Parameters<typeof Icon>[0]["name"];
  readonly words: Text;
  readonly act: () => unknown;
  readonly disabled?: boolean;
}) {
  const { icon, words, act, disabled = false } = props;
  return (
    <button
      type="button"
      class="icon-button"
      aria-label={t(words)}
      title={t(words)}
      disabled={disabled}
      onClick={() => void act()}
    >
      <Icon name={icon} />
    </button>
  );
}

/** As A1111's arrow: generation data in the prompt field, else in the clipboard, fills the form. */
async function paste(): Promise<void> {
  const typed = form.value.prompt;
  const text = /^\s*Steps: \d+/m.test(typed) ? typed : await navigator.clipboard.readText().catch(() => "");
  const answer = await readInThread("", text);
  const recipe = "reading" in answer ? answer.reading.recipe : undefined;
  if (!recipe || recipe.passes.length === 0) return say(t(STUDIO.nothingToPaste));
  takeRecipe(recipe, true);
  say(t(STUDIO.pasted));
}

function takeLast(): void {
  const last = jobs.value.at(-1);
  if (last) takeRecipe(last.recipe, true);
}

/** Samplers and schedules under A1111's names where it has one. */
function named(ids: readonly string[] | undefined, nameOf: (id: string) => string | undefined, value: string) {
  return (ids ?? [value]).map((id) => {
    const name = nameOf(id) ?? id;
    return [name, name] as const;
  });
}

function Settings() {
  const { sampler, schedule, steps, cfg, seed, width, height, count, vae, clipSkip, noise, denoise } = form.value;
  const fromImage = way.value === "img2img" || way.value === "inpaint";
  const vaes = [["", t(STUDIO.ofModel)] as const, ...(offered.value?.vaes ?? []).map((one) => [one, one] as const)];
  return (
    <div class="settings">
      <Select
        label={STUDIO.sampler}
        value={sampler}
        options={named(offered.value?.samplers, (id) => samplerIn(id, "a1111"), sampler)}
        onChange={(to) => change({ sampler: to })}
      />
      <Select
        label={STUDIO.schedule}
        value={schedule}
        options={named(offered.value?.schedules, (id) => schedulerIn(id, "a1111"), schedule)}
        onChange={(to) => change({ schedule: to })}
      />
      <Slider label={STUDIO.steps} value={steps} min={1} max={150} step={1} onChange={(to) => change({ steps: to })} />
      <Slider label={STUDIO.cfg} value={cfg} min={1} max={30} step={0.5} onChange={(to) => change({ cfg: to })} />
      {fromImage ? (
        <Slider
          label={STUDIO.denoise}
          value={denoise}
          min={0.05}
          max={1}
          step={0.05}
          wide
          onChange={(to) => change({ denoise: to })}
        />
      ) : null}
      <div class="row three">
        <div class="field">
          <label for="seed">{t(STUDIO.seed)}</label>
          <span class="with-icons">
            <input
              id="seed"
              inputMode="numeric"
              value={seed}
              onChange={(event) => {
                const typed = event.currentTarget.value.trim();
                const isSeed = typed === "-1" || (/^\d{1,20}$/.test(typed) && BigInt(typed) < 1n << 64n);
                change({ seed: isSeed ? typed : seed });
                event.currentTarget.value = isSeed ? typed : seed;
              }}
            />
            <IconButton icon="dice" words={STUDIO.dice} act={() => change({ seed: "-1" })} />
            <IconButton
              icon="recycle"
              words={STUDIO.reuse}
              act={() => image.value && change({ seed: image.value.seed })}
              disabled={!image.value}
            />
          </span>
        </div>
        <div class="field" role="group" aria-label={t(STUDIO.size)}>
          <span>{t(STUDIO.size)}</span>
          <span class="with-icons size">
            <Whole
              label={STUDIO.width}
              value={width}
              min={8}
              max={8192}
              step={8}
              onChange={(to) => change({ width: to })}
              disabled={fromImage}
            />
            <i>×</i>
            <Whole
              label={STUDIO.height}
              value={height}
              min={8}
              max={8192}
              step={8}
              onChange={(to) => change({ height: to })}
              disabled={fromImage}
            />
            <IconButton
              icon="swap"
              words={STUDIO.swap}
              act={() => change({ width: height, height: width })}
              disabled={fromImage}
            />
          </span>
        </div>
        <div class="field">
          <span aria-hidden="true">{t(STUDIO.count)}</span>
          <Whole
            label={STUDIO.count}
            value={count}
            min={1}
            max={100}
            step={1}
            onChange={(to) => change({ count: to })}
            disabled={way.value === "xyz"}
          />
        </div>
      </div>
      <div class="row three">
        <Select label={STUDIO.vae} value={vae} options={vaes} onChange={(to) => change({ vae: to })} />
        <div class="field">
          <span aria-hidden="true">{t(STUDIO.clipSkip)}</span>
          <Whole
            label={STUDIO.clipSkip}
            value={clipSkip}
            min={1}
            max={12}
            step={1}
            onChange={(to) => change({ clipSkip: to })}
          />
        </div>
        <Select
          label={STUDIO.noise}
          value={noise}
          options={[
            ["cpu", "CPU"],
            ["nv", "NV"],
          ]}
          onChange={(to) => change({ noise: to === "nv" ? "nv" : "cpu" })}
        />
      </div>
    </div>
  );
}

function Whole(props: {
  readonly label: Text;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly disabled?: boolean;
  readonly onChange: (value: number) => void;
}) {
  const { label, value, min, max, step, disabled = false, onChange } = props;
  return (
    <input
      type="number"
      aria-label={t(label)}
      {...{ value, min, max, step, disabled }}
      onChange={(event) => {
        const typed = event.currentTarget.valueAsNumber;
        const fit = Number.isFinite(typed) ? Math.min(max, Math.max(min, Math.round(typed / step) * step)) : value;
        event.currentTarget.value = String(fit);
        onChange(fit);
      }}
    />
  );
}

function Slider(props: {
  readonly label: Text;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly wide?: boolean;
  readonly onChange: (value: number) => void;
}) {
  const { label, value, min, max, step, wide = false, onChange } = props;
  const draft = useRef<HTMLInputElement>(null);
  const share = ((value - min) / (max - min)) * 100;
  const within = (typed: number): number => (Number.isFinite(typed) ? Math.min(max, Math.max(min, typed)) : value);
  return (
    <div class={`field slider${wide ? " wide" : ""}`}>
      <span class="slider-head">
        <span aria-hidden="true">{t(label)}</span>
        <input
          type="number"
          aria-label={t(label)}
          {...{ value, min, max, step }}
          onChange={(event) => onChange(within(event.currentTarget.valueAsNumber))}
        />
      </span>
      <input
        type="range"
        ref={draft}
        aria-label={t(label)}
        {...{ value, min, max, step }}
        style={{ "--share": `${share}%` }}
        onInput={(event) => onChange(event.currentTarget.valueAsNumber)}
      />
    </div>
  );
}

/** LoRAs of the prompt, with their weights, and those that can be added. */
function Loras() {
  const here = offered.value?.adapters ?? [];
  const tags = networkTags(form.value.prompt);
  if (here.length === 0 && tags.length === 0) return null;
  const put = (name: string, weight: number): void =>
    change({ prompt: withTagWeight(form.value.prompt, name, Number(weight.toFixed(2))) });
  const free = here.filter((name) => !tags.some((tag) => tag.name === name));
  return (
    <section class="loras">
      <div class="row-head">
        <h2>{t(STUDIO.lora)}</h2>
        <span class="note">{t(STUDIO.loraCount, { used: tags.length, all: here.length })}</span>
        <span class="tools">
          {free.length > 0 ? (
            <Menu label={t(STUDIO.add)} items={free.map((name) => ({ label: name, act: () => put(name, 1) }))} />
          ) : null}
        </span>
      </div>
      <ul>
        {tags.map(({ name, weight = 1 }) => (
          <li key={name}>
            <b>{name}</b>
            {here.includes(name) ? null : <span class="tag ochre">{t(STUDIO.notHere)}</span>}
            <span class="joined stepper">
              <button
                type="button"
                aria-label={t(STUDIO.less, { name })}
                onClick={() => put(name, weight - 0.1 || -0.1)}
              >
                −
              </button>
              <span>{weight}</span>
              <button
                type="button"
                aria-label={t(STUDIO.more, { name })}
                onClick={() => put(name, weight + 0.1 || 0.1)}
              >
                +
              </button>
            </span>
            <button
              type="button"
              class="icon-button"
              aria-label={t(STUDIO.remove, { name })}
              onClick={() => put(name, 0)}
            >
              <Icon name="close" />
            </button>
            <Triggers name={name} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Words of the adapter's metadata; one that the prompt lacks goes into it. Connected programs have files of their own. */
function Triggers({ name }: { readonly name: string }) {
  const isOwn = engine.value === "reference" || engine.value === "fast";
  const words = isOwn && Object.hasOwn(triggers.value, name) ? triggers.value[name]! : [];
  if (words.length === 0) return null;
  const { prompt } = form.value;
  return (
    <span class="triggers" role="group" aria-label={t(STUDIO.triggers, { name })}>
      <span class="note" aria-hidden="true">
        {t(STUDIO.triggerWords)}
      </span>
      {words.map((word) => {
        const isThere = hasWord(prompt, word);
        return (
          <button
            key={word}
            type="button"
            title={t(STUDIO.triggers, { name })}
            disabled={isThere}
            onClick={() => change({ prompt: withWord(prompt, word) })}
          >
            <Icon name={isThere ? "check" : "plus"} />
            {word}
          </button>
        );
      })}
    </span>
  );
}
