/** The catalogue of `seedproof record`. */

import type { Text } from "../base/texts.ts";

/** Sentences, by name. */
export const RECORD_TEXTS = {
  recording: { en: "Recording session “{session}”.", zh: "正在记录会话“{session}”。" },
  proxy: {
    en: "  Point clients of {kind} at {address} instead of {upstream}",
    zh: "  请将 {kind} 的客户端地址由 {upstream} 改为 {address}",
  },
  watching: { en: "  Watching {path}", zh: "  正在监视 {path}" },
  nothing: { en: "Nothing is being recorded.", zh: "当前没有正在进行的记录。" },
  cutOff: {
    en: "Nothing is being recorded; session “{session}” was cut off, and the gap will be noted at the next start.",
    zh: "当前没有正在进行的记录；会话“{session}”曾中断，下次启动时将记下空缺。",
  },
  stopped: {
    en: "Session “{session}” is closed; all that passed is in the ledger.",
    zh: "会话“{session}”已结束；经过的内容均已写入账本。",
  },
  recorded: {
    en: "{type} is entry {index} of the ledger (session “{session}”).",
    zh: "{type} 已记为账本第 {index} 条（会话“{session}”）。",
  },
} as const satisfies Record<string, Text>;
