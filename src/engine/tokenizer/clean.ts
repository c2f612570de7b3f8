/** What a CLIP tokenizer does to a text before it looks for words. Implementations differ, and so do the ids they give. */

/**
 * Whose cleaning is followed.
 * - `basic`: transformers 4 `CLIPTokenizer` without ftfy, which A1111 and ComfyUI run: drops control and format
 *   characters, parts CJK characters from each other, NFC, lower case.
 * - `fast`: `CLIPTokenizerFast` and transformers 5: NFC, blanks, lower case; CJK text stays one word.
 */
export type Cleaning = "basic" | "fast";

interface Rules {
  readonly clean: (text: string) => string;
  /** What a word is, in cleaned text. */
  readonly words: RegExp;
}

/** What each implementation does before merging. */
export const rules: Readonly<Record<Cleaning, Rules>> = {
  basic: {
    clean: (text) =>
      text
        // Tab and line breaks are blanks; every other character of the classes C* is dropped.
        .replace(/[\t\n\r]/g, " ")
        .replace(/[\p{C}\u{fffd}]/gu, "")
        .replace(/\p{Zs}/gu, " ")
        .replace(CJK, " $& ")
        .normalize("NFC")
        .toLowerCase()
        // The original matches words without case: U+0345, which folds to iota, is then in no class.
        .replace(/\u{345}/gu, " "),
    // Without case a long s ends "'s", too.
    words: /<\|startoftext\|>|<\|endoftext\|>|'[sſ]|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\p{White_Space}\p{L}\p{N}]+/gu,
  },
  fast: {
    // Letter by letter: the Rust library knows no final sigma.
    clean: (text) => Array.from(text.normalize("NFC"), (letter) => letter.toLowerCase()).join(""),
    words: /'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\p{White_Space}\p{L}\p{N}]+/gu,
  },
};

/** The blocks that BERT's BasicTokenizer takes for Chinese: unified ideographs A to E and the compatibility blocks. */
const CJK =
  /[\u{4e00}-\u{9fff}\u{3400}-\u{4dbf}\u{20000}-\u{2a6df}\u{2a700}-\u{2b73f}\u{2b740}-\u{2b81f}\u{2b820}-\u{2ceaf}\u{f900}-\u{faff}\u{2f800}-\u{2fa1f}]/gu;
