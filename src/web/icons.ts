/** Icons of the page, drawn by Lucide (ISC): 24-grid lines with round ends. */

import archive from "lucide-static/icons/archive-restore.svg?raw";
import pasteArrow from "lucide-static/icons/arrow-down-left.svg?raw";
import swap from "lucide-static/icons/arrow-up-down.svg?raw";
import dossier from "lucide-static/icons/book-marked.svg?raw";
import studio from "lucide-static/icons/brush.svg?raw";
import check from "lucide-static/icons/check.svg?raw";
import chevronDown from "lucide-static/icons/chevron-down.svg?raw";
import chevronRight from "lucide-static/icons/chevron-right.svg?raw";
import help from "lucide-static/icons/circle-question-mark.svg?raw";
import compare from "lucide-static/icons/columns-2.svg?raw";
import contrast from "lucide-static/icons/contrast.svg?raw";
import copy from "lucide-static/icons/copy.svg?raw";
import reproduce from "lucide-static/icons/copy-check.svg?raw";
import pinned from "lucide-static/icons/corner-left-down.svg?raw";
import dice from "lucide-static/icons/dices.svg?raw";
import eraser from "lucide-static/icons/eraser.svg?raw";
import watched from "lucide-static/icons/eye.svg?raw";
import study from "lucide-static/icons/flask-conical.svg?raw";
import lineage from "lucide-static/icons/git-fork.svg?raw";
import grid from "lucide-static/icons/grid-3x3.svg?raw";
import hammer from "lucide-static/icons/hammer.svg?raw";
import history from "lucide-static/icons/history.svg?raw";
import info from "lucide-static/icons/info.svg?raw";
import key from "lucide-static/icons/key-round.svg?raw";
import layers from "lucide-static/icons/layers.svg?raw";
import library from "lucide-static/icons/layout-grid.svg?raw";
import hooked from "lucide-static/icons/link.svg?raw";
import record from "lucide-static/icons/list-tree.svg?raw";
import maximize from "lucide-static/icons/maximize-2.svg?raw";
import minus from "lucide-static/icons/minus.svg?raw";
import moon from "lucide-static/icons/moon.svg?raw";
import noted from "lucide-static/icons/pencil-line.svg?raw";
import play from "lucide-static/icons/play.svg?raw";
import plug from "lucide-static/icons/plug.svg?raw";
import plus from "lucide-static/icons/plus.svg?raw";
import beacon from "lucide-static/icons/radio-tower.svg?raw";
import recycle from "lucide-static/icons/recycle.svg?raw";
import again from "lucide-static/icons/refresh-cw.svg?raw";
import read from "lucide-static/icons/scan-eye.svg?raw";
import search from "lucide-static/icons/search.svg?raw";
import settings from "lucide-static/icons/settings-2.svg?raw";
import split from "lucide-static/icons/split.svg?raw";
import stamp from "lucide-static/icons/stamp.svg?raw";
import star from "lucide-static/icons/star.svg?raw";
import sun from "lucide-static/icons/sun.svg?raw";
import intent from "lucide-static/icons/target.svg?raw";
import upload from "lucide-static/icons/upload.svg?raw";
import witnesses from "lucide-static/icons/users.svg?raw";
import close from "lucide-static/icons/x.svg?raw";

/** The inner drawing of each icon, by what it means here. */
export const ICONS = {
  again,
  archive,
  beacon,
  check,
  chevronDown,
  chevronRight,
  close,
  compare,
  contrast,
  copy,
  dice,
  dossier,
  eraser,
  grid,
  hammer,
  help,
  history,
  hooked,
  info,
  intent,
  key,
  layers,
  library,
  lineage,
  maximize,
  minus,
  moon,
  noted,
  pasteArrow,
  pinned,
  play,
  plug,
  plus,
  read,
  record,
  recycle,
  reproduce,
  search,
  settings,
  split,
  stamp,
  star,
  studio,
  study,
  sun,
  swap,
  upload,
  watched,
  witnesses,
} as const;

/** Names of icons. */
export type IconName = keyof typeof ICONS;
