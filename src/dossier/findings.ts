/** What checking a bundle can find, in both languages. Codes are public and keep their meaning. */

import type { Where } from "../base/errors.ts";
import type { Finding, Level } from "../base/findings.ts";
import { fill, type TextValues } from "../base/texts.ts";
import { visible } from "../base/visible.ts";

const CATALOGUE = {
  // The files.
  "dossier.files-hold": [
    "holds",
    "All {count} files have the bytes that the manifests list, and no other file is there.",
    "全部 {count} 个文件的字节与清单所列一致，且无其他文件。",
  ],
  "dossier.number": [
    "informs",
    "The number of this bundle is {number}. Whoever gave it to you can confirm it on another way; a bundle that was remade whole has another.",
    "本证据包的编号为 {number}。交付者可通过其他途径予以确认；整体重制的证据包编号不同。",
  ],
  "dossier.number-holds": [
    "holds",
    "The number of this bundle is the one that you were given: {number}.",
    "本证据包的编号与您收到的编号一致：{number}。",
  ],
  "dossier.number-differs": [
    "fails",
    "The number of this bundle is {number}, not the one that you were given.",
    "本证据包的编号为 {number}，与您收到的编号不符。",
  ],
  "dossier.no-bundle": ["fails", "This is no bundle: {file} is missing.", "这不是证据包：缺少 {file}。"],
  "dossier.manifest-malformed": ["fails", "{file} is not in the form that a manifest has.", "{file} 不符合清单格式。"],
  "dossier.file-changed": [
    "fails",
    "{file} is not the file that {manifest} lists: its bytes were changed, or the list was.",
    "{file} 并非 {manifest} 所列的文件：其字节或清单已被改动。",
  ],
  "dossier.file-missing": [
    "fails",
    "{file} is listed in {manifest} and is not there.",
    "{file} 列于 {manifest}，但文件不存在。",
  ],
  "dossier.file-added": ["fails", "{file} is there and no manifest lists it.", "存在文件 {file}，但未列入任何清单。"],
  "dossier.file-unfit": ["fails", "{file} is no path that a bundle may have.", "{file} 不是证据包允许的路径。"],
  "dossier.link": [
    "fails",
    "{file} is a link or no regular file; it was not followed.",
    "{file} 为链接或非常规文件，未予跟随。",
  ],
  "dossier.too-large": ["fails", "{file} is larger than what is checked.", "{file} 超过可核验的大小。"],
  "dossier.bag-malformed": [
    "fails",
    "{file} does not say what a bag of this version says.",
    "{file} 的内容与此版本的规定不符。",
  ],
  "dossier.oxum-differs": [
    "fails",
    "bag-info.txt counts other bytes or files than there are.",
    "bag-info.txt 所载的字节数或文件数与实际不符。",
  ],
  "dossier.zip-repacked": [
    "informs",
    "The zip was packed by another program, or its frame was changed; the files in it are what counts, and they were checked.",
    "zip 由其他程序打包，或其外层有改动；应以其中文件为准，且均已核验。",
  ],
  "dossier.from-pdf": [
    "informs",
    "The bundle that is attached to the document was checked. The pages themselves are not: they are right where they say what the bundle says.",
    "已核验文档所附的证据包。文档页面本身未经核验：以其与证据包一致者为准。",
  ],
  // The description.
  "dossier.crate-holds": [
    "holds",
    "The description lists every file of the payload with its hash.",
    "描述文件列出了全部内容文件及其哈希。",
  ],
  "dossier.crate-malformed": [
    "fails",
    "{file} is no description in the form of RO-Crate.",
    "{file} 不是 RO-Crate 格式的描述文件。",
  ],
  "dossier.crate-differs": [
    "fails",
    "The description says something else of {file} than what is there.",
    "描述文件对 {file} 的记载与实际不符。",
  ],
  "dossier.steps-hold": [
    "holds",
    "The description tells {steps} recorded steps that made files, as the histories do.",
    "描述文件记载了 {steps} 个产生文件的已记录步骤，与历史记录一致。",
  ],
  "dossier.steps-differ": [
    "fails",
    "The description tells other steps that made files than the histories do.",
    "描述文件所载的产生文件的步骤与历史记录不符。",
  ],
  "dossier.steps-worded": [
    "informs",
    "The description tells the {steps} recorded steps that made files as the histories do: the same times, people, programs, inputs and files. Its words for them are not those of this version of Seedproof; the histories count.",
    "描述文件所载的 {steps} 个产生文件的已记录步骤与历史记录一致：时间、人员、程序、输入与文件均相同。其说明文字与本版本 Seedproof 所用不同；以历史记录为准。",
  ],
  "dossier.steps-untold": [
    "informs",
    "The description tells no recorded steps, as in bundles of older versions; the histories tell {steps} that made files.",
    "描述文件未载已记录的步骤，旧版本的证据包即如此；历史记录载有 {steps} 个产生文件的步骤。",
  ],
  "dossier.made-by-other": [
    "informs",
    "This bundle was made by {by}; it is checked by {here}. Where a history, a fact or an assessment is said to differ here, the verify.html that {by} made can tell whether it was changed or is only derived otherwise since.",
    "本证据包由 {by} 制作，现由 {here} 核验。此处若提示过程、事实或评估不符，可用 {by} 生成的 verify.html 判断其系被改动，或仅因版本不同而推导有别。",
  ],
  // The record.
  "dossier.ledger-holds": [
    "holds",
    "The hashes of all {size} entries lead to the signed checkpoint; {disclosed} entries are disclosed, each proven at its place.",
    "全部 {size} 条记录的哈希可推导出已签名的检查点；已披露 {disclosed} 条，每条的位置均得到证明。",
  ],
  "dossier.ledger-gap": [
    "informs",
    "Entries {from} to {to} ({count}) are not disclosed: their hashes are committed to, their contents are not here.",
    "第 {from} 至 {to} 条记录（共 {count} 条）未披露：其哈希已固定，内容不在此处。",
  ],
  "dossier.ledger-malformed": ["fails", "The record cannot be read: {why}", "过程记录无法读取：{why}"],
  "dossier.ledger-tile-differs": [
    "fails",
    "{file} does not follow from the hashes of the entries.",
    "{file} 与各记录的哈希不符。",
  ],
  "dossier.ledger-root-differs": [
    "fails",
    "The hashes of the entries do not lead to the root of {file}.",
    "各记录的哈希不能推导出 {file} 的根哈希。",
  ],
  "dossier.ledger-checkpoint-invalid": [
    "fails",
    "{file} is not a checkpoint of this log signed by its key.",
    "{file} 不是由本日志密钥签名的检查点。",
  ],
  "dossier.ledger-description-differs": [
    "fails",
    "log.json does not say what the record's own entries say.",
    "log.json 与记录自身的条目不一致。",
  ],
  "dossier.entry-differs": [
    "fails",
    "Entry {index} is not the one that stands at this place of the log.",
    "第 {index} 条记录并非日志该位置上的记录。",
  ],
  "dossier.entry-malformed": [
    "fails",
    "Entry {index} is not in the form of an entry.",
    "第 {index} 条记录不符合记录格式。",
  ],
  "dossier.proof-differs": [
    "fails",
    "The proof of entry {index} does not prove this entry at this place.",
    "第 {index} 条记录的证明不能证明该记录位于此处。",
  ],
  "dossier.proof-missing": [
    "fails",
    "Entry {index} is disclosed without its proof.",
    "第 {index} 条记录已披露，但缺少证明。",
  ],
  "dossier.entry-missing": [
    "fails",
    "There is a proof of entry {index} and not the entry.",
    "存在第 {index} 条记录的证明，但没有该记录。",
  ],
  "dossier.ledger-stray": ["fails", "{file} belongs to no entry that is disclosed.", "{file} 不属于任何已披露的记录。"],
  "dossier.entry-file-differs": [
    "fails",
    "{file} is not the file that entry {index} names.",
    "{file} 并非第 {index} 条记录所载的文件。",
  ],
  "dossier.contents": [
    "informs",
    "Files that the disclosed entries name: {named}; {here} of them are in the bundle, {others} known by their hashes alone.",
    "已披露记录所载文件共 {named} 个：{here} 个在包内，{others} 个仅以哈希标识。",
  ],
  "dossier.withheld-told": [
    "fails",
    "{file} tells what entry {index} says, which is not to be disclosed.",
    "{file} 透露了不予披露的第 {index} 条记录的内容。",
  ],
  "dossier.key-unknown": [
    "informs",
    "The record is signed by the key {vkey}. That is its own word: compare it with the key that its owner gave you.",
    "过程记录由密钥 {vkey} 签名。该密钥出自记录自身：请与其所有者提供的密钥比对。",
  ],
  "dossier.key-holds": ["holds", "The record is signed by the key that you named.", "过程记录由您指定的密钥签名。"],
  "dossier.key-differs": [
    "fails",
    "The record is signed by another key than the one that you named: {vkey}",
    "过程记录的签名密钥不是您指定的密钥：{vkey}",
  ],
  "dossier.trust-offered": [
    "informs",
    "The maker believes the authority {name} (certificate {fingerprint}). Name it as your own root only after comparing this fingerprint with the authority's.",
    "制作者信任机构 {name}（证书 {fingerprint}）。请先与该机构公布的指纹比对，再将其作为您的信任根。",
  ],
  "dossier.trust-malformed": ["fails", "{file} is no certificate that can be read.", "{file} 不是可读取的证书。"],
  "dossier.time-between": [
    "informs",
    "Entries {from} to {to}: not before {notBefore}, not after {notAfter} ({grade}).",
    "第 {from} 至 {to} 条记录：不早于 {notBefore}，不晚于 {notAfter}（{grade}）。",
  ],
  "dossier.time-not-after": [
    "informs",
    "Entries {from} to {to}: not after {notAfter}; nothing bounds them from below ({grade}).",
    "第 {from} 至 {to} 条记录：不晚于 {notAfter}；无下限依据（{grade}）。",
  ],
  "dossier.time-not-before": [
    "informs",
    "Entries {from} to {to}: not before {notBefore}; nothing bounds them from above ({grade}).",
    "第 {from} 至 {to} 条记录：不早于 {notBefore}；无上限依据（{grade}）。",
  ],
  "dossier.time-open": [
    "informs",
    "Entries {from} to {to}: no outside time bounds them ({grade}).",
    "第 {from} 至 {to} 条记录：没有外部时间限定（{grade}）。",
  ],
  "dossier.history-holds": [
    "holds",
    "The history in {file} is the one that the disclosed entries tell: it was made again from them.",
    "{file} 所载过程与已披露的记录一致：已据其重新生成。",
  ],
  "dossier.history-differs": [
    "fails",
    "The history in {file} is not the one that the disclosed entries tell.",
    "{file} 所载过程与已披露的记录不一致。",
  ],
  "dossier.no-ledger": [
    "informs",
    "The bundle has no record of the making: nothing in it bounds when or how an image came about.",
    "包内没有过程记录：其中没有任何内容能够限定图像形成的时间或方式。",
  ],
  // Exhibits and the assessment.
  "dossier.exhibit-recorded": [
    "holds",
    "Exhibit {exhibit} is named by entry {index} of the record {ledger}: these bytes existed not later than {notAfter}.",
    "检材 {exhibit} 载于过程记录 {ledger} 第 {index} 条：这些字节的存在不晚于 {notAfter}。",
  ],
  "dossier.exhibit-named": [
    "informs",
    "Exhibit {exhibit} is named by entry {index} of the record {ledger}; no outside time that you believe bounds that entry.",
    "检材 {exhibit} 载于过程记录 {ledger} 第 {index} 条；没有您所信任的外部时间限定该记录。",
  ],
  "dossier.exhibit-unrecorded": [
    "informs",
    "Exhibit {exhibit} is named by no disclosed entry of the record.",
    "检材 {exhibit} 未载于任何已披露的记录。",
  ],
  "dossier.exhibit-differs": [
    "fails",
    "Exhibit {exhibit} is not the file that the case lists.",
    "检材 {exhibit} 并非案件所列的文件。",
  ],
  "dossier.exhibit-missing": [
    "informs",
    "Exhibit {exhibit} of the case is not in the bundle.",
    "案件所列检材 {exhibit} 不在包内。",
  ],
  "dossier.credentials-hold": [
    "holds",
    "The Content Credentials in exhibit {exhibit} hold: what {signer} signed is what is here. Whether the signer is to be believed is another question.",
    "检材 {exhibit} 的内容凭证成立：{signer} 所签内容与此处一致。签名者是否可信属另一问题。",
  ],
  "dossier.credentials-broken": [
    "informs",
    "The Content Credentials in exhibit {exhibit} do not hold ({why}): the image is not the one that was signed. That is a fact about the exhibit, not a fault of the bundle.",
    "检材 {exhibit} 的内容凭证不成立（{why}）：该图像并非所签图像。此系检材本身的情况，并非证据包的缺陷。",
  ],
  "dossier.credentials-unverified": [
    "informs",
    "The Content Credentials in exhibit {exhibit} could not be validated ({why}).",
    "检材 {exhibit} 的内容凭证未能验证（{why}）。",
  ],
  "dossier.credentials-untold": [
    "informs",
    "Exhibit {exhibit} has Content Credentials. Whether they hold cannot be told here; seedproof verify and other C2PA validators can.",
    "检材 {exhibit} 含内容凭证。其是否成立在此无法判断；可用 seedproof verify 或其他 C2PA 验证工具核验。",
  ],
  "dossier.credentials-differ": [
    "fails",
    "Of the Content Credentials in exhibit {exhibit}, measured.json says the opposite of what validating them gives.",
    "对检材 {exhibit} 内容凭证的验证结果与 measured.json 所载相反。",
  ],
  "dossier.case-malformed": ["fails", "{file} cannot be read: {why}", "{file} 无法读取：{why}"],
  "dossier.assessment-holds": [
    "holds",
    "The assessment under {rule} follows from the facts and the rule in the bundle: it was made again and is the same.",
    "依包内事实与规则重新评估，{rule} 的结果相同。",
  ],
  "dossier.assessment-differs": [
    "fails",
    "The assessment under {rule} does not follow from the facts and the rule in the bundle.",
    "{rule} 的评估结果与包内事实及规则不符。",
  ],
  "dossier.rule-other": [
    "informs",
    "The rule {rule} in the bundle (as of {asOf}) is not the one that this version of Seedproof has (as of {own}). The assessment was made again by the one in the bundle.",
    "包内规则 {rule}（截至 {asOf}）与本版本 Seedproof 所附规则（截至 {own}）不同。重新评估所依为包内规则。",
  ],
  "dossier.facts-differ": [
    "fails",
    "The facts in {file} are not those of the case and of what was measured.",
    "{file} 中的事实与案件及测得内容不符。",
  ],
  "dossier.facts-hold": [
    "holds",
    "The facts are those that the case states and that were measured, each with its grade.",
    "所列事实即案件所载及测得的事实，并附其证据等级。",
  ],
  "dossier.rule-missing": [
    "fails",
    "The rule {rule} that an assessment names is not in the bundle, or cannot be read.",
    "评估所用规则 {rule} 不在包内或无法读取。",
  ],
} as const satisfies Record<string, readonly [Level, en: string, zh: string]>;

/** Code of a finding about a bundle. */
export type BundleCode = keyof typeof CATALOGUE;

/** A finding of the catalogue with its values filled in; what hides in a name is shown by number. */
export function found(code: BundleCode, values: TextValues = {}, where?: Where): Finding {
  const [level, en, zh] = CATALOGUE[code];
  const shown = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === "string" ? visible(value) : value]),
  );
  return { code, level, text: fill({ en, zh }, shown), ...(where && { where }) };
}
