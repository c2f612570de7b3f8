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

test.each(readmeCommands())("the README's `$command` prints what it shows", ({ command, output }) => {
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
});
