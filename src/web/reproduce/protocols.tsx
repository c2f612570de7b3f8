/** The protocols as buttons; each opens into its certificate: what was done, every hash, and the finding. */

import type { Text } from "../../base/texts.ts";
import type { Certificate, ReproductionJob } from "../../server/reproduce/desk.ts";
import { lang, t } from "../language.ts";
import { FindingMark, GradeBadge } from "../parts/badges.tsx";
import { Hash } from "../parts/hash.tsx";
import { Icon } from "../parts/icon.tsx";
import { VerdictMark } from "../parts/verdict-mark.tsx";
import { run } from "../toast.ts";
import { runProtocol } from "./state.ts";
import { REPRODUCE } from "./texts.ts";

const NAMES = ["restart", "detour", "path", "invariance"] as const;

/** The list. */
export function Protocols({ one }: { readonly one: ReproductionJob }) {
  const isReady = one.report?.measures !== undefined;
  return (
    <section class="protocols">
      <h3>
        {t(REPRODUCE.protocols)} <span class="note">{t(REPRODUCE.protocolsText)}</span>
      </h3>
      {isReady ? null : <p class="note">{t(REPRODUCE.needsRecipe)}</p>}
      <ul>
        {NAMES.map((name) => (
          <Protocol key={name} one={one} name={name} isReady={isReady} />
        ))}
      </ul>
    </section>
  );
}

function Protocol(props: {
  readonly one: ReproductionJob;
  readonly name: (typeof NAMES)[number];
  readonly isReady: boolean;
}) {
  const { one, name, isReady } = props;
  const certificate = one.certificates.find(({ protocol }) => protocol === name);
  const isRunning = certificate?.state === "running";
  const holds = certificate?.findings?.every(({ level }) => level !== "fails");
  const start = (): void => run(() => runProtocol(one.id, name));
  return (
    <li>
      <div class="protocol">
        {certificate?.state === "done" ? (
          <VerdictMark shape={holds ? "identical" : "different"} />
        ) : (
          <span aria-hidden="true">—</span>
        )}
        <span>
          <b>{t(REPRODUCE[name])}</b> <span class="quiet">{t(REPRODUCE[`${name}Text`])}</span>
        </span>
        {certificate?.ended ? (
          <span class="note">{t(REPRODUCE.doneAt, { time: clock(certificate.ended) })}</span>
        ) : (
          <button type="button" class="button" disabled={!isReady || isRunning} onClick={start}>
            <Icon name="play" /> {t(isRunning ? REPRODUCE.running : REPRODUCE.runProtocol)}
          </button>
        )}
      </div>
      {certificate?.error ? <p role="alert">{certificate.error}</p> : null}
      {certificate?.runs ? <CertificateView certificate={certificate} /> : null}
    </li>
  );
}

function clock(time: string): string {
  return new Intl.DateTimeFormat(lang.value === "zh" ? "zh-CN" : "en-GB", {
    hour: "2-digit",
    minute: "2-digit",
  }).format(Date.parse(time));
}

const ROLES: Readonly<Record<string, Text>> = {
  first: REPRODUCE.roleFirst,
  again: REPRODUCE.roleAgain,
  control: REPRODUCE.roleControl,
};

function CertificateView({ certificate }: { readonly certificate: Certificate }) {
  return (
    <details class="certificate" open>
      <summary>
        <b class="serif">{t(REPRODUCE.certificate)}</b> <span class="mono quiet">{certificate.protocol}</span>{" "}
        <GradeBadge grade="M" />
      </summary>
      <table>
        <tbody>
          {certificate.runs?.map(({ role, change, pixelsSha256 }, i) => (
            <tr key={`${i}${role}`}>
              <th scope="row">{t(ROLES[role] ?? REPRODUCE.roleOther)}</th>
              <td class="note">
                {Object.entries(change)
                  .map(([name, value]) => `${name} ${String(value)}`)
                  .join(" · ")}
              </td>
              <td>
                <Hash hex={pixelsSha256} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {certificate.findings?.map((finding) => (
        <p key={finding.code}>
          <FindingMark kind={finding.level} bare /> {t(finding.text)}
        </p>
      ))}
    </details>
  );
}
