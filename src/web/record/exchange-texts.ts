/** Texts of the Record screen's import and export. */

import type { Text } from "../../base/texts.ts";

/** Labels and sentences, by name. */
export const EXCHANGE = {
  import: { en: "Take over another program’s history", zh: "导入其他程序的历史" },
  importText: {
    en: "Each run is taken over once, as that program’s claim: grade C. Its times are what the program says.",
    zh: "每次运行只导入一次，作为该程序的主张：等级 C。其时间为该程序所述。",
  },
  from: { en: "From", zh: "来源" },
  comfyui: { en: "ComfyUI", zh: "ComfyUI" },
  invokeai: { en: "InvokeAI", zh: "InvokeAI" },
  fooocus: { en: "Fooocus", zh: "Fooocus" },
  folder: { en: "Folder of images", zh: "图像文件夹" },
  comfyuiSource: { en: "Address of the server, or path of a saved history", zh: "服务器地址，或已保存历史的路径" },
  invokeaiSource: { en: "Whole path of invokeai.db, or of its folder", zh: "invokeai.db 或其文件夹的完整路径" },
  fooocusSource: { en: "Whole path of log.html, or of the outputs folder", zh: "log.html 或输出文件夹的完整路径" },
  folderSource: { en: "Whole path of the folder", zh: "文件夹的完整路径" },
  images: { en: "Folder of its images (may stay empty)", zh: "图像所在文件夹（可留空）" },
  session: { en: "Session (may stay empty)", zh: "会话（可留空）" },
  takeOver: { en: "Take over", zh: "导入" },
  stop: { en: "Stop", zh: "停止" },
  running: { en: "Taking over from {from}: {runs} runs", zh: "正在从 {from} 导入：{runs} 次运行" },
  stopped: {
    en: "Stopped after {runs} runs; the next import goes on from there.",
    zh: "已于 {runs} 次运行后停止；下次导入将继续。",
  },
  failed: { en: "Not taken over: {why}", zh: "未能导入：{why}" },
  done: {
    en: "Session “{session}”: {runs} runs taken over, {images} images, {missing} images missing, {known} runs known before",
    zh: "会话「{session}」：导入 {runs} 次运行、{images} 幅图像；缺图像 {missing} 幅；此前已有 {known} 次",
  },
  export: { en: "Export the record", zh: "导出记录" },
  whole: { en: "all sessions", zh: "全部会话" },
  withoutContents: { en: "without prompts, words and names of files", zh: "不含提示词、文字与文件名" },
  prov: { en: "PROV-JSON", zh: "PROV-JSON" },
  provText: { en: "W3C’s form of provenance", zh: "W3C 来源数据格式" },
  events: { en: "Events", zh: "事件" },
  eventsText: { en: "one JSON object a line, with bounds and grades", zh: "每行一个 JSON 对象，含时间界限与等级" },
  proofs: { en: "Proofs", zh: "证明" },
  proofsText: {
    en: "each entry with its proof under the newest checkpoint; stock tools check it",
    zh: "每条记录及其在最新检查点下的证明，通用工具可核验",
  },
  ledger: { en: "Static ledger", zh: "静态账本" },
  ledgerText: {
    en: "the whole log as tlog-tiles, without contents or keys; stock clients read it",
    zh: "整个日志（tlog-tiles），不含内容与密钥，通用客户端可读",
  },
} as const satisfies Record<string, Text>;
