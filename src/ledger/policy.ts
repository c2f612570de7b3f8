/** Witness policies: which cosignatures are enough. C2SP tlog-policy. */

import { equalBytes } from "../base/bytes.ts";
import { SeedproofError } from "../base/errors.ts";
import type { CosignatureCheck } from "./cosignature.ts";
import { checkCosignature } from "./cosignature.ts";
import type { Note, VerifierKey } from "./note.ts";
import { KEY_TYPES, parseVkey } from "./note.ts";

/** A set of witnesses and groups of which `needed` must have signed. */
export interface Group {
  readonly needed: number;
  readonly members: readonly string[];
}

/** Logs and witnesses that a reader trusts, and how many witnesses it asks for. */
export interface Policy {
  readonly logs: readonly VerifierKey[];
  readonly witnesses: ReadonlyMap<string, VerifierKey>;
  readonly groups: ReadonlyMap<string, Group>;
  /** Name of a witness or group, or `none`. */
  readonly quorum: string;
}

/** Characters of a policy, at most. Real ones have tens of lines. CWE-770. */
const MAX_POLICY_CHARS = 100_000;

interface Draft {
  readonly logs: VerifierKey[];
  readonly witnesses: Map<string, VerifierKey>;
  readonly groups: Map<string, Group>;
  /** Names that are a member of a group already: each counts in one place only. */
  readonly used: Set<string>;
  quorum: string | undefined;
}

/**
 * Reads a policy. Groups may only name what stands above them, so that no group contains itself.
 * @throws SeedproofError `ledger.policy-malformed` with the line, `ledger.key-malformed`
 */
export function parsePolicy(text: string): Policy {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the specification allows only tab and newline
  if (text.length > MAX_POLICY_CHARS || /[\u0000-\u0008\u000b-\u001f\u007f]/.test(text)) {
    throw new SeedproofError("ledger.policy-malformed", "the policy is too long or holds control characters");
  }
  const draft: Draft = { logs: [], witnesses: new Map(), groups: new Map(), used: new Set(), quorum: undefined };
  text.split("\n").forEach((line, i) => {
    const words = line.split(/[ \t]+/).filter((word) => word !== "");
    const wrong = words.length === 0 || words[0]!.startsWith("#") ? undefined : readLine(draft, words);
    if (wrong) throw new SeedproofError("ledger.policy-malformed", `line ${i + 1}: ${wrong}`);
  });
  const { quorum, ...rest } = draft;
  if (quorum === undefined) throw new SeedproofError("ledger.policy-malformed", "a policy has a quorum line");
  return { ...rest, quorum };
}

/** Takes one line into the draft, or says what is wrong with it. */
function readLine(draft: Draft, words: readonly string[]): string | undefined {
  const [word, name, what] = words;
  if (word === "log" && name && words.length <= 3) return addLog(draft, parseVkey(name));
  if (word === "witness" && name && what && words.length <= 4) return addWitness(draft, name, parseVkey(what));
  if (word === "group" && name && what) return addGroup(draft, name, what, words.slice(3));
  if (word === "quorum" && name && words.length === 2) {
    if (draft.quorum !== undefined || (name !== "none" && !known(draft, name)))
      return "one quorum names what is above it";
    draft.quorum = name;
    return undefined;
  }
  return "a line is a log, a witness, a group or a quorum";
}

function addLog({ logs }: Draft, key: VerifierKey): string | undefined {
  if (logs.some((other) => equalBytes(other.publicKey, key.publicKey))) return "a log stands here twice";
  logs.push(key);
  return undefined;
}

function addWitness(draft: Draft, name: string, key: VerifierKey): string | undefined {
  if (name === "none" || known(draft, name)) return `the name ${name} is taken`;
  if (key.type !== KEY_TYPES.cosignature) return "a witness has a cosignature key";
  const twice = [...draft.witnesses.values()].some((other) => equalBytes(other.publicKey, key.publicKey));
  if (twice) return "a witness key stands here twice";
  draft.witnesses.set(name, key);
  return undefined;
}

function addGroup(draft: Draft, name: string, what: string, members: readonly string[]): string | undefined {
  if (name === "none" || known(draft, name)) return `the name ${name} is taken`;
  const free = members.every((member, i) => known(draft, member) && members.indexOf(member) === i);
  if (!free || members.some((member) => draft.used.has(member))) return "a group names what is above it, each once";
  const needed = what === "all" ? members.length : what === "any" ? 1 : /^[1-9]\d{0,5}$/.test(what) ? Number(what) : 0;
  if (needed < 1 || needed > members.length) return "a group asks for any, all, or a number of its members";
  for (const member of members) draft.used.add(member);
  draft.groups.set(name, { needed, members });
  return undefined;
}

function known({ witnesses, groups }: Draft, name: string): boolean {
  return witnesses.has(name) || groups.has(name);
}

/** What a policy says of one note. */
export interface PolicyCheck {
  readonly met: boolean;
  /** By the witness's name in the policy. */
  readonly cosignatures: ReadonlyMap<string, CosignatureCheck>;
}

/** Checks a note's cosignatures against a policy. */
export function checkPolicy(note: Note, policy: Policy): PolicyCheck {
  const cosignatures = new Map([...policy.witnesses].map(([name, key]) => [name, checkCosignature(note, key)]));
  const met = new Map([...cosignatures].map(([name, check]) => [name, check.status === "good"]));
  for (const [name, { needed, members }] of policy.groups) {
    met.set(name, members.filter((member) => met.get(member)).length >= needed);
  }
  return { met: policy.quorum === "none" || met.get(policy.quorum) === true, cosignatures };
}
