/**
 * The bundled case, made from nothing: a session recorded live with the embedded engine and stamped by an authority made for
 * the purpose, a later simulation of it, an alleged copy, experiments, assessment under all rules, the dossier in both languages and the bundle, which a second process then
 * verifies with Seedproof and with stock tools.
 *
 *     npm run demo -- [folder]        # default: demo
 */

import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import sharp from "sharp";
import { createLedger } from "../src/node/ledger-home.ts";
import type { LedgerStore } from "../src/node/ledger-store.ts";
import { recordEvent } from "../src/node/recorder.ts";
import { openFaces } from "../src/server/faces.ts";
import { makeAuthority, serveAuthority } from "./demo/authority.ts";
import { verifyWithStockTools } from "./demo/stock-tools.ts";

const out = resolve(process.argv[2] ?? "demo");
const [home, theCase, bundle] = [join(out, "workspace"), join(out, "case"), join(out, "bundle")];
const sw = { name: "seedproof", version: "demo" };
const session = "spring";
const maker = { capture: "noted", agent: { kind: "person", name: "the maker" } } as const;

function say(text: string): void {
  process.stdout.write(`\n── ${text}\n`);
}

/** Runs a program; its output goes to the terminal. Gives its exit status, `undefined` where it is not installed. */
function run(program: string, args: readonly string[], cwd = out): number | undefined {
  process.stdout.write(
    `$ ${program === process.execPath ? "seedproof" : program} ${args.filter((arg) => !arg.endsWith("seedproof.js")).join(" ")}\n`,
  );
  const { status, error } = spawnSync(program, args, { cwd, stdio: ["ignore", "inherit", "inherit"] });
  if (error) process.stdout.write(`  (${program} is not installed here)\n`);
  return error ? undefined : (status ?? 1);
}

const bin = resolve("bin/seedproof.js");

function seedproof(...args: readonly string[]): number {
  return run(process.execPath, [bin, ...args, "--home", home]) ?? 1;
}

/** A step that must work. */
function must(status: number | undefined, ...fine: readonly number[]): void {
  if (status !== undefined && status !== 0 && !fine.includes(status)) {
    process.stderr.write(`a step of the demonstration failed with status ${status}\n`);
    process.exit(1);
  }
}

if (existsSync(out)) {
  process.stderr.write(`${out} is there already\n`);
  process.exit(64);
}
mkdirSync(home, { recursive: true });

