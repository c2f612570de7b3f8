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
    "The log continues the checkpoint over {size} entries that you hold.",
    "本日志是您所持有的覆盖 {size} 条记录的检查点的延续。",
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
    "{count} promised entries are durable but not yet in a checkpoint.",
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
  "ledger.receipt-kept": ["holds", "The receipt for entry {index} is kept.", "第 {index} 条记录的回执得到兑现。"],
  "ledger.receipt-broken": [
    "fails",
    "The log gave a receipt for entry {index} and does not have that entry there.",
    "日志曾为第 {index} 条记录出具回执，但该处没有那条记录。",
  ],
  // Files beside the log.
  "ledger.files-hold": [
    "holds",
    "All {count} files that entries name are there and unchanged.",
    "记录所指的 {count} 个文件都在且未改变。",
  ],
  "ledger.file-missing": [
    "fails",
    "A file that an entry names is missing, and no entry says that it was erased.",
    "记录所指的一个文件缺失，且没有记录说明它已被删除。",
  ],
  "ledger.file-altered": ["fails", "A file is not the one that an entry names.", "某个文件不是记录所指的那一个。"],
  "ledger.file-not-kept": [
    "informs",
    "A file that an entry names was never kept here; its hash stays provable.",
    "记录所指的一个文件未保存在此处；其哈希仍可证明。",
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
} as const satisfies Record<string, readonly [Level, string, string]>;

/** Codes of this catalogue. */
export type LedgerCode = keyof typeof CATALOGUE;

/** A finding of the catalogue with its values filled in. */
export function finding(code: LedgerCode, values: TextValues = {}, where?: Where): Finding {
  const [level, en, zh] = CATALOGUE[code];
  return { code, level, text: fill({ en, zh }, values), ...(where ? { where } : {}) };
}
