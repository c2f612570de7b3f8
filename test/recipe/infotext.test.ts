import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readPastedInfotext } from "../../src/recipe/a1111.ts";
import { foldRecipe } from "../../src/recipe/fold.ts";
import { type Infotext, parseInfotext } from "../../src/recipe/infotext/infotext.ts";
import { scanPairs } from "../../src/recipe/infotext/pairs.ts";
import type { Adapter, Recipe } from "../../src/recipe/recipe.ts";
import { cpuNow } from "../helpers/cpu.ts";
import { a1111Pairs, a1111Quote, a1111Unquote } from "../helpers/infotext.ts";
import { SAMPLES } from "../helpers/samples.ts";

interface Case {
  readonly id: string;
  readonly text: string;
  readonly expected: Readonly<Record<string, unknown>>;
}

const { cases } = JSON.parse(readFileSync(join(SAMPLES, "infotexts.json"), "utf8")) as { cases: readonly Case[] };

function pasted(text: string): Recipe {
  const account = readPastedInfotext(text);
  expect(account).toBeDefined();
  return foldRecipe(account!.statements);
}

function parsed(text: string, pastedText = false): Infotext {
  const info = parseInfotext(text, { pasted: pastedText });
  expect(info).toBeDefined();
  return info!;
}

/** What a case may assert, in the form of the case. */
const FACTS: Readonly<Record<string, (recipe: Recipe) => unknown>> = {
  positive: ({ prompt }) => prompt.positive,
  negative: ({ prompt }) => prompt.negative,
  steps: ({ passes }) => passes[0]?.steps,
  sampler: ({ passes }) => passes[0]?.sampler?.raw,
  cfg: ({ passes }) => passes[0]?.cfg,
  seed: ({ seed }) => seed,
  size: ({ size }) => size,
  clipSkip: ({ clipSkip }) => clipSkip,
  toolVersion: ({ toolVersion }) => toolVersion,
  denoise: ({ passes }) => (passes.find(({ role }) => role === "hires") ?? passes[0])?.denoise,
  hiresPrompt: ({ passes }) => passes[1]?.prompt?.positive,
  model: ({ models }) => models.find(({ role }) => role === "checkpoint")?.name,
  modelHash: ({ models }) => models.find(({ role }) => role === "checkpoint")?.hashes[0]?.value,
  modelHashKind: ({ models }) =>
    models[0]?.hashes[0]?.kind === "autov1" ? "a1111-legacy-8" : models[0]?.hashes[0]?.kind,
  vae: ({ models }) => models.find(({ role }) => role === "vae")?.name,
  vaeHash: ({ models }) => models.find(({ role }) => role === "vae")?.hashes[0]?.value,
  loras: ({ adapters }) =>
    ofType(adapters, "lora").map(({ name, weight, hashes }) => ({ name, weight, hash: hashes[0]?.value })),
  tiHashes: ({ adapters }) =>
    Object.fromEntries(ofType(adapters, "embedding").map(({ name, hashes }) => [name, hashes[0]?.value])),
  hashes: ({ extra }) => extra.Hashes,
  regional: ({ extra }) => ({
    active: extra["RP Active"] === "True",
    ratios: extra["RP Ratios"],
    mode: extra["RP Divide mode"],
    calc: extra["RP Calc Mode"],
  }),
  controlnets: ({ adapters }) =>
    ofType(adapters, "controlnet").map(({ name, weight, preprocessor }) => ({
      module: preprocessor,
      model: name,
      weight,
    })),
};

function ofType(adapters: readonly Adapter[], type: Adapter["type"]): readonly Adapter[] {
  return adapters.filter((adapter) => adapter.type === type);
}

describe.each(cases)("case $id", ({ text, expected }) => {
  test("is read as expected", () => {
    const recipe = pasted(text);
    for (const [fact, value] of Object.entries(expected)) {
      expect(FACTS[fact], fact).toBeDefined();
      expect([fact, FACTS[fact]!(recipe)]).toEqual([fact, value]);
    }
  });

  test("gives each recorded value with the place where it stands", () => {
    const info = parsed(text, true);
    expect(info.parameters.length).toBeGreaterThan(4);
    for (const { raw, span, status } of info.parameters) {
      if (status === "recorded") expect(text.slice(...span)).toBe(raw);
      else expect(text.slice(...span)).not.toBe(raw);
    }
    for (const passage of [info.positive, info.negative]) {
      if (passage?.status === "recorded") expect(text.slice(...passage.span)).toBe(passage.text);
    }
  });
});

