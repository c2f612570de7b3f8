"""Makes the tokenizer: byte-pair encoding in CLIP's file format, in which each word of the captions is one token.

The first 512 tokens are CLIP's bytes, each inside a word and at its end, so any text can be encoded; then come the merges that
byte-pair encoding learns when it is run on the caption words until nothing is left to merge, then the two special tokens.
"""

import argparse
import json
from collections import Counter
from pathlib import Path

START, END = "<|startoftext|>", "<|endoftext|>"


def byte_symbols():
    """A printable character for each byte (GPT-2's and CLIP's table), in CLIP's order."""
    plain = [*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1)]
    others = [b for b in range(256) if b not in plain]
    return [chr(b) for b in plain] + [chr(256 + i) for i in range(len(others))]


def merge(symbols, pair):
    out = []
    for symbol in symbols:
        if out and (out[-1], symbol) == pair:
            out[-1] += symbol
        else:
            out.append(symbol)
    return out


def learn_merges(words):
    """Merges the most frequent pair (first in order among equals) until every word is one symbol."""
    split = [[*word[:-1], word[-1] + "</w>"] for word in sorted(words)]
    merges = []
    while True:
        pairs = Counter(pair for symbols in split for pair in zip(symbols, symbols[1:]))
        if not pairs:
            return merges
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))
        merges.append(best)
        split = [merge(symbols, best) for symbols in split]


def write_tokenizer(words, folder):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    merges = learn_merges(words)
    symbols = byte_symbols()
    tokens = [*symbols, *(s + "</w>" for s in symbols), *(a + b for a, b in merges), START, END]
    vocabulary = {token: i for i, token in enumerate(tokens)}
    assert len(vocabulary) == len(tokens)
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False), encoding="utf8")
    lines = ["#version: 0.2", *(f"{a} {b}" for a, b in merges)]
    (folder / "merges.txt").write_text("\n".join(lines) + "\n", encoding="utf8")
    special = dict(bos_token=START, eos_token=END, pad_token=END, unk_token=END)
    (folder / "special_tokens_map.json").write_text(json.dumps(special, indent=1) + "\n")
    config = dict(tokenizer_class="CLIPTokenizer", model_max_length=77, do_lower_case=True, add_prefix_space=False, errors="replace", **special)
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=1) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="folder of scenes; its tags.json lists the words")
    parser.add_argument("--out", required=True, help="folder of the tokenizer")
    args = parser.parse_args()
    words = json.loads((Path(args.data) / "tags.json").read_text())["words"]
    write_tokenizer(words, args.out)


if __name__ == "__main__":
    main()
