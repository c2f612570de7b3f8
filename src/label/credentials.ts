/**
 * What checking Content Credentials came to, on three axes that are kept apart: whether what was signed is what is here, whether the
 * reader has a reason to believe the signer, and whether anybody vouches for the time.
 * @see C2PA Technical Specification 2.2, section 15 (validation) and its table of status codes
 */

import type { Finding, Level } from "../base/findings.ts";
import type { Json, JsonObject } from "../base/json.ts";
import { isObject } from "../base/json.ts";
import { fill, type Text, type TextValues } from "../base/texts.ts";
import { C2PA_LIMITS, type C2paAction, type C2paIngredient } from "../image/c2pa-store.ts";

/** `valid`: signature and bytes agree · `invalid`: something differs · `unverifiable`: a check could not be made. */
export type CredentialsState = "valid" | "invalid" | "unverifiable";

/** `undecided`: the reader has named nobody whom he believes. */
export type CredentialsTrust = "trusted" | "untrusted" | "undecided";

/** A time stamp on the signature. `mismatch`: it is of something else. */
export type CredentialsTime = "trusted" | "untrusted" | "undecided" | "mismatch" | "none";

/** One status code of the validation, as C2PA names it. */
export interface CredentialsResult {
  readonly code: string;
  readonly outcome: "success" | "informational" | "failure";
  /** JUMBF address of what it is about. */
  readonly url?: string;
  readonly explanation?: string;
  /** The ingredient whose own manifest it is about; absent for the active manifest. */
  readonly ingredient?: string;
}

/** One manifest as it was read. */
export interface ReportedManifest {
  readonly label: string;
  readonly active: boolean;
  readonly claimVersion?: number;
  readonly claimGenerator?: string;
  readonly title?: string;
  readonly actions: readonly C2paAction[];
  readonly ingredients: readonly C2paIngredient[];
  readonly assertions: readonly { readonly label: string; readonly data?: Json }[];
  readonly signer?: {
    readonly name?: string;
    readonly issuer?: string;
    readonly serial?: string;
    readonly algorithm?: string;
  };
  /** The time of its time stamp, RFC 3339; see `time` for who vouches for it. */
  readonly stated?: string;
}

/** What the credentials of a file came to. */
export interface CredentialsReport {
  readonly state: CredentialsState;
  readonly trust: CredentialsTrust;
  readonly time: { readonly status: CredentialsTime; readonly stated?: string };
  /** The active manifest last. */
  readonly manifests: readonly ReportedManifest[];
  readonly results: readonly CredentialsResult[];
  readonly findings: readonly Finding[];
}

/** Codes that speak of the signer or of the time, never of what was signed. */
const ABOUT_TRUST = /^(?:signingCredential|timeStamp|timeOfSigning)\b/;

/** Codes of checks that could not be made: nothing was found to differ. */
const NOT_MADE = new Set([
  "algorithm.unsupported",
  "manifest.inaccessible",
  "manifest.unknownProvenance",
  "assertion.inaccessible",
  "ingredient.unknownProvenance",
  "general.error",
]);

const BOUND = /^assertion\.(?:dataHash|bmffHash|boxesHash|collectionHash)\.match$/;

/** @param store - what the validator says of a file, as JSON · @param anchored - whether the reader named anchors */
export function credentialsReport(store: Json, anchored: boolean): CredentialsReport {
  const root = isObject(store) ? store : {};
  const active = textOf(root.active_manifest);
  const all = Object.entries(isObject(root.manifests) ? root.manifests : {}).slice(0, C2PA_LIMITS.manifests);
  const manifests = all
    .map(([label, manifest]) => reported(label, isObject(manifest) ? manifest : {}, label === active))
    .toSorted((a, b) => Number(a.active) - Number(b.active));
  const results = resultsOf(root.validation_results);
  const own = manifests.at(-1);
  const state = stateOf(results);
  const trust = trustOf(results, anchored);
  const stated = own?.stated;
  const time = { status: timeOf(results, anchored, own), ...(stated !== undefined && { stated }) };
  return { state, trust, time, manifests, results, findings: findingsOf({ state, trust, time, results, manifests }) };
}

