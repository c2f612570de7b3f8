/**
 * Midjourney: prompt, flags and job number in `Description`, the account's name in `Author`. No seed is written unless the
 * user typed one, and the models run nowhere else.
 * @see https://docs.midjourney.com/docs/parameter-list
 */

import { type Account, type Draft, draftAccount } from "./account.ts";
import { type Entry, type Evidence, entryOf, type Generator } from "./generator.ts";
import { privateFinding } from "./private-data.ts";
import { nameOf, seedOf, textOf } from "./values.ts";

/** The job's number ends the text; what stands before it is as the user typed it. */
const JOB = /(?<!\S)Job ID: ([0-9a-f]{8}-[0-9a-f-]{27})$/i;

/** A flag begins a word with two dashes, which phones turn into one long dash. */
const FLAG = /(?:^|\s)(?:--|—)([a-z][a-z0-9]*)(?=\s|$)/gi;

/** Images of Midjourney. */
export const midjourney: Generator = {
  name: "midjourney",
  read(evidence) {
    const entry = entryOf(evidence, /^(?:Description|ImageDescription)$/, (text) => JOB.test(text.trimEnd()));
    return entry ? [account(entry, evidence)] : [];
  },
};

function account(entry: Entry, evidence: Evidence): Account {
  const draft = draftAccount("midjourney", entry.index);
  const text = entry.block.text!.trimEnd();
  const job = JOB.exec(text)!;
  const typed = text.slice(0, job.index).trimEnd();
  const flags = flagsOf(typed);
  const end = flags[0]?.from ?? typed.length;
  draft.say("/dialect", "plain", { status: "derived" });
  draft.say("/prompt/positive", textOf(typed.slice(0, end)), { span: [0, end] });
  if (flags.length > 0) draft.say("/prompt/template", textOf(typed), { span: [0, typed.length] });
  for (const flag of flags) sayFlag(draft, flag);
  draft.say("/extra/jobId", job[1], { span: [text.length - job[1]!.length, text.length] });
  draft.find(privateFinding("account", { block: entry.index, pointer: "/extra/jobId" }));
  images(draft, typed);
  companions(draft, evidence);
  return draft.done("recipe");
}

interface Flag {
  readonly name: string;
  readonly value: string;
  /** Where the flag begins and where its value ends, in the text. */
  readonly from: number;
  readonly to: number;
}

function flagsOf(typed: string): Flag[] {
  const heads = [...typed.matchAll(FLAG)];
  return heads.map((head, i) => {
    const to = heads[i + 1]?.index ?? typed.length;
    const value = typed.slice(head.index + head[0].length, to).trim();
    return { name: head[1]!.toLowerCase(), value, from: head.index, to };
  });
}

/** `--no` is the negative prompt, `--v` and `--niji` choose the model; the others have no place in a recipe. */
function sayFlag(draft: Draft, { name, value, from, to }: Flag): void {
  const hint = { span: [from, to] as const };
  if (name === "no") draft.say("/prompt/negative", value, hint);
  else if (name === "seed") draft.say("/seed", seedOf(value), hint);
  else if (name === "v" || name === "version") draft.say("/models/0", modelRef(`Midjourney v${value}`), hint);
  else if (name === "niji") draft.say("/models/0", modelRef(`Niji ${value}`.trim()), hint);
  else draft.say(`/extra/${name}`, value === "" ? true : value, hint);
}

function modelRef(name: string): { role: string; name: string; hashes: never[] } {
  return { role: "checkpoint", name, hashes: [] };
}

/** Addresses before the prompt are images to start from. */
function images(draft: Draft, typed: string): void {
  let from = 0;
  for (let i = 0; i < 16; i++) {
    const url = /^\s{0,64}(https?:\/\/\S{1,2048})/.exec(typed.slice(from, from + 2176));
    if (!url) return;
    const to = from + url[0].length;
    draft.say(`/inputs/${i}`, { role: "reference", name: url[1]! }, { span: [to - url[1]!.length, to] });
    from = to;
  }
}

/** Author, time and the image's number in XMP. */
function companions(draft: Draft, evidence: Evidence): void {
  const [author, time] = [entryOf(evidence, /^(?:Author|Artist)$/), entryOf(evidence, "Creation Time")];
  const xmp = entryOf(evidence, /xmp/i, (text) => text.includes("DigImageGUID"));
  if (author && nameOf(author.block.text)) {
    draft.say("/extra/author", nameOf(author.block.text), { block: author.index });
    draft.find(privateFinding("account", { block: author.index, pointer: "/extra/author" }));
  }
  const parsed = Date.parse(time?.block.text ?? "");
  if (time && Number.isFinite(parsed) && /GMT|UTC|Z$/.test(time.block.text!)) {
    draft.say("/time", new Date(parsed).toISOString(), { block: time.index });
  }
  const guid = /DigImageGUID(?:="|>)([\w-]{1,128})/.exec(xmp?.block.text ?? "")?.[1];
  if (xmp) draft.say("/extra/digImageGuid", guid, { block: xmp.index });
}
