/** `seedproof credentials`: Content Credentials (C2PA), read and validated, or signed with the user's own key. */

import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { type Command, Option } from "commander";
import { SeedproofError } from "../base/errors.ts";
import { sha256Hex } from "../base/hash.ts";
import type { JsonObject } from "../base/json.ts";
import type { Lang, Text } from "../base/texts.ts";
import { type MiningUse, SOURCE_TYPES, type SourceType } from "../label/manifest.ts";
import { claimSigner } from "../node/credential-key.ts";
import { type FileCredentials, type ReadCredentials, readCredentials, signImage } from "../node/credentials.ts";
import { workspace } from "../node/home.ts";
import { readInput } from "../node/input-file.ts";
import { ledgerPointer } from "../node/ledger-pointer.ts";
import { writeOutput } from "../node/output-file.ts";
import { readImageBytes } from "../node/read-image.ts";
import { indexOf } from "./ledger-run.ts";
import { EXIT, findingLine, type GlobalOptions, langFor, localised, print, printJson, styled } from "./output.ts";
import { VERSION } from "./version.ts";

interface ReadOptions extends GlobalOptions {
  readonly trust?: readonly string[];
}

interface SignOptions extends GlobalOptions {
  readonly output: string;
  readonly key: string;
  readonly cert: string;
  readonly tsa?: string;
  readonly sourceType?: SourceType;
  readonly agent?: string;
  readonly title?: string;
  readonly description?: string;
  readonly trainingMining?: MiningUse;
  readonly constraint?: string;
  readonly action?: readonly string[];
  readonly ledgerEntry?: string;
  readonly force?: boolean;
}

/** Registers `credentials` and its subcommands. */
export function registerCredentials(program: Command): void {
  const credentials = program.command("credentials").description("Content Credentials (C2PA): read, validate, sign");
  credentials
    .command("read")
    .description("who says what about this image, whether that holds, and whether you have a reason to believe it")
    .argument("<file>", "image or video, or - for standard input")
    .option("--trust <pem...>", "certificates of those whom you believe, for signers and time stamps")
    .action(async (file: string, _: object, command: Command) => {
      process.exitCode = await read(file, command.optsWithGlobals());
    });
  signOptions(credentials.command("sign"));
}

function signOptions(command: Command): void {
  command
    .description("sign a PNG, JPEG or WebP; labels and everything else must be in it already")
    .argument("<file>", "the image, or - for standard input")
    .requiredOption("-o, --output <file>", "where to write")
    .requiredOption("--key <pem>", "private key, PKCS #8: P-256, P-384 or Ed25519; readable by you alone")
    .requiredOption("--cert <pem>", "the key's certificate, and those between it and its root")
    .option("--tsa <url>", "timestamp authority (RFC 3161) that stamps the signature")
    .addOption(new Option("--source-type <type>", "how the image came about").choices(Object.keys(SOURCE_TYPES)))
    .option("--agent <name>", "the program that made it (default: what its generation data says)")
    .option("--title <text>", "title of the image (default: the file's name)")
    .option("--description <text>", "what was done, in words")
    .addOption(
      new Option("--training-mining <use>", "whether others may train on it").choices([
        "allowed",
        "notAllowed",
        "constrained",
      ]),
    )
    .option("--constraint <text>", "with constrained: the constraint")
    .option("--action <name...>", "what was done after the first step: c2pa.edited, c2pa.published …")
    .option("--ledger-entry <index>", "point to this entry of the workspace's ledger, which must name the file")
    .option("--force", "write over a file that is there")
    .action(async (file: string, _: object, command: Command) => {
      await sign(file, command.optsWithGlobals());
    });
}

async function read(file: string, options: ReadOptions): Promise<number> {
  const anchors = (options.trust ?? []).map(pemOf).join("\n");
  const bytes = readInput(file);
  const credentials = await readCredentials(bytes, anchors);
  const lang = langFor(options);
  if (options.json) printJson(localised({ file, sha256: sha256Hex(bytes), ...credentials }, lang));
  else for (const line of lines(credentials, lang)) print(line);
  if (credentials.findings.some(({ level }) => level === "fails")) return EXIT.fails;
  return credentials.state === "valid" ? EXIT.ok : EXIT.cannotTell;
}

function pemOf(file: string): string {
  if (!existsSync(file)) throw new SeedproofError("file.not-found", `there is no file ${file}`, { where: { file } });
  const pem = readFileSync(file, "utf8");
  if (!pem.includes("-----BEGIN CERTIFICATE-----")) {
    throw new SeedproofError("label.anchor-malformed", `${file} holds no certificate in PEM`, { where: { file } });
  }
  return pem;
}