say("1  A session, recorded while it happens: an intention, three images from the embedded engine, a choice");
createLedger(home, sw).close();
await recordEvent(home, sw, session, "intent.noted", { text: "夜色中的红猫，安静。A red cat at night, quiet." }, maker);
const faces = openFaces({
  home,
  version: "demo",
  sw,
  session: () => session,
  report: (error) => process.stderr.write(`${String(error)}\n`),
});
const ASKED = [
  { prompt: "cat, red, day", seed: 562327064, steps: 4, cfg_scale: 3 },
  { prompt: "cat, red, night", seed: 562327064, steps: 4, cfg_scale: 4.5 },
  { prompt: "(cat:1.2), red, night", seed: 119129788, steps: 4, cfg_scale: 4.5 },
];
const files: string[] = [];
for (const [i, asked] of ASKED.entries()) {
  const body = JSON.stringify({
    ...asked,
    negative_prompt: "",
    width: 128,
    height: 128,
    sampler_name: "Euler",
    scheduler: "Karras",
  });
  const answer = await faces.apps[0]!.request("/sdapi/v1/txt2img", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  const { images } = (await answer.json()) as { images: readonly string[] };
  const file = join(out, `candidate-${i + 1}.png`);
  writeFileSync(file, Buffer.from(images[0]!, "base64"));
  files.push(file);
  const last = i === ASKED.length - 1;
  const why = last ? "the light is right / 光线合适" : "not yet / 尚未达到";
  const image = { why, path: file };
  await recordEvent(
    home,
    sw,
    session,
    last ? "image.kept" : "image.rejected",
    (store) => ({ image: store.putBlob(new Uint8Array(readFileSync(image.path)), "image", "image/png"), why }),
    maker,
  );
  process.stdout.write(`${file}  ${asked.prompt}\n`);
}
/** Two images that follow each other, as what stood before a revision and after it. */
function stepOf(store: LedgerStore, from: number) {
  const [before, after] = [from, from + 1].map((i) =>
    store.putBlob(new Uint8Array(readFileSync(files[i]!)), "image", "image/png"),
  );
  return { before: before!, after: after! };
}
await recordEvent(
  home,
  sw,
  session,
  "dimension.said",
  (store) => ({ dimension: "colour", text: "day became night / 白昼改为夜晚", ...stepOf(store, 0) }),
  maker,
);
await recordEvent(
  home,
  sw,
  session,
  "dimension.said",
  (store) => ({ dimension: "composition", text: "the cat larger in the frame / 猫在画面中更大", ...stepOf(store, 1) }),
  maker,
);
await faces.close();
const [kept] = files.slice(-1) as [string];
const root = await anchored();

/**
 * Has an authority of this computer stamp the record: the steps are those of a real one, the trust is not.
 * @returns its root certificate; `undefined` where there is no openssl
 */
async function anchored(): Promise<string | undefined> {
  const folder = join(out, "authority");
  if (!makeAuthority(folder)) {
    process.stdout.write(
      "(openssl is not here: nothing vouches for the time from outside, and the record stays at grade S)\n",
    );
    return undefined;
  }
  const authority = await serveAuthority(folder, "tsa");
  const args = ["ledger", "anchor", "--tsa", authority.url, "--ca", authority.root, "--home", home];
  process.stdout.write(`$ seedproof ${args.join(" ")}\n`);
  // Beside this process, which answers for the authority.
  const child = spawn(process.execPath, [bin, ...args], { stdio: ["ignore", "inherit", "inherit"] });
  must((await new Promise<number | null>((done) => child.on("close", done))) ?? 1);
  authority.close();
  process.stdout.write("(A demonstration authority, made on this computer a moment ago: nobody should trust it.)\n");
  return authority.root;
}

say("2  An alleged copy: the strip with the mark is cut off, saved again");
const copy = join(out, "blog.jpg");
await sharp(kept).extract({ left: 0, top: 0, width: 128, height: 112 }).jpeg({ quality: 88 }).toFile(copy);

say("3  The case: exhibits, a history made up afterwards, experiments, statements");
must(
  seedproof(
    "case",
    "init",
    theCase,
    "--ref",
    "DEMO-1",
    "--title",
    "EN=A red cat at night (demonstration)|ZH=夜色中的红猫（演示）",
    "--date",
    "2026-11-30T00:00:00Z",
    "--party",
    "claimant=The maker",
    "--party",
    "defendant=A blog",
    "--question",
    "EN=Can the image be drawn again from its settings?|ZH=能否由其参数再次生成该图像？|FACTS=reproduce.verdict,study.path_independent,study.other_inputs_give_other_images",
    "--question",
    "EN=Is there a record made at the time?|ZH=是否存在当时形成的记录？|FACTS=process.record_kind,process.prompt_linked_to_image,process.revisions_after_first",
    "--question",
    "EN=How does it stand under the rules?|ZH=依各规则情形如何？",
  ),
);
const add = (path: string, role: string, from: string): void =>
  must(seedproof("case", "add", theCase, path, "--as", role, "--from", from));
add(kept, "image", "EN=the claimant|ZH=主张者");
add(copy, "copy", "EN=captured from the blog|ZH=自博客取得");
if (root) {
  // Whom this case believes about times.
  mkdirSync(join(theCase, "trust"), { recursive: true });
  copyFileSync(root, join(theCase, "trust", "demonstration.pem"));
}
add(
  home,
  "ledger",
  root
    ? "EN=the claimant. Its outside time is by a demonstration authority, made on this computer for this demonstration, which nobody should trust|ZH=主张者。其外部时间出自为本演示在本机生成的演示时间戳机构，任何人均不应信任"
    : "EN=the claimant|ZH=主张者",
);
const history = spawnSync(process.execPath, [bin, "record", "fabricate", kept, "--json"], { encoding: "utf8" }).stdout;
writeFileSync(join(out, "simulation.json"), history);
add(join(out, "simulation.json"), "simulation", "EN=made up for this demonstration|ZH=为本演示事后生成");
must(seedproof("case", "examine", theCase));
must(seedproof("case", "run", theCase, "protocol", "detour", "--from", kept, "--word", "night=day"));
const said: readonly (readonly [string, string])[] = [
  ["author.natural_or_legal_person", "yes"],
  ["author.configured_model_and_selected", "yes"],
  ["tool_maker.intended_this_image", "no"],
  ["contrary_evidence", "no"],
  ["process.thinking_explained", "yes"],
  ["use.permission", "no"],
  ["compare.medium", "two-dimensional"],
];
for (const [key, value] of said) must(seedproof("case", "say", theCase, key, value, "--by", "The maker"));

say("4  Assessment under the three rules that are compared; the dossier has all");
must(seedproof("assess", theCase, "--rule", "cn.bic.li-v-liu.2023", "cn.bic.zhou.2025", "opinion.li-boyang.2023"));

say("5  The dossier in both languages, with the bundle inside; the bundle with the dossier inside");
must(seedproof("dossier", "build", theCase, "-o", join(out, "dossier.pdf")));
must(seedproof("dossier", "build", theCase, "-o", join(out, "dossier.html")));
must(seedproof("bundle", theCase, "-o", bundle, "--document", join(out, "dossier.pdf"), join(out, "dossier.html")));

say("6  Verified in other processes: Seedproof first, then tools that know nothing of it");
// This workspace believes the demonstration authority; parts may stay open, nothing may fail.
must(seedproof("verify", bundle), 2, 3);
let failed = 0;
process.stdout.write("\nBy tools that know nothing of Seedproof, with the commands of the bundle's VERIFY.md:\n");
await verifyWithStockTools(
  { bundle, dossier: join(out, "dossier.pdf"), stamped: root !== undefined, word: "夜色中的红猫" },
  ({ tool, about, verdict, said }) => {
    const mark = { holds: "✓ holds", fails: "✕ fails", absent: "– tool not here" }[verdict];
    process.stdout.write(`${mark}  ${tool}: ${about}\n${said && `${said}\n`}`);
    if (verdict === "fails") failed++;
  },
);
must(failed);

say("7  One byte of the bundle is changed: it must be found and named");
const altered = join(out, "altered");
must(run("cp", ["-r", bundle, altered]));
const [victim] = readFileSync(join(altered, "manifest-sha256.txt"), "utf8").split("\n")[0]!.split("  ").slice(1) as [
  string,
];
const bytes = readFileSync(join(altered, victim));
bytes[0] = bytes[0]! ^ 1;
writeFileSync(join(altered, victim), bytes);
const status = seedproof("verify", altered);
rmSync(altered, { recursive: true });
if (status !== 1) {
  process.stderr.write("the change was not found\n");
  process.exit(1);
}
say(`Done: ${out}`);