/**
 * The report on a store that the validator refuses to read at all.
 * @param stopped - where it was the host that ended the validator: the code under which that is told
 */
export function unreadableCredentials(explanation: string, stopped?: `label.c2pa-${string}`): CredentialsReport {
  const results: CredentialsResult[] = [{ code: stopped ?? "general.error", outcome: "failure", explanation }];
  const part = { state: "unverifiable", trust: "undecided", time: { status: "none" }, results, manifests: [] } as const;
  const { code, ...told } = finding("label.c2pa-unverifiable", { why: explanation });
  return { ...part, findings: [{ code: stopped ?? code, ...told }] };
}

function stateOf(results: readonly CredentialsResult[]): CredentialsState {
  const failures = results.filter(({ outcome, code }) => outcome === "failure" && !ABOUT_TRUST.test(code));
  if (failures.some(({ code }) => !NOT_MADE.has(code))) return "invalid";
  const own = new Set(
    results.flatMap(({ outcome, code, ingredient }) => (outcome === "success" && !ingredient ? [code] : [])),
  );
  const bound = [...own].some((code) => BOUND.test(code));
  return failures.length === 0 && bound && own.has("claimSignature.validated") ? "valid" : "unverifiable";
}

function trustOf(results: readonly CredentialsResult[], anchored: boolean): CredentialsTrust {
  const own = results.filter(({ ingredient }) => ingredient === undefined);
  if (own.some(({ code }) => REVOKED.has(code))) return "untrusted";
  if (!anchored) return "undecided";
  const bad = own.some(({ code, outcome }) => outcome === "failure" && code.startsWith("signingCredential"));
  return !bad && own.some(({ code }) => code === "signingCredential.trusted") ? "trusted" : "untrusted";
}

const REVOKED = new Set(["signingCredential.revoked", "signingCredential.ocsp.revoked"]);

/**
 * A stamp on a claim of version 1 is reported as trusted whoever made it ("legacy"): there, and where no anchors were named,
 * nobody has been asked.
 */
function timeOf(
  results: readonly CredentialsResult[],
  anchored: boolean,
  own: ReportedManifest | undefined,
): CredentialsTime {
  const codes = new Map(
    results.flatMap((result) =>
      !result.ingredient && result.code.startsWith("timeStamp.") ? [[result.code, result]] : [],
    ),
  );
  if (codes.size === 0) return "none";
  if (codes.has("timeStamp.mismatch") || codes.has("timeStamp.malformed")) return "mismatch";
  if (codes.has("timeStamp.outsideValidity")) return "untrusted";
  const trusted = codes.get("timeStamp.trusted");
  if (!anchored || (trusted && /legacy/i.test(trusted.explanation ?? "")) || own?.claimVersion === 1)
    return "undecided";
  return trusted ? "trusted" : "untrusted";
}

function resultsOf(value: Json | undefined): CredentialsResult[] {
  if (!isObject(value)) return [];
  const deltas = listOf(value.ingredientDeltas).flatMap((delta) => {
    if (!isObject(delta)) return [];
    return ofManifest(delta.validationDeltas, textOf(delta.ingredientAssertionURI) ?? "");
  });
  return [...ofManifest(value.activeManifest), ...deltas].slice(0, 16 * C2PA_LIMITS.entries);
}

function ofManifest(value: Json | undefined, ingredient?: string): CredentialsResult[] {
  if (!isObject(value)) return [];
  return (["success", "informational", "failure"] as const).flatMap((outcome) =>
    listOf(value[outcome]).flatMap((item) => {
      const code = isObject(item) ? textOf(item.code) : undefined;
      if (!isObject(item) || code === undefined) return [];
      const [url, explanation] = [textOf(item.url), textOf(item.explanation)];
      return [
        {
          code,
          outcome,
          ...(url !== undefined && { url }),
          ...(explanation !== undefined && { explanation }),
          ...(ingredient !== undefined && { ingredient }),
        },
      ];
    }),
  );
}

