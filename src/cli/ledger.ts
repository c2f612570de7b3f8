/** `seedproof ledger`: the log of what was made when, its proofs, its outside times, and checking them. */

import { type Command, Option } from "commander";
import type { GlobalOptions } from "./output.ts";

/** Registers `ledger` and its subcommands. */
export function registerLedger(program: Command): void {
  const ledger = program.command("ledger").description("a tamper-evident log of the making, with trusted times");
  registerWriting(ledger);
  registerReading(ledger);
  registerTime(ledger);
  registerChecking(ledger);
}

/** Making the ledger and adding to it. */
function registerWriting(ledger: Command): void {
  ledger
    .command("init")
    .description("make this workspace's ledger and its key")
    .option("--origin <name>", "the log's name: a schema-less address of yours (default: a random one)")
    .action(run(async () => (await import("./ledger-write.ts")).init));
  ledger
    .command("append")
    .description("add an event; it is on disk when this returns")
    .argument("<type>", "kind of event, words joined by dots: note, selected, edit.inpaint …")
    .option("--body <json>", "contents; - for standard input")
    .option("--file <file...>", "files that the event made or used: kept, and named by their hash")
    .option("--in-clear", "contents readable in the log itself, instead of under a salted commitment")
    .option("--session <name>", "session that the event belongs to")
    .option("--no-checkpoint", "leave it for a later checkpoint")
    .action(run(async () => (await import("./ledger-write.ts")).append, 1));
  ledger
    .command("checkpoint")
    .description("put all promised entries under a signed checkpoint")
    .action(run(async () => (await import("./ledger-write.ts")).checkpoint));
  ledger
    .command("erase")
    .description("destroy an entry's contents; the proofs about their hash stay")
    .argument("<index>", "place of the entry")
    .requiredOption("--reason <text>", "why, for the log")
    .action(run(async () => (await import("./ledger-write.ts")).erase, 1));
  ledger
    .command("rotate-key")
    .description("change the signing key; both keys sign the change")
    .action(run(async () => (await import("./ledger-write.ts")).rotateKey));
}

/** What is in it, and taking it elsewhere. */
function registerReading(ledger: Command): void {
  ledger
    .command("show")
    .description("what the ledger is and how far it goes")
    .action(run(async () => (await import("./ledger-read.ts")).show));
  ledger
    .command("list")
    .description("entries, with the bounds of their time")
    .option("--from <index>", "first entry", "0")
    .option("--limit <count>", "entries at most", "1000")
    .action(run(async () => (await import("./ledger-read.ts")).list));
  ledger
    .command("prove")
    .description("a proof that an entry is in the log, which verifies offline (C2SP tlog-proof)")
    .argument("<index>", "place of the entry, from 0")
    .option("-o, --output <file>", "where to write it (default: standard output)")
    .action(run(async () => (await import("./ledger-read.ts")).proveEntry, 1));
  ledger
    .command("export")
    .description("copy the ledger as static files that any web server can serve")
    .argument("<dir>", "an empty or new folder")
    .option("--with-files", "contents and kept files too, not only their hashes")
    .action(run(async () => (await import("./ledger-read.ts")).exportTo, 1));
}

/** Evidence of time from outside, and being such evidence for others. */
function registerTime(ledger: Command): void {
  ledger
    .command("anchor")
    .description("get outside evidence of time; only the addresses that you name here are asked")
    .option("--tsa <url...>", "timestamp authorities (RFC 3161)")
    .option("--ots <url...>", "OpenTimestamps calendars; completes earlier proofs of theirs, too")
    .option("--beacon <drand=place...>", "a drand round from a file or a server: nothing after it was made before it")
    .option("--witness <url...>", "witnesses (C2SP tlog-witness), with #KEY to name the key that must sign")
    .option("--ca <file...>", "root certificates of the timestamp authorities, PEM; kept among what you trust")
    .option("--bitcoin-header <height=file...>", "headers of Bitcoin blocks, to keep beside proofs that lead to them")
    .action(run(async () => (await import("./ledger-anchor.ts")).anchor));
  ledger
    .command("demo-clock")
    .description("show a clock set back two months: files take any time, the ledger contradicts it")
    .option("--days <days>", "how far back", "61")
    .option("--beacon <drand=place>", "a drand round to use (default: one of August 2023 that is built in)")
    .option("-o, --output <dir>", "keep what was made in this empty or new folder")
    .action(run(async () => (await import("./ledger-demo.ts")).demoClock));
  const witness = ledger.command("witness").description("be a witness for somebody's ledger");
  witness
    .command("serve")
    .description("answer with cosignatures until stopped (C2SP tlog-witness)")
    .option(
      "--log <key...>",
      "keys of the logs to witness: the key itself, or their log.json (default: this workspace's)",
    )
    .option("--name <name>", "the witness's name, kept with its key (default: a random one)")
    .option("--port <port>", "port; 0 for any free one", "7871")
    .option("--host <address>", "address to listen on", "127.0.0.1")
    .action(run(async () => (await import("./ledger-witness.ts")).serve));
  witness
    .command("key")
    .description("the witness's public key, for the policies of those who rely on it")
    .option("--name <name>", "the witness's name, where the key is new")
    .action(run(async () => (await import("./ledger-witness.ts")).showKey));
}

/** Verification and comparison. */
function registerChecking(ledger: Command): void {
  const verify = ledger
    .command("verify")
    .description("check everything: entries, files, signatures, times from both sides")
    .argument("[folder]", "a ledger's folder, such as an exported one (default: this workspace's)");
  withTrust(verify).action(run(async () => (await import("./ledger-verify.ts")).verifyCommand, 1));
  ledger
    .command("fsck")
    .description("check the ledger's files")
    .addOption(new Option("--quick", "head and edge only").conflicts("deep"))
    .option("--deep", "every file that an entry names, too")
    .option("--first", "stop at the first thing that is wrong")
    .action(run(async () => (await import("./ledger-verify.ts")).fsckCommand));
  const priority = ledger
    .command("priority")
    .description("which of two entries was earlier: proven, presumed, or not determinable")
    .argument("<folder-a>")
    .argument("<index-a>")
    .argument("<folder-b>")
    .argument("<index-b>");
  withTrust(priority).action(run(async () => (await import("./ledger-verify.ts")).priorityCommand, 4));
}

/** The options by which a reader says whom it believes. */
function withTrust(command: Command): Command {
  return command
    .option("--ca <file...>", "root certificates of timestamp authorities that you trust, PEM")
    .option("--policy <file>", "witnesses that you ask for (C2SP tlog-policy)")
    .option("--held <file...>", "checkpoints of this log that you hold")
    .option("--receipt <file...>", "receipts of this log that you hold")
    .option("--vkey <key>", "the log's key, as you know it from elsewhere")
    .option("--bitcoin-header <height=file...>", "headers of Bitcoin blocks that proofs lead to");
}

/** A command's work: gets all options and its arguments, gives the exit status. */
type Action<T> = (options: T, args: readonly string[]) => number | Promise<number>;

/** Loads a command's work only when it is called: the other commands start without it. */
function run<T extends GlobalOptions>(load: () => Promise<Action<T>>, argumentCount = 0) {
  return async (...all: unknown[]): Promise<void> => {
    const command = all.at(-1) as Command;
    const args = all.slice(0, argumentCount).filter((one) => typeof one === "string");
    const action = await load();
    process.exitCode = await action(command.optsWithGlobals() as T, args);
  };
}
