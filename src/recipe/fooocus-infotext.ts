/**
 * Fooocus with its other scheme: A1111's infotext under the keys of fooocus_to_a1111, told from others by the scheme's own block.
 * @see https://github.com/lllyasviel/Fooocus, modules/meta_parser.py (A1111MetadataParser)
 */

import { infotextOf } from "./a1111.ts";
import type { Account } from "./account.ts";
import { schemeEntries } from "./fooocus.ts";
import type { Generator } from "./generator.ts";
import { draftInfotext, type Family } from "./infotext/account.ts";
import type { InfotextFields } from "./infotext/fields.ts";
import { privateFinding } from "./private-data.ts";
import { readScheduler } from "./samplers.ts";
import { nameOf, numberOf, textOf } from "./values.ts";

/** Images of Fooocus whose metadata scheme is `a1111`. */
export const fooocusInfotext: Generator = {
  name: "fooocus-infotext",
  read(evidence) {
    const scheme = schemeEntries(evidence);
    if (scheme.length === 0) return [];
    return evidence.entries.flatMap((entry) => {
      const info = infotextOf(entry);
      if (!info) return [];
      const draft = draftInfotext("fooocus", entry.index, info, familyOf(info.networks.length === 0));
      draft.alsoReads(...scheme.map(({ index }) => index));
      if (info.parameters.some(({ key }) => key === "User")) {
        draft.find(privateFinding("account", { block: entry.index, pointer: "/extra/User" }));
      }
      return [withoutDefaultVae(draft.done("recipe"))];
    });
  },
};

/** The prompt sent is the one with styles; what the user typed stands beside it. Weights of LoRAs have a list of their own. */
function familyOf(weightsInList: boolean): Family {
  return {
    tool: () => undefined,
    tell(draft, fields) {
      fields.say("/prompt/template", "Raw prompt", textOf);
      fields.say("/prompt/negativeTemplate", "Raw negative prompt", textOf);
      fields.say("/passes/0/scheduler", "Scheduler", (name) => (nameOf(name) ? { ...readScheduler(name) } : undefined));
      const weights = weightsInList ? weightsOf(fields) : [];
      for (const [i, { weight, hint }] of weights.entries()) draft.say(`/adapters/${i}/weight`, weight, hint);
    },
  };
}

/** `Lora weights: "name: 0.5, other: 1.0"`, in the order of `Lora hashes`. */
function weightsOf(fields: InfotextFields) {
  const parameter = fields.take("Lora weights");
  if (!parameter) return [];
  const items = parameter.value.split(", ").map((item) => numberOf(item.slice(item.lastIndexOf(":") + 1)));
  return items.map((weight) => ({ weight, hint: fields.at(parameter) }));
}

/** "Default (model)" is the VAE inside the checkpoint, not a file of its own. */
function withoutDefaultVae(account: Account): Account {
  const vae = account.statements.find(
    ({ path, value }) => /^\/models\/\d+\/name$/.test(path) && value === "Default (model)",
  );
  const prefix = vae?.path.replace(/name$/, "");
  if (prefix === undefined) return account;
  return { ...account, statements: account.statements.filter(({ path }) => !path.startsWith(prefix)) };
}
