"""Token ids of Hugging Face's CLIP tokenizers, for test/engine/tokenizer.

Run twice, since the slow tokenizer left the library with version 5:
  python tokenizer.py basic OUT.json   with transformers 4.57 and without ftfy
  python tokenizer.py fast OUT.json    with transformers 5
"""

import gzip
import json
import sys
import tempfile
from pathlib import Path

import transformers

ROOT = Path(__file__).resolve().parents[3]
BPE = ROOT / "models/tokenizer/clip/bpe_simple_vocab_16e6.txt.gz"

SUBJECTS = ["a cat", "An old   fisherman", "two RED apples", "a woman in a straw hat", "the cyberpunk city at night", "1girl",
            "Portrait of Li Bai", "snow-covered mountains & a lake", "zwei Katzen", "un château à l'aube", "一位少女", "夜晚的北京 city"]
STYLES = ["masterpiece, best quality, (highly detailed:1.2)", "oil on canvas, by Rembrandt", "35mm, f/1.8, ISO 400, 8k uhd",
          "studio ghibli, soft light", "trending on artstation", "low-poly, isometric", "((ukiyo-e)), [flat]",
          "ultra-realistic:1.3, Ektachrome", "watercolour; ink-wash (水墨)", "no text, no watermark"]
ODD = [
    "", " ", "a", "A", "!", "...", "!!!???", "a!b?c", "don't can't won't it's I'm we'll they've you're he'd", "DON'T", "'s 's's ''s",
    "  leading and trailing  ", "tabs\tand\nnew\r\nlines", "a\u00a0no-break\u2003space\u3000wide", "zero\u200bwidth\u200djoin\ufeffbom",
    "soft\u00adhyphen", "line\u2028para\u2029end", "next\u0085line", "nul\u0000byte \u0007bell", "\ufffdreplacement", "nested ((((brackets))))",
    "<|endoftext|>", "before <|startoftext|> after", "<|ENDOFTEXT|>", "<lora:EnvyActionShotXL01:0.5>", "embedding:EasyNegative",
    "&amp; &lt;b&gt; html", "123", "1234567890", "3.14159", "1/2", "½ ¼ Ⅷ ² ③", "x^2+y^2=z^2", "C++ C# F#", "user@example.com https://example.com/a?b=c#d",
    "naïve café façade", "nai\u0308ve cafe\u0301", "Ångström \u212bngstr\u00f6m", "straße STRASSE ẞ", "ΣΑΣ ὈΔΥΣΣΕΎΣ", "İstanbul ıI", "Привет, мир", "ЁЖИК в тумане",
    "שלום עולם", "مرحبا بالعالم", "हिन्दी में एक बिल्ली", "ภาษาไทย", "한국어 고양이", "猫", "一只橘猫坐在窗台上", "日本語のプロンプト、桜と富士山", "カタカナ ひらがな 漢字",
    "中文,English混排mixed文字", "“引号”‘单’—–…", "，。！？；：（）【】《》", "古风少女，汉服，水墨画，best quality", "𠀀𠮷野家", "豈更車", "䀀㐀", "𝒻𝒶𝓃𝒸𝓎 𝔱𝔢𝔵𝔱", "ｆｕｌｌｗｉｄｔｈ",
    "🐱", "🐱🐶🦊", "a 🐱 cat", "👩‍👩‍👧‍👦 family", "👍🏽 thumbs", "🇨🇳 flag 🇫🇷", "❤️ ❤", "☺︎ ✨★☆", "→ ← ↑ ↓", "€ £ ¥ ₿", "™ ® ©", "° ± × ÷", "\\(escaped\\) \\[x\\]",
    "a_b_c snake_case", "kebab-case-words", "CamelCaseWord", "ALLCAPS", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "supercalifragilisticexpialidocious",
    "antidisestablishmentarianism floccinaucinihilipilification", "qwxzjkvbp", "a" * 80, "ab" * 60, "lol" * 30, "------", "====", "*****", "a,b,c,,,d", "a , b , c",
    "(x:1.3)", "[from:to:0.5]", "{a|b|c}", "a AND b BREAK c", "1boy, 1girl, 2girls", "score_9, score_8_up, rating_safe", "ﬁne ﬂow", "e\u0301\u0323",
    "\u0345 iota", "ǅ ǆ", "K Kelvin", "ſ long s 'ſ", "n°5 №5", "٠١٢٣ ०१२३", "1st 2nd 3rd", "don’t ’s", "Mr. O'Neill's", "rock'n'roll", "\U0001f9ff\u2060\u061c",
]
LONG = ["ultra realistic illustration, " * 12, "very " * 90 + "long", "猫" * 90, "🐱" * 40]


def prompts():
    texts = ODD + LONG
    texts += [f"{subject}, {style}" for subject in SUBJECTS for style in STYLES]
    return texts


def tokenizer(kind):
    lines = gzip.open(BPE, "rt", encoding="utf-8").read().split("\n")
    merges = lines[1 : 49152 - 256 - 2 + 1]
    order = list(range(33, 127)) + list(range(161, 173)) + list(range(174, 256))
    rest = [b for b in range(256) if b not in order]
    letters = [chr(b) for b in order] + [chr(256 + i) for i in range(len(rest))]
    tokens = letters + [c + "</w>" for c in letters] + ["".join(m.split()) for m in merges] + ["<|startoftext|>", "<|endoftext|>"]
    vocab = {token: i for i, token in enumerate(tokens)}
    if kind == "fast":
        return transformers.CLIPTokenizer(vocab=vocab, merges=[tuple(m.split()) for m in merges])
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "vocab.json").write_text(json.dumps(vocab), encoding="utf-8")
        (Path(folder) / "merges.txt").write_text("\n".join(["#version: 0.2", *merges]) + "\n", encoding="utf-8")
        return transformers.CLIPTokenizer(f"{folder}/vocab.json", f"{folder}/merges.txt")


kind, out = sys.argv[1:3]
tok = tokenizer(kind)
rows = [[text, tok(text, add_special_tokens=False)["input_ids"]] for text in prompts()]
body = ",\n".join(json.dumps(row, ensure_ascii=True, separators=(",", ":")) for row in rows)
Path(out).write_text(f'{{"made_with":"transformers {transformers.__version__}, {kind}","prompts":[\n{body}\n]}}\n')
