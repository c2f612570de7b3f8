/** What the Dossier screen holds: the cases, the one that is open with its facts and assessment, and the dossiers that were made. */

import { signal } from "@preact/signals";
import type { Finding } from "../../base/findings.ts";
import type { Text } from "../../base/texts.ts";
import type { Case, Exhibit, Said } from "../../doctrine/case.ts";
import type { Fact, FactSource, FactType, FactValue } from "../../doctrine/fact.ts";
import type { CaseAssessment } from "../../server/cases/case-answers.ts";
import type { DossierTask } from "../../server/cases/dossier-task.ts";
import type { ExaminationTask } from "../../server/cases/examination-task.ts";
import type { Fault } from "../faults.ts";
import { keep } from "../keep.ts";
import { go } from "../route.ts";
import { ask, hear, refreshStatus } from "../server.ts";
import { upload } from "../studio/state.ts";
import { withAdded, withTask } from "../tasks.ts";
import { complain } from "../toast.ts";

/** A case in the list. */
export interface CaseHead {
  readonly id: string;
  readonly ref: string;
  readonly title?: Text;
  readonly date?: string;
  readonly exhibits?: number;
  readonly measuredAt?: string;
  readonly error?: { readonly code: string; readonly message: string };
}

/** A fact as it is shown; `said` is its place among what people said. */
export type ShownFact = Fact & { readonly name: Text; readonly text: Text; readonly said?: number };

/** A fact that the rules ask for and nothing answers. */
export interface UnknownFact {
  readonly key: string;
  readonly name: Text;
  readonly source: FactSource;
  readonly sourceText: Text;
  readonly type: FactType;
  readonly values?: readonly string[];
  readonly rules: readonly string[];
}

/** A case as the server tells it. */
export interface CaseShown {
  readonly id: string;
  readonly case: Case;
  readonly measuring: boolean;
  /** Whether every exhibit was seen by the last measuring. */
  readonly measured: boolean;
  readonly measuredAt?: string;
  readonly facts: readonly ShownFact[];
  /** Exhibits that were taken out and can be put back. */
  readonly removed: readonly (Exhibit & { readonly removedAt: string })[];
  readonly unknown: readonly UnknownFact[];
  /** Whether each exhibit is unchanged; comes with the case as a whole. */
  readonly findings?: readonly Finding[];
}

/** A rule as it can be chosen. */
export interface RuleHead {
  readonly id: string;
  readonly title: Text;
  readonly short: Text;
  readonly jurisdiction: string;
  readonly level: Text;
  readonly status: string;
  readonly asOf: string;
  readonly parameters: readonly {
    readonly name: string;
    readonly value: number;
    readonly why: Text;
    readonly settable: boolean;
  }[];
}

/** Rules and facts of this version. */
export interface Doctrine {
  readonly rules: readonly RuleHead[];
  readonly facts: readonly Omit<UnknownFact, "rules">[];
}

/** All cases. */
export const cases = signal<readonly CaseHead[] | undefined>(undefined);
/** The open case. */
export const current = signal<CaseShown | undefined>(undefined);
/** Rules and vocabulary. */
export const doctrine = signal<Doctrine | undefined>(undefined);
/** The open case under its rules; `working` until it is there. */
export const assessment = signal<CaseAssessment | "working" | undefined>(undefined);
/** Dossiers of the open case, oldest first. */
export const dossiers = signal<readonly DossierTask[]>([]);
/** Examinations of the open case, oldest first. */
export const examinations = signal<readonly ExaminationTask[]>([]);
/** Why measuring failed. */
export const measureError = signal<Fault | undefined>(undefined);

/** Asks for the cases anew. */
export async function refreshCases(): Promise<void> {
  const answer = await ask<{ cases: readonly CaseHead[] }>("/cases").catch(() => undefined);
  if (answer) cases.value = answer.cases;
}

/** Opens a case, with everything of it; measures it where a crash came between its exhibits and its facts. */
export async function openCase(id: string): Promise<void> {
  const one = await ask<CaseShown>(`/cases/${id}`);
  current.value = one;
  keep("case", id);
  doctrine.value ??= await ask<Doctrine>("/doctrine");
  dossiers.value = (await ask<{ dossiers: DossierTask[] }>(`/dossiers?case=${id}`)).dossiers.reverse();
  const all = await ask<{ examinations: ExaminationTask[] }>(`/examinations?case=${id}`);
  examinations.value = all.examinations.reverse();
  if (!one.measured && !one.measuring && one.case.exhibits.length > 0) await measure();
  else void assess();
}

/** Closes the open case. */
export function closeCase(): void {
  current.value = undefined;
  assessment.value = undefined;
  dossiers.value = [];
  examinations.value = [];
  lastStep.value = undefined;
  measureError.value = undefined;
}

/** What a new case says. */
export interface NewCase {
  readonly ref: string;
  readonly title: Said;
  readonly date: string;
  readonly questions?: readonly { readonly text: Said }[];
  readonly parties?: readonly { readonly role: string; readonly name: string }[];
}

