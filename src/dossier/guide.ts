/** `VERIFY.md`: how anyone checks a bundle with tools that are not ours, in English and Chinese. */

import { fromUtf8 } from "../base/bytes.ts";
import { isObject } from "../base/json.ts";
import { tryJson } from "../base/json-text.ts";
import type { Lang, Text } from "../base/texts.ts";
import type { BundleFiles, BundleInput } from "./bundle-input.ts";

/** One thing that can be checked, with the commands for it. */
interface Check {
  readonly head: Text;
  readonly words: Text;
  readonly commands: readonly string[];
}

/** The guide for a bundle with these payload files. */
export function guide(input: BundleInput, payload: BundleFiles): string {
  const checks = checksOf(payload);
  return [page(input, checks, "en"), page(input, checks, "zh")].join("\n---\n\n");
}

function page(input: BundleInput, checks: readonly Check[], lang: Lang): string {
  const sections = checks.map(({ head, words, commands }, i) =>
    [
      `## ${i + 1}. ${head[lang]}`,
      "",
      words[lang],
      ...(commands.length > 0 ? ["", "```sh", ...commands, "```"] : []),
      "",
    ].join("\n"),
  );
  const head = [`# ${INTRO.title[lang]}: ${oneLine(input.title[lang])}`, "", INTRO.words[lang], ""].join("\n");
  return `${head}\n${sections.join("\n")}`;
}