test("the text of the article comes out with both networks, both hashes, and each repair said", () => {
  const { text } = cases.find(({ id }) => id === "seed-civitai-copy")!;
  const account = readPastedInfotext(text)!;
  const recipe = foldRecipe(account.statements);
  expect(recipe.prompt.positive).toContain("<lora:EnvyActionShotXL01:0.5> 8k");
  expect(recipe.passes[0]?.scheduler).toEqual({ id: "karras", raw: "Karras" });
  expect(recipe.adapters.map(({ hashes }) => hashes)).toEqual([
    [{ kind: "autov3", value: "46f3acce826a" }],
    [{ kind: "autov3", value: "fe3b4816be83" }],
  ]);
  const said = account.repairs.map(({ code, span }) => [code, text.slice(...span!)]);
  expect(said).toEqual([
    ["recipe.repaired-quotes", "“"],
    ["recipe.repaired-quotes", "”"],
    ["recipe.repaired-hash-key", ""],
    ["recipe.repaired-network-tag", "lora:EnvyActionShotXL01:0.5"],
    ["recipe.repaired-network-tag", "lora:xl_more_art-full_v1:0.8"],
    ["recipe.repaired-key-order", expect.stringMatching(/^Steps: 20, VAE/)],
  ]);
  const repaired = account.statements.filter(({ status }) => status === "repaired").map(({ path }) => path);
  expect(repaired).toContain("/prompt/positive");
  expect(repaired).toContain("/adapters/1/hashes/0");
  expect(repaired).not.toContain("/seed");
});