/** Makes a case and opens it. @throws ServerError */
export async function createCase(made: NewCase): Promise<void> {
  const { id } = await ask<CaseShown>("/cases", { json: made });
  await openCase(id);
  go("dossier", { case: id });
  await refreshCases();
}

/** Changes the open case; what was assessed is assessed anew. @throws ServerError */
export async function changed(path: string, init: Parameters<typeof ask>[1]): Promise<void> {
  const one = current.value;
  if (!one) return;
  const { findings } = one;
  const next = await ask<CaseShown>(`/cases/${one.id}${path}`, init);
  current.value = { ...next, ...(findings && { findings }) };
  if (!next.measuring) void assess();
}

/** A body of JSON that is put. */
function put(json: object): Parameters<typeof ask>[1] {
  return { method: "PUT", body: JSON.stringify(json), headers: { "content-type": "application/json" } };
}

/** Changes the head of the case. @throws ServerError */
export function changeHead(
  part: Partial<Pick<Case, "ref" | "title" | "date" | "rules" | "parameters">> & {
    readonly questions?: readonly { readonly text: Said; readonly facts?: readonly string[] }[];
    readonly parties?: readonly { readonly role: string; readonly name: string }[];
  },
): Promise<void> {
  return changed("", put(part));
}

/** Where an exhibit comes from. */
export interface ExhibitWish {
  readonly role: Exhibit["role"];
  readonly receivedFrom: string;
  readonly receivedAt: string;
  readonly note: string;
}

/** What was done last to the exhibits of the open case, and how it is undone. */
export interface LastStep {
  readonly of: string;
  readonly done: "added" | "removed";
  readonly exhibits: readonly Pick<Exhibit, "id" | "name">[];
}

/** The last step; none after it was undone. */
export const lastStep = signal<LastStep | undefined>(undefined);

/** Adds exhibits by `work`, and remembers which. @throws ServerError */
export async function adding(work: () => Promise<void>): Promise<void> {
  const one = current.value;
  if (!one) return;
  const before = new Set(one.case.exhibits.map(({ id }) => id));
  try {
    await work();
  } finally {
    const now = current.value?.id === one.id ? current.value.case.exhibits : [];
    const exhibits = now.filter(({ id }) => !before.has(id));
    if (exhibits.length > 0) lastStep.value = { of: one.id, done: "added", exhibits };
  }
}

/** Takes an exhibit out; it is kept aside. @throws ServerError */
export async function removeExhibit(exhibit: Pick<Exhibit, "id" | "name">): Promise<void> {
  await takeOut(exhibit);
  if (current.value) lastStep.value = { of: current.value.id, done: "removed", exhibits: [exhibit] };
}

/** Puts back an exhibit that was taken out. @throws ServerError */
export async function restoreExhibit(exhibit: Pick<Exhibit, "id">): Promise<void> {
  await putBack(exhibit);
  lastStep.value = undefined;
}

/** Erases an exhibit that was taken out. @throws ServerError */
export async function eraseExhibit({ id }: Pick<Exhibit, "id">): Promise<void> {
  await changed(`/removed/${id}`, { method: "DELETE" });
  lastStep.value = undefined;
}

/** Undoes the last step: what was added is kept aside, what was taken out is put back. @throws ServerError */
export async function undo(): Promise<void> {
  const step = lastStep.value;
  if (!step || step.of !== current.value?.id) return;
  lastStep.value = undefined;
  for (const exhibit of step.exhibits) await (step.done === "added" ? takeOut : putBack)(exhibit);
}

function takeOut({ id }: Pick<Exhibit, "id">): Promise<void> {
  return changed(`/exhibits/${id}`, { method: "DELETE" });
}

function putBack({ id }: Pick<Exhibit, "id">): Promise<void> {
  return changed(`/removed/${id}/restore`, { json: {} });
}

/** Takes a file into the case: images through the store, all else as it is. @throws ServerError */
export async function addFile(file: File, { role, receivedFrom, receivedAt, note }: ExhibitWish): Promise<void> {
  const query = new URLSearchParams({
    name: file.name || "file",
    role,
    from: receivedFrom,
    at: receivedAt,
    ...(note && { note }),
  });
  await changed(`/exhibits/file?${query}`, { method: "POST", body: file });
}

/** Takes an image of the workspace, or its ledger, into the case. @throws ServerError */
export function addSource(
  source: { readonly of: "image"; readonly image: string; readonly name: string } | { readonly of: "ledger" },
  { note, ...about }: ExhibitWish,
): Promise<void> {
  return changed("/exhibits", { json: { source, ...about, ...(note && { note }) } });
}

/** Enters what a person says. @throws ServerError */
export function sayFact(key: string, value: FactValue, by: string, exhibit?: string): Promise<void> {
  return changed("/facts", { json: { key, value, by, ...(exhibit && { exhibit }) } });
}

/** Measures the open case again. @throws ServerError */
export async function measure(): Promise<void> {
  const one = current.value;
  if (!one) return;
  measureError.value = undefined;
  await ask(`/cases/${one.id}/measure`, { json: {} });
}