function reported(label: string, manifest: JsonObject, active: boolean): ReportedManifest {
  const info = isObject(manifest.signature_info) ? manifest.signature_info : undefined;
  const assertions = listOf(manifest.assertions).flatMap((item) => {
    const name = isObject(item) ? textOf(item.label) : undefined;
    return !isObject(item) || name === undefined
      ? []
      : [{ label: name, ...(item.data !== undefined && { data: item.data }) }];
  });
  const generator = listOf(manifest.claim_generator_info)
    .map(agentOf)
    .filter((name) => name !== undefined);
  const claimGenerator = textOf(manifest.claim_generator) ?? (generator.length > 0 ? generator.join(" ") : undefined);
  const [title, stated] = [textOf(manifest.title), textOf(info?.time)];
  return {
    label,
    active,
    ...(typeof manifest.claim_version === "number" && { claimVersion: manifest.claim_version }),
    ...(claimGenerator !== undefined && { claimGenerator }),
    ...(title !== undefined && { title }),
    actions: assertions.filter((item) => /^c2pa\.actions/.test(item.label)).flatMap(({ data }) => actionsOf(data)),
    ingredients: listOf(manifest.ingredients).map(ingredientOf),
    assertions,
    ...(info && { signer: signerOf(info) }),
    ...(stated !== undefined && { stated }),
  };
}

function actionsOf(data: Json | undefined): C2paAction[] {
  return listOf(isObject(data) ? data.actions : undefined).flatMap((item) => {
    const action = isObject(item) ? textOf(item.action) : undefined;
    if (!isObject(item) || action === undefined) return [];
    const [digitalSourceType, when] = [textOf(item.digitalSourceType), textOf(item.when)];
    const softwareAgent = agentOf(item.softwareAgent);
    return [
      {
        action,
        ...(digitalSourceType !== undefined && { digitalSourceType }),
        ...(softwareAgent !== undefined && { softwareAgent }),
        ...(when !== undefined && { when }),
      },
    ];
  });
}

function agentOf(value: Json | undefined): string | undefined {
  if (!isObject(value)) return textOf(value);
  const [name, version] = [textOf(value.name), textOf(value.version)];
  return name !== undefined && version !== undefined ? `${name} ${version}` : name;
}

function ingredientOf(value: Json): C2paIngredient {
  const [title, relationship] = isObject(value) ? [textOf(value.title), textOf(value.relationship)] : [];
  return { ...(title !== undefined && { title }), ...(relationship !== undefined && { relationship }) };
}

function signerOf(info: JsonObject): NonNullable<ReportedManifest["signer"]> {
  const [name, issuer] = [textOf(info.common_name), textOf(info.issuer)];
  const [serial, algorithm] = [textOf(info.cert_serial_number), textOf(info.alg)];
  return {
    ...(name !== undefined && { name }),
    ...(issuer !== undefined && { issuer }),
    ...(serial !== undefined && { serial }),
    ...(algorithm !== undefined && { algorithm }),
  };
}

function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" ? value.slice(0, C2PA_LIMITS.text) : undefined;
}

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? value.slice(0, C2PA_LIMITS.entries) : [];
}

type Parts = Omit<CredentialsReport, "findings">;

function findingsOf({ state, trust, time, results, manifests }: Parts): Finding[] {
  const own = manifests.at(-1);
  const name = own?.signer?.issuer ?? own?.signer?.name ?? "–";
  const at = time.stated ?? "–";
  const expired = results.some(({ code, ingredient }) => code === "signingCredential.expired" && !ingredient);
  const revoked = results.some(({ code, ingredient }) => REVOKED.has(code) && !ingredient);
  return [
    ...stateFindings(state, results, name),
    ...(manifests.length > 0 ? [finding(`label.c2pa-${trust}`, { name })] : []),
    ...(expired ? [finding("label.c2pa-certificate-expired", { name })] : []),
    ...(revoked ? [finding("label.c2pa-certificate-revoked", { name })] : []),
    ...(manifests.length > 0 ? [finding(`label.c2pa-time-${time.status}`, { at })] : []),
  ];
}