describe("the grammar", () => {
  const line = "Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x512";

  test("takes a parameter line only with three pairs; with fewer it belongs to the prompt", () => {
    expect(parseInfotext("a cat\nSteps: 20, Seed: 1")).toBeUndefined();
    expect(parseInfotext("a cat, style: oil, mood: calm, place: sea")).toBeUndefined();
    expect(parsed("a cat\nSteps: 20, Seed: 1, Size: 8x8").positive.text).toBe("a cat");
  });

  test("knows an empty prompt, an empty negative prompt, and none", () => {
    expect(parsed(line)).toMatchObject({ positive: { text: "", span: [0, 0] } });
    expect(parsed(line).negative).toBeUndefined();
    expect(parsed(`Negative prompt: bad\n${line}`)).toMatchObject({
      positive: { text: "" },
      negative: { text: "bad" },
    });
    expect(parsed(`x\nNegative prompt:\n${line}`).negative?.text).toBe("");
  });

  test("keeps line ends inside prompts, CRLF as LF, with spans of the text as given", () => {
    const text = `one, \r\ntwo \r\n\r\nNegative prompt: three\r\nfour \r\n${line}\r\n`;
    const info = parsed(text);
    expect(info.positive).toEqual({ text: "one, \ntwo", span: [0, 10], status: "recorded" });
    expect(info.negative?.text).toBe("three\nfour");
    expect(text.slice(...info.negative!.span)).toBe("three\r\nfour");
    expect(info.parameters.at(-1)).toMatchObject({ key: "Size", raw: "512x512" });
  });

  test("takes the negative prompt only from the start of a line", () => {
    const info = parsed(`a sign saying Negative prompt: no\nNegative prompt: blurry\n${line}`);
    expect(info.positive.text).toBe("a sign saying Negative prompt: no");
    expect(info.negative?.text).toBe("blurry");
  });

  test("takes a capital P where nothing is spelled as A1111 does", () => {
    expect(parsed(`a\nNegative Prompt: b\n${line}`)).toMatchObject({
      positive: { text: "a" },
      negative: { text: "b" },
    });
    const both = parsed(`a\nNegative Prompt: b\nNegative prompt: c\n${line}`);
    expect([both.positive.text, both.negative?.text]).toEqual(["a\nNegative Prompt: b", "c"]);
  });

  test("reads JSON that is not quoted as one value, with strings that hold brackets and commas", () => {
    const json = '[{"type":"lora","modelName":"a, ]b\\" {"}, {"x":[1,{"y":"}"}]}]';
    const info = parsed(`x\n${line}, Civitai resources: ${json}, Civitai metadata: {}, Version: v1`);
    expect(info.parameters.find(({ key }) => key === "Civitai resources")?.raw).toBe(json);
    expect(info.parameters.at(-1)).toMatchObject({ key: "Version", value: "v1" });
  });

  test("cuts JSON that never closes at its comma, as A1111 does", () => {
    const info = parsed(`x\n${line}, Hashes: {"model": "0123456789", Version: v1`);
    expect(info.parameters.find(({ key }) => key === "Hashes")?.raw).toBe('{"model": "0123456789"');
    expect(info.parameters.at(-1)?.value).toBe("v1");
  });

  test("keeps a value that only begins and ends with quotes, beside what it would be without", () => {
    const [pair] = scanPairs('Styles: "a" and "b", Steps: 1').pairs;
    expect(pair).toMatchObject({ raw: '"a" and "b"', value: '"a" and "b"' });
    expect(scanPairs('Name: "a, b"').pairs[0]).toMatchObject({ raw: '"a, b"', value: "a, b" });
  });

  test("reads templates over line ends and commas to the next key", () => {
    const info = parsed(`a\n${line}\nTemplate: {a|b}, c: d,\n__x__\nNegative Template: e, f, Version: v1`);
    const template = info.parameters.find(({ key }) => key === "Template")!;
    expect(template.value).toBe("{a|b}, c: d,\n__x__");
    expect(info.parameters.find(({ key }) => key === "Negative Template")?.value).toBe("e, f");
    expect(info.parameters.at(-1)?.key).toBe("Version");
  });

  test("reads network tags with both weights, named weights, and no weight", () => {
    const tags = parsed(
      `<lora:a:0.5:0.7> <lyco:b.c:te=0.3:unet=1> <hypernet:h> <lora:w:-1> <lora:x:0.4:lbw=ALL>\n${line}`,
    ).networks.map(({ span: _span, status: _status, ...tag }) => tag);
    expect(tags).toEqual([
      { type: "lora", name: "a", weighted: true, weightText: 0.5, weight: 0.7 },
      { type: "lycoris", name: "b.c", weighted: true, weightText: 0.3, weight: 1 },
      { type: "hypernetwork", name: "h", weighted: false, weightText: 1, weight: 1 },
      { type: "lora", name: "w", weighted: true, weightText: -1, weight: -1 },
      { type: "lora", name: "x", weighted: true, weightText: 0.4, weight: 0.4 },
    ]);
  });

  test("leaves network tags of the negative prompt alone: A1111 loads none from there", () => {
    expect(parsed(`a\nNegative prompt: <lora:x:1>\n${line}`).networks).toEqual([]);
  });
});

