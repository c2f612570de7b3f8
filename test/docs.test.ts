import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");
const sources = readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" }).filter((file) =>
  /\.tsx?$/.test(file),
);

test("every exported declaration has a docstring", () => {
  const bare = sources.flatMap((file) => {
    const lines = readFileSync(join(ROOT, "src", file), "utf8").split("\n");
    return lines.flatMap((line, i) => {
      const name =
        /^export (?:async |declare )?(?:function\*?|const|class|interface|type|abstract class) ([\w$]+)/.exec(
          line,
        )?.[1];
      return name !== undefined && !/\*\/\s*$/.test(lines[i - 1] ?? "") && !isOverload(lines, i, name)
        ? [`${file}: ${name}`]
        : [];
    });
  });
  expect(sources.length).toBeGreaterThan(5);
  expect(bare).toEqual([]);
});

/** Only the first of several signatures carries the docstring. */
function isOverload(lines: readonly string[], at: number, name: string): boolean {
  return lines.slice(0, at).some((line) => line.startsWith(`export function ${name}(`));
}

test("every source file opens with a sentence that says what it is", () => {
  const silent = sources.filter(
    (file) => !/^(?:\/\*\* \S|\/\*\*\n \* \S)/.test(readFileSync(join(ROOT, "src", file), "utf8")),
  );
  expect(silent).toEqual([]);
});

test("every defence of docs/security.md names a test that is there", () => {
  const table = readFileSync(join(ROOT, "docs", "security.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .slice(1);
  const files = readdirSync(join(ROOT, "test"), { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".test.ts"),
  );
  /** A title is the text before a test's options or its function. */
  const TITLE = /["`]([^"`\n]+)["`],\s*(?:async\b|\(|\{)/g;
  /** Titles of the tests that a name such as `access` or `web/evidence` stands for. */
  const titlesOf = (name: string): string =>
    files
      .filter((file) =>
        [name, `server/${name}`].some((one) => file === `${one}.test.ts` || file === `${one}.interop.test.ts`),
      )
      .flatMap((file) => [...readFileSync(join(ROOT, "test", file), "utf8").matchAll(TITLE)].map(([, title]) => title))
      .join("\n");
  const lacking = table.flatMap((row) => {
    const last = row.split("|").at(-2)!;
    const named = last.split(";").flatMap((part) => {
      const [, name = "", titles = ""] = /^\s*([\w/-]+): (.*)$/.exec(part) ?? [];
      return [...titles.matchAll(/"([^"]+)"/g)].map(([, title]) => [name, title!] as const);
    });
    if (named.length === 0) return [`no test: ${row}`];
    return named.flatMap(([name, title]) => (titlesOf(name).includes(title) ? [] : [`${name}: ${title}`]));
  });
  expect(table.length).toBeGreaterThan(20);
  expect(lacking).toEqual([]);
});

/** Commands of the README with the output printed below them: lines of a `console` block, `$ ` before each command. */
function readmeCommands(): { command: string; output: string }[] {
  const readme = readFileSync(join(ROOT, "README.md"), "utf8");
  return [...readme.matchAll(/```console\n([\s\S]*?)```/g)].flatMap(([, block]) =>
    block!
      .split(/^\$ /m)
      .slice(1)
      .map((part) => {
        const [command, ...output] = part.split("\n");
        return { command: command!, output: output.join("\n").trimEnd() };
      }),
  );
}

test.each(readmeCommands())(
  "the README's `$command` prints what it shows",
  ({ command, output }) => {
    const [program, ...args] = command.split(" ");
    expect(program).toBe("seedproof");
    const printed = execFileSync(process.execPath, ["--import", "tsx", "src/cli/main.ts", ...args], {
      cwd: ROOT,
      encoding: "utf8",
      env: { ...process.env, LC_ALL: "C", NO_COLOR: "1" },
    });
    // "…" alone on a line stands for lines left out.
    const parts = output.split(/^…$/m).map((part) => part.trim());
    expect(parts.filter((part) => !printed.includes(part))).toEqual([]);
  },
  300_000,
);
