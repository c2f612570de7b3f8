/** Texts of the shell. */

import type { Text } from "../base/texts.ts";

/** Labels and sentences, by name. */
export const SHELL = {
  read: { en: "Read", zh: "读图" },
  studio: { en: "Studio", zh: "生成" },
  reproduce: { en: "Reproduce", zh: "复现" },
  record: { en: "Record", zh: "记录" },
  compare: { en: "Compare", zh: "比对" },
  library: { en: "Library", zh: "图库" },
  dossier: { en: "Dossier", zh: "卷宗" },
  noKeyShort: { en: "The program is not connected.", zh: "未连接到程序。" },
  screens: { en: "Screens", zh: "页面" },
  skip: { en: "To the content", zh: "跳到内容" },
  ask: { en: "Paste generation data, or drop an image", zh: "粘贴生成数据，或把图拖进来" },
  askLabel: { en: "Generation data as text", zh: "生成数据文本" },
  ledger: { en: "Ledger", zh: "账本" },
  entries: { en: "{size} entries, signed {age}", zh: "{size} 条，{age}签名" },
  now: { en: "just now", zh: "刚刚" },
  minutes: { en: "{n} min ago", zh: "{n} 分钟前" },
  hours: { en: "{n} h ago", zh: "{n} 小时前" },
  days: { en: "{n} d ago", zh: "{n} 天前" },
  tour: { en: "Tour", zh: "导览" },
  takeTour: { en: "Walk the steps of Li v. Liu", zh: "导览：重走“李某诉刘某案”" },
  help: { en: "Help", zh: "帮助" },
  saveRead: { en: "Save Read as one file, for offline use", zh: "将读图页存为单个离线文件" },
  saveVerify: { en: "Save Verify as one file, for offline use", zh: "将核验页存为单个离线文件" },
  drop: { en: "Let go to read it", zh: "松开即可读取" },
  noKey: {
    en: "This page has no key to the workspace. Open the address that the program printed. Reading works without it.",
    zh: "本页没有工作区密钥。请打开程序启动时给出的地址。读图不需要密钥。",
  },
  gone: {
    en: "The program does not answer. It may have been stopped; nothing that was acknowledged is lost. Trying again …",
    zh: "程序没有应答，可能已停止；已确认的内容不会丢失。正在重试……",
  },
} as const satisfies Record<string, Text>;
