/** What checking a ledger can find, in both languages. Codes are public and keep their meaning. */

import type { Where } from "../base/errors.ts";
import type { Finding, Level } from "../base/findings.ts";
import type { TextValues } from "../base/texts.ts";
import { fill } from "../base/texts.ts";

const CATALOGUE = {
  // The log itself.
  "ledger.checkpoint-signed": [
    "holds",
    "The checkpoint over {size} entries is signed by the log's key {keyId}.",
    "覆盖 {size} 条记录的检查点由本日志的密钥 {keyId} 签名。",
  ],
  "ledger.checkpoint-invalid": ["fails", "A checkpoint cannot be accepted: {why}", "检查点无法接受：{why}"],
  "ledger.checkpoint-missing": ["fails", "The log has no checkpoint.", "日志没有检查点。"],
  "ledger.checkpoint-differs": [
    "fails",
    "The published checkpoint is none of those that the log has kept for this size.",
    "已发布的检查点与日志为该大小保留的检查点都不相同。",
  ],
  "ledger.checkpoint-unpublished": [
    "informs",
    "A checkpoint over {size} entries was signed but not published; opening the ledger finishes this.",
    "覆盖 {size} 条记录的检查点已签名但尚未发布；再次打开账本即可完成。",
  ],
  "ledger.log-malformed": ["fails", "The description log.json cannot be read.", "描述文件 log.json 无法读取。"],
  "ledger.log-differs": [
    "fails",
    "The description log.json does not say what the log's own entries say.",
    "描述文件 log.json 与日志自身的记录不一致。",
  ],
  "ledger.key-not-pinned": [
    "fails",
    "The log is signed by another key than the one you named.",
    "日志的签名密钥不是您指定的那一个。",
  ],
  "ledger.rolled-back": [
    "fails",
    "A checkpoint over {size} entries exists, but the log has only {have}: entries are gone or an older copy was put back.",
    "存在覆盖 {size} 条记录的检查点，但日志只有 {have} 条：记录已缺失，或恢复了较旧的副本。",
  ],
  "ledger.forked": [
    "fails",
    "Two checkpoints of this log contradict each other at {size} entries: it was rewritten or shown in two versions.",
    "本日志的两个检查点在 {size} 条记录处互相矛盾：日志被改写过，或存在两个版本。",
  ],
  "ledger.consistent-with": [
    "holds",
    "The log continues the checkpoint over {size} entries that is held elsewhere.",
    "本日志是另处保存的覆盖 {size} 条记录的检查点的延续。",
  ],
  "ledger.root-holds": [
    "holds",
    "All {size} entries lead to the checkpoint's root.",
    "全部 {size} 条记录都推导出检查点的根哈希。",
  ],
  "ledger.edge-holds": [
    "holds",
    "The tiles lead to the checkpoint's root; entries were not read.",
    "哈希瓦片推导出检查点的根哈希；未读取各条记录。",
  ],
  "ledger.root-differs": ["fails", "The files do not lead to the checkpoint's root.", "文件推导不出检查点的根哈希。"],
  "ledger.tile-missing": ["fails", "A tile is missing or cut short.", "有哈希瓦片缺失或被截断。"],
  "ledger.tile-differs": [
    "fails",
    "A tile holds other hashes than the entries make.",
    "哈希瓦片的内容与记录推导出的哈希不同。",
  ],
  "ledger.entry-altered": [
    "fails",
    "An entry is not the one that was logged, or its hash was changed.",
    "某条记录不是当初写入的那一条，或其哈希被改动。",
  ],
  "ledger.entries-missing": [
    "fails",
    "Entries {from} to {to} are missing or damaged.",
    "第 {from} 至 {to} 条记录缺失或损坏。",
  ],
  "ledger.entry-malformed": ["fails", "An entry is not in canonical form: {why}", "某条记录不是规范格式：{why}"],
  // Promises not yet in a checkpoint.
  "ledger.pending": [
    "informs",
    "Promised entries are durable but not yet in a checkpoint ({count}).",
    "{count} 条已承诺的记录已落盘，但尚未进入检查点。",
  ],
  "ledger.pending-damaged": [
    "fails",
    "Promised entries that are not yet in a checkpoint are damaged or missing.",
    "尚未进入检查点的已承诺记录损坏或缺失。",
  ],
  "ledger.torn-tail": [
    "informs",
    "{bytes} bytes of an unfinished write stand at the end; nothing in them was acknowledged.",
    "末尾有 {bytes} 字节未写完的数据；其中没有任何已确认的内容。",
  ],
  "ledger.pointer-holds": [
    "holds",
    "It points to entry {index} of the ledger {origin}, which a signed checkpoint over {size} entries proves to be there.",
    "其指向账本 {origin} 的第 {index} 条记录，覆盖 {size} 条记录的已签名检查点证明该记录存在。",
  ],
  "ledger.pointer-invalid": [
    "fails",
    "Its pointer to a ledger cannot be accepted: {why}",
    "其指向账本的指针无法接受：{why}",
  ],
  "ledger.pointer-other-entry": [
    "fails",
    "Entry {index} of the ledger {origin} is not the one that it points to.",
    "账本 {origin} 的第 {index} 条记录不是其所指向的记录。",
  ],
  "ledger.receipt-kept": ["holds", "The receipt for entry {index} is kept.", "第 {index} 条记录的回执得到兑现。"],
  "ledger.receipt-broken": [
    "fails",
    "The log gave a receipt for entry {index} and does not have that entry there.",
    "日志曾为第 {index} 条记录出具回执，但该处没有那条记录。",
  ],
  // Files beside the log.
  "ledger.files-hold": [
    "holds",
    "Every file that entries name is there and unchanged ({count}).",
    "记录所指的 {count} 个文件都在且未改变。",
  ],
  "ledger.file-missing": [
    "fails",
    "A file that an entry names is missing, and no entry says that it was erased.",
    "记录所指的一个文件缺失，且没有记录说明它已被删除。",
  ],
  "ledger.file-altered": ["fails", "A file is not the one that an entry names.", "某个文件不是记录所指的那一个。"],
  "ledger.files-withheld": [
    "informs",
    "Files that entries name are not part of this copy ({count}); their hashes stay provable.",
    "记录所指的 {count} 个文件不在此副本中；其哈希仍可证明。",
  ],
  "ledger.file-erased": [
    "informs",
    "A file was erased, as entry {index} says; proofs about its hash stay valid.",
    "某个文件已按第 {index} 条记录的说明删除；关于其哈希的证明仍然有效。",
  ],
  "ledger.foreign-file": [
    "informs",
    "A file stands here that no entry names; it counts for nothing.",
    "此处有一个没有任何记录提及的文件；它不起任何作用。",
  ],
  "ledger.stamped-missing": [
    "fails",
    "The checkpoint over {size} entries that outside evidence is about is missing.",
    "外部证据所针对的覆盖 {size} 条记录的检查点缺失。",
  ],
  // RFC 3161.
  "ledger.timestamp-holds": [
    "holds",
    "{authority} says that the checkpoint existed at {time}, to within {accuracy} s.",
    "{authority} 声明该检查点在 {time} 已存在，误差不超过 {accuracy} 秒。",
  ],
  "ledger.timestamp-malformed": ["fails", "A timestamp cannot be accepted: {why}.", "时间戳无法接受：{why}。"],
  "ledger.timestamp-imprint": [
    "fails",
    "The timestamp is over other data than this checkpoint.",
    "时间戳针对的不是这个检查点的数据。",
  ],
  "ledger.timestamp-nonce": [
    "fails",
    "The timestamp does not answer the request that was sent: its nonce differs.",
    "时间戳不是对所发请求的答复：随机数不同。",
  ],
  "ledger.timestamp-policy": [
    "fails",
    "The timestamp was made under the policy {policy}, which is not accepted.",
    "时间戳按策略 {policy} 出具，该策略不被接受。",
  ],
  "ledger.timestamp-weak-hash": [
    "fails",
    "The timestamp rests on a hash that no longer counts.",
    "时间戳所用的哈希算法已不可靠。",
  ],
  "ledger.timestamp-signature": ["fails", "The timestamp's signature does not cover it.", "时间戳的签名与其内容不符。"],
  "ledger.timestamp-binding": [
    "fails",
    "The timestamp does not name the certificate that it is signed with.",
    "时间戳没有指明签名所用的证书。",
  ],
  "ledger.timestamp-purpose": [
    "fails",
    "The certificate was not issued for timestamps alone.",
    "该证书并非专为时间戳签发。",
  ],
  "ledger.timestamp-validity": [
    "fails",
    "The timestamp says {time}, but its certificate is valid from {from} to {until} only: the authority's clock or key cannot be relied on.",
    "时间戳记载 {time}，但其证书仅在 {from} 至 {until} 有效：该机构的时钟或密钥不可信赖。",
  ],
  "ledger.timestamp-untrusted": [
    "fails",
    "The timestamp's certificate does not lead to a root that you named.",
    "时间戳的证书不能追溯到您指定的根证书。",
  ],
  "ledger.timestamp-root-unknown": [
    "informs",
    "No root was named for timestamps: this authority may be run by anyone, the owner included.",
    "未指定时间戳的根证书：该机构可能由任何人运营，包括账本所有者本人。",
  ],
  "ledger.timestamp-revocation": [
    "informs",
    "Whether the certificate had been revoked was not checked: no revocation list was given.",
    "未检查该证书是否已被吊销：没有提供吊销列表。",
  ],
  "ledger.held-invalid": [
    "informs",
    "A checkpoint or receipt that you hold is not signed by this log; it says nothing about it.",
    "您持有的检查点或回执不是由本日志签名的；它不能说明任何问题。",
  ],
  // OpenTimestamps.
  "ledger.ots-holds": [
    "holds",
    "The checkpoint existed before {time}: Bitcoin block {height} ({hash}) commits to it.",
    "该检查点在 {time} 之前已存在：比特币区块 {height}（{hash}）包含对它的承诺。",
  ],
  "ledger.ots-pending": [
    "informs",
    "The calendar {uri} has promised to commit the checkpoint to Bitcoin; the proof is not complete yet.",
    "日历服务器 {uri} 已承诺将该检查点写入比特币；证明尚未完成。",
  ],
  "ledger.ots-header-missing": [
    "informs",
    "The proof leads to Bitcoin block {height}; its header is needed to check this.",
    "该证明指向比特币区块 {height}；需要该区块头才能核验。",
  ],
  "ledger.ots-header-differs": [
    "fails",
    "The proof does not lead to the header of Bitcoin block {height}, or the header lacks the work of that block.",
    "该证明推导不出比特币区块 {height} 的区块头，或区块头缺少应有的工作量。",
  ],
  "ledger.ots-imprint": [
    "fails",
    "The OpenTimestamps proof is over other data than this checkpoint.",
    "OpenTimestamps 证明针对的不是这个检查点的数据。",
  ],
  "ledger.ots-malformed": [
    "fails",
    "An OpenTimestamps proof cannot be read: {why}.",
    "OpenTimestamps 证明无法读取：{why}。",
  ],
  // Witnesses.
  "ledger.witness-holds": [
    "holds",
    "The witness {name}, whom you trust, saw this checkpoint at {time}.",
    "您信任的见证方 {name} 在 {time} 见到了该检查点。",
  ],
  "ledger.witness-unknown": [
    "informs",
    "The witness {name} saw this checkpoint at {time}; you have not named this witness, and the owner may run it.",
    "见证方 {name} 在 {time} 见到了该检查点；您没有指定该见证方，它可能由所有者本人运营。",
  ],
  "ledger.witness-unnamed": [
    "informs",
    "A checkpoint carries signatures by {names}, but no witness's key is stated; they count for nothing.",
    "某检查点带有 {names} 的签名，但未写明见证方的密钥；这些签名不起作用。",
  ],
  "ledger.witness-bad": [
    "fails",
    "The cosignature of the witness {name} is wrong.",
    "见证方 {name} 的联署签名不正确。",
  ],
  "ledger.witness-other": [
    "fails",
    "The cosigned checkpoint is not the one that it stands for.",
    "被联署的检查点与其所代表的不是同一个。",
  ],
  "ledger.policy-met": [
    "holds",
    "Enough of the witnesses that you ask for ({names}) have cosigned the first {size} entries; {after} came after.",
    "您所要求的见证方（{names}）已有足够数量联署前 {size} 条记录；其后还有 {after} 条。",
  ],
  "ledger.policy-unmet": [
    "fails",
    "Not enough of the witnesses that you ask for have cosigned: {names}.",
    "您所要求的见证方联署数量不足：{names}。",
  ],
  // Beacons.
  "ledger.beacon-holds": [
    "holds",
    "Entry {index} and all after it were made after {time}: it holds {source}, which nobody knew before.",
    "第 {index} 条及其后的记录均在 {time} 之后产生：其中含有 {source}，此前无人知晓。",
  ],
  "ledger.beacon-invalid": [
    "fails",
    "The beacon of round {round} is not signed by its network.",
    "第 {round} 轮信标不是由其网络签名的。",
  ],
  "ledger.beacon-unknown": [
    "informs",
    "A beacon is of a network that is not known here: {chain}.",
    "某个信标来自此处未知的网络：{chain}。",
  ],
  // Times.
  "ledger.time-contradiction": [
    "fails",
    "Entries {from} to {to} were made after {before} by {beforeSource} and before {after} by {afterSource}: both cannot be right.",
    "按 {beforeSource}，第 {from} 至 {to} 条记录产生于 {before} 之后；按 {afterSource}，则在 {after} 之前：二者不可能同时成立。",
  ],
  "ledger.claimed-too-early": [
    "fails",
    "Entry {index} claims {claimed}, {by} before the earliest possible time {bound} ({source}).",
    "第 {index} 条记录自称产生于 {claimed}，比最早可能时间 {bound}（{source}）早 {byZh}。",
  ],
  "ledger.claimed-too-late": [
    "fails",
    "Entry {index} claims {claimed}, {by} after the latest possible time {bound} ({source}).",
    "第 {index} 条记录自称产生于 {claimed}，比最晚可能时间 {bound}（{source}）晚 {byZh}。",
  ],
  "ledger.clock-set-back": [
    "informs",
    "The writer's clock was set back by {by} before entry {index}, in one run of the machine.",
    "在第 {index} 条记录之前，书写者的时钟在同一次开机期间被拨回 {byZh}。",
  ],
  "ledger.clock-gap": [
    "informs",
    "The writer's clock gained {by} before entry {index}: the machine slept, or the clock was set forward.",
    "在第 {index} 条记录之前，书写者的时钟多走了 {byZh}：机器曾休眠，或时钟被拨快。",
  ],
  "ledger.tail-unanchored": [
    "informs",
    "From entry {from} on nothing from outside bounds the record (entries without a bound at its end: {count}): until then the owner could rewrite them.",
    "自第 {from} 条起的最后 {count} 条记录没有外部证据限定时间：在此之前所有者仍可改写它们。",
  ],
} as const satisfies Record<string, readonly [Level, string, string]>;

/** Codes of this catalogue. */
export type LedgerCode = keyof typeof CATALOGUE;

/** A finding of the catalogue with its values filled in. */
export function finding(code: LedgerCode, values: TextValues = {}, where?: Where): Finding {
  const [level, en, zh] = CATALOGUE[code];
  return { code, level, text: fill({ en, zh }, values), ...(where ? { where } : {}) };
}