describe("pasted text", () => {
  const line = "Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x512";

  test("may hold HTML entities", () => {
    const text = `a &lt;lora:x:0.5&gt; &amp; b\n${line}, Lora hashes: &quot;x: 0123456789ab, y: ab0123456789&quot;`;
    const recipe = pasted(text);
    expect(recipe.prompt.positive).toBe("a <lora:x:0.5> & b");
    expect(recipe.adapters.map(({ name, weight }) => [name, weight])).toEqual([
      ["x", 0.5],
      ["y", undefined],
    ]);
    const info = parsed(text, true);
    expect(text.slice(...info.networks[0]!.span)).toBe("&lt;lora:x:0.5&gt;");
    expect(info.positive.status).toBe("repaired");
  });

  test("may have one parameter a line, in any order", () => {
    const recipe = pasted("a cat\nNegative prompt： dog\nSeed: 5\nSteps: 12\n\nSampler: Euler a\nSize: 64x64");
    expect(recipe).toMatchObject({
      seed: "5",
      prompt: { positive: "a cat", negative: "dog" },
      passes: [{ steps: 12 }],
    });
  });

  test("may have lost the quotes of its hash list, wholly or in part", () => {
    for (const hashes of [
      "Lora hashes: a b: 0123456789ab, cc: ab0123456789",
      "a b: 0123456789ab, cc: ab0123456789",
      'a b: 0123456789ab, Clip skip: 2, cc: ab0123456789"',
      'a b: 0123456789ab", "cc: ab0123456789',
    ]) {
      const { adapters } = pasted(`x <lora:a b:1> <lora:cc:2>\n${line}, ${hashes}, Version: v1.6.0`);
      expect([hashes, adapters.map(({ name, hashes: [hash] }) => [name, hash?.value])]).toEqual([
        hashes,
        [
          ["a b", "0123456789ab"],
          ["cc", "ab0123456789"],
        ],
      ]);
    }
  });

  test("is not mended where it stands in a file: there a prompt is what it is", () => {
    const info = parsed(`lora:x:0.5 &lt;b&gt;\n${line}, Note: “q”`);
    expect(info).toMatchObject({ networks: [], repairs: [], positive: { text: "lora:x:0.5 &lt;b&gt;" } });
  });
});

describe("against A1111's own regular expression", () => {
  const key = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_/-][A-Za-z0-9 _/-]{0,20}$/).map((text) => text.trimEnd());
  const value = fc.oneof(
    fc.stringMatching(/^[A-Za-z0-9.+][A-Za-z0-9 .+()<>|_-]{0,20}$/).map((text) => text.trim()),
    fc.string({ unit: "binary", minLength: 1, maxLength: 20 }).map((text) => `a:${text.replaceAll("\r", "")},`),
  );
  const pairs = fc.array(fc.tuple(key, value), { minLength: 1, maxLength: 12 });

  test("pairs that A1111 writes are read the same by both", () => {
    fc.assert(
      fc.property(pairs, (list) => {
        const line = list.map(([name, text]) => `${name}: ${a1111Quote(text)}`).join(", ");
        const theirs = a1111Pairs(line).map(([name, raw]) => [name, a1111Unquote(raw)]);
        expect(scanPairs(line).pairs.map((pair) => [pair.key, pair.value])).toEqual(theirs);
        expect(theirs).toEqual(list);
      }),
    );
  });
});

test("any text is read, and spans lie in the text", () => {
  const piece = fc.constantFrom(
    ...["Steps: 20", ", ", "\n", "Sampler: Euler", "Seed: 1", "Negative prompt: ", '"', "{", "}", "[", "]", "\\", ":"],
    ...["<lora:a:1>", "lora:b:2", "&lt;", "“", "”", "Template: ", "Hashes: ", "Parameters: ", ".", "x: 0123456789ab"],
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), fc.boolean(), (pieces, loose) => {
      const text = pieces.join("");
      const info = parseInfotext(text, { pasted: loose });
      for (const { span } of [...(info?.parameters ?? []), ...(info?.networks ?? []), ...(info?.repairs ?? [])]) {
        expect(span![0]).toBeLessThanOrEqual(span![1]);
        expect(span![1]).toBeLessThanOrEqual(text.length);
      }
    }),
    { numRuns: 1000 },
  );
});

test("time stays linear on text that was made to be slow", () => {
  const head = "Steps: 1, Sampler: Euler, Seed: 1, ";
  const hostile = [
    "kk: {,",
    'kk: "\\",',
    "kk: {kk: [",
    'kk: "a',
    "<lora:a",
    "lora:a:1 ",
    "\n",
    " ",
    "aa:",
    "Template: a\n\n\n",
  ];
  hostile.push(
    "Negative prompt: x\n",
    "Steps: 1\n",
    "Parameters: .",
    ", x: 0123456789ab",
    "&lt;",
    "Steps: 1, Seed: 2.",
  );
  for (const piece of hostile) {
    const started = cpuNow();
    parseInfotext(piece.repeat(200_000 / piece.length) + head, { pasted: true });
    parseInfotext(head + piece.repeat(200_000 / piece.length), { pasted: true });
    expect([piece, cpuNow() - started < 5000]).toEqual([piece, true]);
  }
}, 60_000);
