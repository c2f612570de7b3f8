/** The browser's own chooser of files, where a control asks for it. */

/** What is chosen from. */
interface Choice {
  readonly multiple?: boolean;
  /** Kinds of files, as `<input accept>` takes them; any where absent. */
  readonly accept?: string;
}

/** Lets the user choose files; one who leaves the chooser is not heard of. */
export function pickFiles(take: (files: readonly File[]) => void, { multiple = true, accept = "" }: Choice = {}): void {
  const input = document.createElement("input");
  Object.assign(input, { type: "file", multiple, accept });
  input.addEventListener("change", () => {
    const files = [...(input.files ?? [])];
    if (files.length > 0) take(files);
  });
  input.click();
}

/** Lets the user choose one file. */
export function pickFile(take: (file: File) => void, accept = ""): void {
  pickFiles(([file]) => take(file!), { multiple: false, accept });
}