/** A title as one line of plain text: it comes from a user, and must not become a command to copy. */
const oneLine = (text: string): string => text.replaceAll(/[\s`#<>]+/g, " ").trim();

const INTRO = {
  title: { en: "How to check this bundle", zh: "如何核验本证据包" },
  words: {
    en:
      "Nothing of Seedproof is needed; where a command is missing, Debian's package stands behind it in brackets. All commands run in this " +
      "folder, offline. What they show is that the files are these, in this order, not later than the times stated. They do not show who " +
      "sat at the keyboard, and this is no legal advice.",
    zh:
      "核验无需 Seedproof；缺少的命令可由括号内的 Debian 软件包提供。所有命令均在本文件夹内离线运行。核验结果说明文件即为这些文件、顺序如此、" +
      "不晚于所载时间；不说明实际操作人，亦不构成法律意见。",
  },
} as const;

function checksOf(payload: BundleFiles): Check[] {
  const paths = [...payload.keys()];
  const has = (prefix: string): boolean => paths.some((path) => path.startsWith(prefix));
  return [
    FILES,
    ...(has("ledgers/") ? [ledgerCheck(payload)] : []),
    ...tokenChecks(paths),
    ...(paths.some((path) => path.endsWith(".ots")) ? [OTS] : []),
    ...(has("provenance/") ? [PROV] : []),
    ...(has("exhibits/") ? [IMAGES] : []),
    ...(has("rules/") ? [RULES] : []),
    PAGE,
  ];
}

const FILES: Check = {
  head: { en: "Every file (coreutils)", zh: "每个文件（coreutils）" },
  words: {
    en: "Each must say OK. The third command prints the number of this bundle: compare it with the one that you were given on another way.",
    zh: "每行均应显示 OK。第三条命令输出本证据包的编号：请与另行收到的编号比对。",
  },
  commands: [
    "sha256sum --check --quiet --strict manifest-sha256.txt && echo HOLDS payload",
    "sha256sum --check --quiet --strict tagmanifest-sha256.txt && echo HOLDS tags",
    "sha256sum tagmanifest-sha256.txt",
    "find . -type f | wc -l; cat manifest-sha256.txt tagmanifest-sha256.txt | wc -l   # one more file than lines: no file was added",
  ],
};

function ledgerCheck(payload: BundleFiles): Check {
  const commands = [...payload.keys()].flatMap((path) => {
    const id = /^ledgers\/([^/]+)\/log\.json$/.exec(path)?.[1];
    return id === undefined ? [] : [`${GO_RUN} data/ledgers/${id} '${vkeyOf(payload.get(path)!)}'`];
  });
  return {
    head: {
      en: "The record (golang-go, golang-golang-x-mod-dev)",
      zh: "过程记录（golang-go、golang-golang-x-mod-dev）",
    },
    words: {
      en:
        "Checks the signed checkpoints, and that each disclosed entry stands at its place, with Go's own packages. The key is the record's own " +
        "word: compare it with the one that its owner gave you earlier. Entries that are not disclosed are committed to by their hashes; " +
        "their contents are not here.",
      zh:
        "以 Go 自带的软件包核验已签名的检查点，以及每条已披露记录的位置。密钥出自记录自身：请与其所有者此前提供的密钥比对。未披露的记录由其哈希予以固定，" +
        "内容不在此处。",
    },
    commands,
  };
}

const GO_RUN = "GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS= go run data/check-ledger.go";

/** The key as the log states it, where it is one that a shell takes for one word. */
function vkeyOf(description: Uint8Array): string {
  const info = tryJson(fromUtf8(description) ?? "");
  return isObject(info) && typeof info.vkey === "string" && /^[\w.+/=:-]+$/.test(info.vkey) ? info.vkey : "VKEY";
}

/** One command for each token; its own time is what its certificates are judged at. */
function tokenChecks(paths: readonly string[]): Check[] {
  const tokens = paths.filter((path) => /^ledgers\/[\w.-]+\/time\/\d+\/[\w.-]+\.tsr$/.test(path));
  if (tokens.length === 0) return [];
  const commands = tokens.flatMap((token) => {
    const [, id, , size] = token.split("/");
    return [
      `t=data/${token}; at=$(date -u -d "$(openssl ts -reply -in $t -text | sed -n 's/^Time stamp: //p')" +%s)`,
      `openssl ts -verify -data data/ledgers/${id}/checkpoints/${size} -in $t -CAfile "$roots" -attime "$at"`,
    ];
  });
  return [
    {
      head: { en: "The times (openssl)", zh: "时间（openssl）" },
      words: {
        en:
          "The first line collects the certificates of authorities: `data/trust/` has those that the maker believes. Look at their " +
          "fingerprints (`openssl x509 -noout -fingerprint -sha256 -in FILE`) and compare them with the authority's own publication first.",
        zh:
          "首行汇集机构证书：`data/trust/` 内为制作者所信任的证书。请先查看其指纹" +
          "（`openssl x509 -noout -fingerprint -sha256 -in FILE`），并与该机构自行公布的指纹比对。",
      },
      commands: ['roots=$(mktemp); cat data/trust/*.pem > "$roots"', ...commands],
    },
  ];
}

const OTS: Check = {
  head: { en: "Bitcoin (opentimestamps-client)", zh: "比特币（opentimestamps-client）" },
  words: {
    en: "Each proof is over the checkpoint whose size is the name of its folder. Compare the block with any copy of the chain.",
    zh: "每份证明针对以其文件夹名为大小的检查点。请将区块与任一份区块链副本比对。",
  },
  commands: [
    'for o in data/ledgers/*/time/*/*.ots; do ots info "$o"; d=$(dirname "$o"); sha256sum "$d/../../checkpoints/$(basename "$d")"; done',
  ],
};

const PROV: Check = {
  head: { en: "The history as PROV (python3-prov)", zh: "以 PROV 表示的过程（python3-prov）" },
  words: {
    en: "Prints who did what to which file, in the notation of the W3C. Files are named by their SHA-256.",
    zh: "以 W3C 记法输出何人对何文件做了何事。文件以其 SHA-256 命名。",
  },
  commands: [
    `for p in data/provenance/*.json; do /usr/bin/python3 -c "import sys, prov.model as m; print(m.ProvDocument.deserialize(sys.argv[1], format='json').get_provn())" "$p"; done`,
  ],
};

const IMAGES: Check = {
  head: { en: "The images (libimage-exiftool-perl)", zh: "图像（libimage-exiftool-perl）" },
  words: {
    en: "Shows the generation data, labels and Content Credentials in the originals. Only `c2patool` or contentcredentials.org checks the latter's signatures.",
    zh: "显示原件中的生成数据、标识与内容凭证。后者的签名只能以 `c2patool` 或 contentcredentials.org 核验。",
  },
  commands: ["exiftool -r -a -G1 -struct data/exhibits"],
};

const RULES: Check = {
  head: { en: "The assessment", zh: "评估" },
  words: {
    en: "`data/rules/` has the tests as data, with their sources; `data/facts.json` the graded facts; `data/assessments/` what follows. It is an aid for counsel, not a finding of law.",
    zh: "`data/rules/` 为以数据表示的判断规则及其出处；`data/facts.json` 为分级的事实；`data/assessments/` 为由此得出的结果。仅供律师参考，并非法律认定。",
  },
  commands: [],
};

const PAGE: Check = {
  head: { en: "All of it at once", zh: "一次核验全部" },
  words: {
    en:
      "`verify.html` does all of this in a browser without a network: open it and drop this folder, or its zip, on it. It came with the bundle; " +
      "whoever doubts it takes the same page from Seedproof's own release, or runs `seedproof verify .`.",
    zh:
      "`verify.html` 可在浏览器中离线完成上述全部核验：打开后将本文件夹或其 zip 拖入即可。该页面随包附带；如有疑虑，可取用 Seedproof 发布的同一页面，" +
      "或运行 `seedproof verify .`。",
  },
  commands: [],
};
