import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type PrivateKind, privateData, privateSpans, redact } from "../../src/recipe/private-data.ts";
import { cpuNow } from "../helpers/cpu.ts";

const found = (text: string): [PrivateKind, string][] =>
  privateSpans(text).map(({ kind, span }) => [kind, text.slice(...span)]);

describe("private data", () => {
  test.each<[string, PrivateKind, string]>([
    ["C:\\Users\\anna\\models\\x.safetensors", "user-name", "anna"],
    ['{"path":"C:\\\\Users\\\\Anna Meier\\\\x"}', "user-name", "Anna Meier"],
    ["D:/Users/bob/loras", "user-name", "bob"],
    ["/home/carol/ComfyUI/output", "user-name", "carol"],
    ['"/Users/dave/Pictures"', "user-name", "dave"],
    ["https://a.example/b/c.png?X-Amz-Date=1&X-Amz-Signature=0011", "signed-url", "?X-Amz-Date=1&X-Amz-Signature=0011"],
    ["https://blob.example/x?sv=2024&sig=abc%3D", "signed-url", "?sv=2024&sig=abc%3D"],
    ["https://h.example/f?token=abc", "signed-url", "?token=abc"],
    [`sk-${"a1".repeat(20)}`, "api-key", `sk-${"a1".repeat(20)}`],
    [`hf_${"Ab".repeat(17)}`, "api-key", `hf_${"Ab".repeat(17)}`],
    [`AIza${"x".repeat(35)}`, "api-key", `AIza${"x".repeat(35)}`],
    ['{"extra_data":{"api_key_comfy_org":"comfyui-0123"}}', "api-key", "comfyui-0123"],
    ['"auth_token_comfy_org": "t.o.k"', "api-key", "t.o.k"],
    ['{\\"api_key_comfy_org\\": \\"inside text\\"}', "api-key", "inside text"],
    ["made by eve.x+1@mail.example.org today", "email", "eve.x+1@mail.example.org"],
  ])("%s", (text, kind, expected) => {
    expect(found(text)).toEqual([[kind, expected]]);
    expect(redact(text)).toBe(text.replace(expected, "[redacted]"));
    expect(privateSpans(redact(text))).toEqual([]);
  });

  test.each([
    "masterpiece, 1girl, at home/park, /homes/ and /users/",
    "C:\\Users\\Public\\x and /home/user/app",
    "https://example.com/home/anna?page=2&size=3",
    "(cat:1.2) @artist, a@b, sk-learn, hf_short, 12@34",
    "sha256:0123456789abcdef eyJ0",
  ])("no private data in: %s", (text) => {
    expect(found(text)).toEqual([]);
  });

  test("each piece is listed with its block, and several in one text stay apart", () => {
    const text = "/home/anna/x /home/bert/y c@d.example";
    const block = { where: "tEXt", key: "prompt", offset: 1, length: 1, encoding: "ascii", text } as const;
    const data = privateData([{ ...block, text: "nothing" }, block]);
    expect(data.map(({ block: index, span }) => [index, text.slice(...span)])).toEqual([
      [1, "anna"],
      [1, "bert"],
      [1, "c@d.example"],
    ]);
    expect(redact(text)).toBe("/home/[redacted]/x /home/[redacted]/y [redacted]");
  });

  test("redacted JSON is still JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify({
          value,
          path: "C:\\Users\\anna\\x",
          mail: "a@b.example",
          k: "https://x.example/?sig=1",
        });
        const back = JSON.parse(redact(text)) as { path: string };
        expect(back.path).not.toContain("anna");
      }),
    );
  });

  test("the time is linear in hostile text", () => {
    const size = 400_000;
    const hostile = [
      "a",
      "a.",
      "a@",
      "C:\\Users\\",
      "/home/",
      "https://",
      "https://a?",
      "eyJ",
      "sk-",
      'api_key_comfy_org":',
      "a@a.",
    ];
    for (const unit of hostile) {
      const text = unit.repeat(Math.ceil(size / unit.length));
      const started = cpuNow();
      privateSpans(text);
      expect(cpuNow() - started, unit).toBeLessThan(1500);
    }
  });
});