const WORDS = {
  signer: { en: "signer", zh: "签名者" },
  issuer: { en: "organisation", zh: "机构" },
  stated: { en: "time stamp", zh: "时间戳" },
  state: { en: "state", zh: "状态" },
  trust: { en: "trust", zh: "信任" },
  time: { en: "time", zh: "时间" },
  ingredient: { en: "made from", zh: "来源" },
  says: { en: "says", zh: "声明" },
} as const satisfies Record<string, Text>;

function lines(credentials: FileCredentials, lang: Lang): string[] {
  const found = credentials.findings.map((finding) => findingLine(finding, lang));
  if (credentials.state === "none") return found;
  return [...credentials.manifests.flatMap((one) => manifestLines(one, lang)), axes(credentials, lang), ...found];
}

function axes({ state, trust, time }: ReadCredentials, lang: Lang): string {
  return `${WORDS.state[lang]} ${state}  ${WORDS.trust[lang]} ${trust}  ${WORDS.time[lang]} ${time.status}`;
}

function manifestLines(manifest: ReadCredentials["manifests"][number], lang: Lang): string[] {
  const row = (label: Text, value: string | undefined): string[] =>
    value === undefined ? [] : [`  ${styled("dim", label[lang])}  ${value}`];
  return [
    styled("bold", [manifest.claimGenerator ?? manifest.label, manifest.title].filter(Boolean).join("  ")),
    ...row(WORDS.signer, manifest.signer?.name),
    ...row(WORDS.issuer, manifest.signer?.issuer),
    ...row(WORDS.stated, manifest.stated),
    ...manifest.actions.flatMap(({ action, digitalSourceType, softwareAgent }) =>
      row(WORDS.says, [action, digitalSourceType?.replace(/^.*\//, ""), softwareAgent].filter(Boolean).join("  ")),
    ),
    ...manifest.ingredients.flatMap(({ title, relationship }) =>
      row(WORDS.ingredient, [relationship, title].filter(Boolean).join("  ")),
    ),
  ];
}

async function sign(file: string, options: SignOptions): Promise<void> {
  const { output, key, cert, tsa, force } = options;
  if (existsSync(output) && !force) {
    throw new SeedproofError("file.exists", `${output} is there already (--force writes over it)`, {
      where: { file: output },
    });
  }
  const bytes = readInput(file);
  const signer = claimSigner({ key, certificates: cert, ...(tsa !== undefined && { tsa }) }, Date.now());
  const ledger = options.ledgerEntry === undefined ? undefined : await pointer(options, bytes);
  const statement = await statementOf(file, bytes, options, ledger);
  const signed = await signImage(bytes, statement, signer);
  writeOutput(output, signed.bytes, force);
  const { state, time, manifests } = signed.report;
  const written = { file: output, sha256: signed.sha256, bytes: signed.bytes.length };
  if (options.json) printJson({ ...written, before: sha256Hex(bytes), state, time, manifest: manifests.at(-1)?.label });
  else print(`${output}  ${written.bytes} B  sha256 ${written.sha256}`);
}

async function pointer({ home, ledgerEntry }: SignOptions, bytes: Uint8Array): Promise<JsonObject> {
  return ledgerPointer(workspace(home), indexOf(ledgerEntry!), sha256Hex(bytes));
}

async function statementOf(file: string, bytes: Uint8Array, options: SignOptions, ledger: JsonObject | undefined) {
  const { trainingMining, constraint, description, action } = options;
  const reading = await readImageBytes(file, bytes, { credentials: false });
  const known = reading.tool === "none" ? undefined : reading.tool;
  const sourceType = options.sourceType ?? (known && "trainedAlgorithmicMedia");
  if (!sourceType) {
    throw new SeedproofError("cli.usage", "nothing in the file says how it came about: say it with --source-type");
  }
  const agent = options.agent ?? known;
  const version = options.agent === undefined ? reading.recipe?.toolVersion : undefined;
  return {
    title: options.title ?? (file === "-" ? "image" : basename(file)),
    generator: { name: "seedproof", version: VERSION },
    sourceType,
    ...(agent !== undefined && { softwareAgent: { name: agent, ...(version !== undefined && { version }) } }),
    ...(description !== undefined && { description }),
    ...(trainingMining && { mining: { use: trainingMining, ...(constraint !== undefined && { constraint }) } }),
    ...(action && { actions: action }),
    ...(ledger && { ledger }),
  };
}