/** One finding a code that fails, so that each is named; what could not be checked says why. */
function stateFindings(state: CredentialsState, results: readonly CredentialsResult[], name: string): Finding[] {
  if (state === "valid") return [finding("label.c2pa-signature-holds", { name })];
  const failures = results.filter(({ outcome, code }) => outcome === "failure" && !ABOUT_TRUST.test(code));
  const told = [...new Map(failures.map((one) => [one.code, one])).values()];
  if (state === "invalid") {
    return told
      .filter(({ code }) => !NOT_MADE.has(code))
      .map(({ code, explanation }) => finding("label.c2pa-invalid", { code, why: explanation ?? code }));
  }
  const why = told.map(({ code, explanation }) => explanation ?? code).join("; ") || "–";
  return [finding("label.c2pa-unverifiable", { why })];
}

function finding(code: keyof typeof TEXTS, values: TextValues): Finding {
  const { level, text } = TEXTS[code];
  return { code, level, text: fill(text, values) };
}

const TEXTS = {
  "label.c2pa-signature-holds": {
    level: "holds",
    text: {
      en: "The signature under a certificate that names {name} holds: the file is as it was signed.",
      zh: "载明 {name} 的证书所作签名成立：文件与签名时一致。",
    },
  },
  "label.c2pa-invalid": {
    level: "fails",
    text: { en: "The Content Credentials do not hold: {why} ({code}).", zh: "内容凭证不成立：{why}（{code}）。" },
  },
  "label.c2pa-unverifiable": {
    level: "informs",
    text: {
      en: "The Content Credentials could not be checked whole: {why}",
      zh: "内容凭证未能完整核验：{why}",
    },
  },
  "label.c2pa-trusted": {
    level: "holds",
    text: {
      en: "The certificate of {name} leads to an anchor that you named.",
      zh: "{name} 的证书可追溯到您指定的信任锚。",
    },
  },
  "label.c2pa-untrusted": {
    level: "informs",
    text: {
      en: "The certificate of {name} leads to none of the anchors that you named: who signed is not confirmed.",
      zh: "{name} 的证书不能追溯到您指定的任何信任锚：签名者身份未经确认。",
    },
  },
  "label.c2pa-undecided": {
    level: "informs",
    text: {
      en: "Whether {name} is to be believed is for you to say: no trust anchor was named.",
      zh: "是否相信 {name} 由您决定：未指定信任锚。",
    },
  },
  "label.c2pa-certificate-expired": {
    level: "informs",
    text: {
      en: "The certificate of {name} has expired, and no time that you can trust says that it was valid when it signed.",
      zh: "{name} 的证书已过期，且没有可信时间表明签名时证书有效。",
    },
  },
  "label.c2pa-certificate-revoked": {
    level: "fails",
    text: { en: "The certificate of {name} was revoked.", zh: "{name} 的证书已被吊销。" },
  },
  "label.c2pa-time-trusted": {
    level: "holds",
    text: {
      en: "It was signed not later than {at}: an authority that you trust has stamped it.",
      zh: "签名不晚于 {at}：由您信任的机构加盖时间戳。",
    },
  },
  "label.c2pa-time-untrusted": {
    level: "informs",
    text: {
      en: "A time stamp says {at}; its authority leads to none of your anchors, or was not valid then.",
      zh: "时间戳所示时间为 {at}；其签发机构不能追溯到您的信任锚，或当时无效。",
    },
  },
  "label.c2pa-time-undecided": {
    level: "informs",
    text: {
      en: "A time stamp says {at}; whether its authority is to be believed was not decided.",
      zh: "时间戳所示时间为 {at}；未判断其签发机构是否可信。",
    },
  },
  "label.c2pa-time-mismatch": {
    level: "informs",
    text: {
      en: "The time stamp is of something else or cannot be read: it says nothing of when this was signed.",
      zh: "时间戳并非针对此签名，或无法读取：不能说明签名时间。",
    },
  },
  "label.c2pa-time-none": {
    level: "informs",
    text: { en: "No time stamp says when it was signed.", zh: "没有时间戳说明签名时间。" },
  },
} as const satisfies Record<string, { level: Level; text: Text }>;
