import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const TRAINING = resolve(import.meta.dirname, "../../models/training");
const SHIPPED = resolve(import.meta.dirname, "../../models/scenes-128");

/** The card that is written from a folder's training.json. */
function cardOf(folder: string): string {
  execFileSync("python3", [join(TRAINING, "card.py"), folder]);
  return readFileSync(join(folder, "README.md"), "utf8");
}

test("the shipped card is what its training.json gives: no figure in it was typed by hand", () => {
  const folder = mkdtempSync(join(tmpdir(), "card-"));
  copyFileSync(join(SHIPPED, "training.json"), join(folder, "training.json"));
  expect(cardOf(folder)).toBe(readFileSync(join(SHIPPED, "README.md"), "utf8"));
});

test("a share is shown with its interval, its count and the goal; a group that does not vary stands apart", () => {
  const folder = mkdtempSync(join(tmpdir(), "card-"));
  const training = JSON.parse(readFileSync(join(SHIPPED, "training.json"), "utf8"));
  const groups = {
    subject: { share: 0.5, interval: [0.43, 0.57], n: 200, varies: true },
    style: { share: 1, interval: [0.98, 1], n: 200, varies: false },
  };
  const read_back = { guidance: 4.5, seed: 1, groups, ceiling: { subject: 0.957 } };
  writeFileSync(join(folder, "training.json"), JSON.stringify({ ...training, read_back, read_back_heldout: null }));
  const card = cardOf(folder);
  expect(card).toContain("| subject | 50 % | 43–57 % | 200 | 85 % |");
  expect(card).toContain("subject 96 %");
  expect(card).not.toMatch(/^\| style \| \d/m);
  expect(card).toContain("always the same in this world, read back all the same: style 100 %.");
});
