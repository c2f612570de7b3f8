/** The words of the page that verifies bundles. */

import type { Text } from "../../base/texts.ts";

/** All of them. */
export const TEXTS = {
  page: { en: "Verify a bundle", zh: "核验证据包" },
  lead: {
    en: "Everything is checked here, in this page, without a network. Nothing that you open leaves this computer.",
    zh: "全部核验均在本页面内离线完成。您打开的任何内容都不会离开本机。",
  },
  drop: { en: "Drop the bundle here, its folder or its zip", zh: "将证据包（文件夹或 zip）拖放到此处" },
  zip: { en: "Choose a zip or PDF", zh: "选择 zip 或 PDF" },
  folder: { en: "Choose a folder", zh: "选择文件夹" },
  example: {
    en: "A bundle is the folder that this page came in, its zip, or the dossier's PDF with the bundle attached.",
    zh: "证据包即本页面所在的文件夹，其 zip 文件，或附有证据包的案卷 PDF。",
  },
  other: { en: "Verify another", zh: "核验另一个" },
  checking: { en: "Checking file {files} of {of}", zh: "正在核验第 {files} / {of} 个文件" },
  opening: { en: "Reading the files", zh: "正在读取文件" },
  holds: { en: "The bundle holds", zh: "证据包成立" },
  holdsWhy: {
    en: "Every file is the one that is listed, and nothing in the bundle contradicts anything else in it. That says nothing about who made it, beyond what is listed below.",
    zh: "每个文件均与清单一致，包内各项互不矛盾。除下列内容外，不说明由何人制作。",
  },
  fails: { en: "The bundle does not hold", zh: "证据包不成立" },
  failsWhy: {
    en: "Something was changed, removed or added, or does not follow from what it should follow from. Each is named below.",
    zh: "有内容被改动、移除或添加，或与其依据不符。以下逐一列明。",
  },
  refused: { en: "This cannot be read as a bundle", zh: "无法作为证据包读取" },
  number: { en: "Number of this bundle", zh: "证据包编号" },
  numberNote: {
    en: "Compare it with the number that you were given on another way. Paste that number here:",
    zh: "请与您通过其他途径收到的编号比对。可将该编号粘贴于此：",
  },
  same: { en: "the same", zh: "一致" },
  notSame: { en: "another one", zh: "不一致" },
  failed: { en: "What fails", zh: "不成立的事项" },
  held: { en: "What holds", zh: "成立的事项" },
  told: { en: "What to know, and what this cannot tell", zh: "须知及无法判断的事项" },
  more: { en: "and {count} more of this kind", zh: "另有 {count} 项同类" },
  exhibits: { en: "Exhibits", zh: "检材" },
  record: { en: "The record", zh: "过程记录" },
  disclosed: { en: "{disclosed} of {size} entries disclosed", zh: "{size} 条记录中披露 {disclosed} 条" },
  withheld: { en: "not disclosed: hashes only", zh: "未披露：仅有哈希" },
  entriesSpan: { en: "Entries {from} – {to}", zh: "第 {from} – {to} 条" },
  notBefore: { en: "not before {time}", zh: "不早于 {time}" },
  notAfter: { en: "not after {time}", zh: "不晚于 {time}" },
  unbounded: { en: "no outside time", zh: "无外部时间" },
  byEntry: { en: "named by entry {index}", zh: "载于第 {index} 条记录" },
  byNone: { en: "named by no disclosed entry", zh: "未载于任何已披露的记录" },
  trust: { en: "Whom you believe", zh: "您所信任的对象" },
  trustNote: {
    en: "A bundle cannot vouch for its own witnesses. Choose the root certificates of timestamp authorities that you have from elsewhere, or tick those that the maker believes after comparing each fingerprint with the authority's own publication. Then the times are checked again.",
    zh: "证据包不能为其自身的证人作保。请选择您从其他途径获得的时间戳机构根证书；或在将指纹与该机构自行公布的指纹比对之后，勾选制作者所信任的证书。随后将重新核验时间。",
  },
  offered: { en: "The maker believes", zh: "制作者信任" },
  compared: { en: "compared; I believe it", zh: "已比对，予以信任" },
  chooseRoots: { en: "Choose certificates (PEM)", zh: "选择证书（PEM）" },
  rootsChosen: { en: "{count} of your own", zh: "您自有的 {count} 份" },
  key: { en: "Key of the record, as its owner gave it to you", zh: "所有者提供给您的记录密钥" },
  files: { en: "{count} files", zh: "{count} 个文件" },
  imageAlt: { en: "Exhibit {id}: {name}", zh: "检材 {id}：{name}" },
  byBrowser: {
    en: "Signatures of Content Credentials inside images are not checked by this page; seedproof credentials read or c2patool does that.",
    zh: "本页面不核验图像内内容凭证的签名；可使用 seedproof credentials read 或 c2patool。",
  },
  theme: { en: "Light or dark", zh: "浅色或深色" },
  noFolder: {
    en: "The browser does not give a page that was opened as a file what is in a dropped folder. Choose the folder with the button, or drop the zip.",
    zh: "浏览器不允许以文件方式打开的页面读取拖入的文件夹。请用按钮选择文件夹，或拖入 zip。",
  },
} as const satisfies Record<string, Text>;