/** Assesses the open case under its rules. */
export async function assess(): Promise<void> {
  const one = current.value;
  if (!one) return;
  assessment.value = "working";
  try {
    const found = await ask<CaseAssessment>(`/cases/${one.id}/assessment`);
    if (current.value?.id === one.id) assessment.value = found;
  } catch (error) {
    assessment.value = undefined;
    complain(error);
  }
}

/** Makes the dossier of the open case. @throws ServerError */
export async function makeDossier(languages: readonly ("zh" | "en")[]): Promise<void> {
  const one = current.value;
  if (!one) return;
  const added = await ask<DossierTask>("/dossiers", { json: { case: one.id, languages } });
  if (added.case === current.value?.id) dossiers.value = withAdded(dossiers.value, added);
}

/** Stops the making of a dossier. @throws ServerError */
export async function stopDossier(id: string): Promise<void> {
  await ask(`/dossiers/${id}/stop`, { json: {} });
}

/** Removes a dossier. @throws ServerError */
export async function removeDossier(id: string): Promise<void> {
  await ask(`/dossiers/${id}`, { method: "DELETE" });
  dossiers.value = dossiers.value.filter((one) => one.id !== id);
}

/** Examines the image in question of the open case. @throws ServerError */
export async function examine(): Promise<void> {
  const one = current.value;
  if (!one) return;
  const added = await ask<ExaminationTask>("/examinations", { json: { case: one.id } });
  if (added.case === current.value?.id) examinations.value = withAdded(examinations.value, added);
}

/** Stops an examination; what it found stays. @throws ServerError */
export async function stopExamination(id: string): Promise<void> {
  await ask(`/examinations/${id}/stop`, { json: {} });
}

function heardDossier(one: DossierTask): void {
  if (one.case === current.value?.id) dossiers.value = withTask(dossiers.value, one);
}

function heardExamination(one: ExaminationTask): void {
  if (one.case === current.value?.id) examinations.value = withTask(examinations.value, one);
}

async function heardCase({ id, measuring, error }: { id: string; measuring: boolean; error?: Fault }): Promise<void> {
  const one = current.value;
  if (one?.id !== id) return;
  if (measuring) current.value = { ...one, measuring };
  else {
    measureError.value = error;
    current.value = await ask<CaseShown>(`/cases/${id}`);
    void assess();
  }
}

/** Listens to the server; gives back how to stop. */
export function listen(): () => void {
  const again = (): void => {
    void refreshCases();
    void refreshStatus();
    const id = current.value?.id;
    if (id !== undefined) openCase(id).catch(() => {});
  };
  const all = [
    hear("dossier", (data) => heardDossier(data as DossierTask)),
    hear("examination", (data) => heardExamination(data as ExaminationTask)),
    hear("case", (data) => void heardCase(data as Parameters<typeof heardCase>[0]).catch(() => {})),
    hear("reset", again),
    hear("hello", again),
  ];
  void refreshCases();
  return () => {
    for (const end of all) end();
  };
}

/** An instant as the forms have it, in this computer's zone, and back. */
export function localTime(at = new Date()): string {
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** RFC 3339 of what a form has. */
export function instantOf(local: string): string {
  const at = new Date(local);
  return (Number.isNaN(at.getTime()) ? new Date() : at).toISOString();
}

/** Makes the example: a picture, a cropped copy of it, and what its maker says. */
export async function makeExample(original: Blob, copy: Blob): Promise<void> {
  await createCase({
    ref: "Example 1",
    title: { en: "Example: a picture and its cropped copy", zh: "示例：一幅图像与其裁切副本" },
    date: new Date().toISOString(),
    parties: [
      { role: "claimant", name: "A (example)" },
      { role: "defendant", name: "B (example)" },
    ],
    questions: [
      {
        text: {
          en: "Is the second image a copy of the first, and what was done to it?",
          zh: "第二幅图像是否为第一幅的副本？作了何种处理？",
        },
      },
      { text: { en: "What shows how the first image was made?", zh: "有何材料表明第一幅图像的形成过程？" } },
    ],
  });
  const about = { receivedFrom: "example", receivedAt: new Date().toISOString(), note: "" };
  await addSource({ of: "image", image: await upload(original), name: "field.png" }, { ...about, role: "image" });
  await addSource({ of: "image", image: await upload(copy), name: "field-cropped.jpg" }, { ...about, role: "copy" });
  for (const key of EXAMPLE_CLAIMS) await sayFact(key, true, "A (example)");
  await changed("/declarations", {
    json: {
      by: "A (example)",
      text: {
        en: "I chose the words and the settings, looked at several results, changed the words, and kept this one.",
        zh: "我选定提示词与参数，查看多次结果，修改提示词，最终保留此图。",
      },
    },
  });
}

const EXAMPLE_CLAIMS = [
  "author.natural_or_legal_person",
  "process.presentation_designed",
  "process.prompts_chosen",
  "process.parameters_set",
  "process.selection_made",
] as const;
