/** XMP packets: the RDF subset of XML that XMP is written in, as a flat list of values. @see ISO 16684-1, section 7 */

import type { Span } from "../base/json-text.ts";

/** Limits of the XMP reader; what stands beyond them is left out. */
export const XMP_LIMITS = {
  /** Elements in elements. Real packets stay below 20. CWE-674. */
  depth: 64,
  /** Values. A long editing history has some 2,000. CWE-770. */
  properties: 10_000,
  /** Namespace declarations in scope at one place. */
  namespaces: 256,
} as const;

/** One value of an XMP packet. */
export interface XmpProperty {
  /** URI of the namespace of the property that holds the value. */
  readonly namespace: string;
  /** Local name of that property: for an item of a list, the list's. */
  readonly name: string;
  /**
   * All properties from the outermost one down, with the packet's own prefixes, items of lists by number from 1:
   * `xmpMM:History/1/stEvt:softwareAgent`.
   */
  readonly path: string;
  readonly value: string;
  /** The value in the packet as written, entities not resolved. */
  readonly span: Span;
}

const RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";
const LISTS = new Set(["Seq", "Bag", "Alt"]);

/** The text of each wanted property, the first where there are several. */
export function xmpValue(properties: readonly XmpProperty[], namespace: string, name: string): string | undefined {
  return properties.find((property) => property.namespace === namespace && property.name === name)?.value;
}

/**
 * The values of an XMP packet, in their order. No entities but XML's own five and numbers are resolved, nothing
 * outside is opened. A packet that stops to be XML gives the values before that place.
 */
export function readXmp(packet: string): readonly XmpProperty[] {
  const reader = new XmpReader(packet);
  reader.run();
  return reader.properties;
}

interface Open {
  /** Name as written, with its prefix. */
  readonly raw: string;
  readonly namespace: string;
  readonly name: string;
  /** The property that values inside belong to; undefined outside of any. */
  readonly owner: Owner | undefined;
  /** How many namespace declarations were in scope before it. */
  readonly scope: number;
  /** Where its content starts, and whether anything but text was in it. */
  readonly contentAt: number;
  items: number;
  leaf: boolean;
}

interface Owner {
  readonly namespace: string;
  readonly name: string;
  readonly path: string;
}

interface Attribute {
  readonly raw: string;
  readonly span: Span;
}

class XmpReader {
  readonly properties: XmpProperty[] = [];
  private readonly text: string;
  private readonly open: Open[] = [];
  private readonly scope: { readonly prefix: string; readonly uri: string }[] = [];

  constructor(text: string) {
    this.text = text;
  }

  run(): void {
    for (let at = this.text.indexOf("<"); at >= 0; at = this.text.indexOf("<", at)) {
      const end = this.markup(at);
      if (end === undefined || this.properties.length >= XMP_LIMITS.properties) return;
      at = end;
    }
  }

  /** Reads the markup at `at` and gives the index behind it; `undefined` where it does not end. */
  private markup(at: number): number | undefined {
    const { text } = this;
    if (text.startsWith("<!--", at)) return after(text, "-->", at + 4);
    if (text.startsWith("<![CDATA[", at)) return after(text, "]]>", at + 9);
    if (text.startsWith("<?", at)) return after(text, "?>", at + 2);
    const end = endOfTag(text, at + 1);
    if (end === undefined) return undefined;
    if (text[at + 1] === "/") return this.close(at) ? end : undefined;
    if (text[at + 1] === "!") return end;
    return this.start(at, end) ? end : undefined;
  }

  private start(at: number, end: number): boolean {
    if (this.open.length >= XMP_LIMITS.depth) return false;
    const empty = this.text[end - 2] === "/";
    const raw = /^[^\s/>]*/.exec(this.text.slice(at + 1, Math.min(end, at + 257)))![0];
    const scope = this.scope.length;
    const attributes = this.attributes(at + 1 + raw.length, end - (empty ? 2 : 1));
    const { namespace, name } = this.resolve(raw);
    const parent = this.open.at(-1);
    if (parent) parent.leaf = false;
    const owner = ownerOf(parent, namespace, name, raw);
    const element: Open = { raw, namespace, name, owner, scope, contentAt: end, items: 0, leaf: true };
    this.open.push(element);
    this.attributeValues(element, attributes);
    return !empty || this.close(end);
  }

  /** Declares the namespaces of a tag and gives its other attributes. */
  private attributes(from: number, to: number): Attribute[] {
    const found: Attribute[] = [];
    const tag = this.text.slice(from, to);
    for (const match of tag.matchAll(/([^\s="'/]+)\s{0,64}=\s{0,64}(?:"([^"]*)"|'([^']*)')/g)) {
      const raw = match[1]!;
      const value = match[2] ?? match[3] ?? "";
      const end = from + match.index + match[0].length - 1;
      const declared = /^xmlns(?::(.*))?$/.exec(raw);
      if (!declared) found.push({ raw, span: [end - value.length, end] });
      else if (this.scope.length < XMP_LIMITS.namespaces) this.scope.push({ prefix: declared[1] ?? "", uri: value });
    }
    return found;
  }

  private attributeValues(element: Open, attributes: readonly Attribute[]): void {
    for (const { raw, span } of attributes) {
      const { namespace, name } = this.resolve(raw);
      if (namespace === RDF && name === "resource" && element.owner) this.add(element.owner, span);
      if (!raw.includes(":") || namespace === RDF || raw.startsWith("xml:")) continue;
      this.add({ namespace, name, path: join(element.owner?.path, raw) }, span);
    }
  }

  private close(at: number): boolean {
    const element = this.open.pop();
    if (!element) return false;
    this.scope.length = element.scope;
    if (element.leaf && element.owner && at > element.contentAt) this.add(element.owner, [element.contentAt, at]);
    return true;
  }

  private add(owner: Owner, span: Span): void {
    this.properties.push({ ...owner, value: unescapeXml(this.text.slice(...span)), span });
  }

  private resolve(raw: string): { namespace: string; name: string } {
    const colon = raw.indexOf(":");
    const prefix = colon < 0 ? "" : raw.slice(0, colon);
    const namespace = this.scope.findLast((declared) => declared.prefix === prefix)?.uri ?? "";
    return { namespace, name: raw.slice(colon + 1) };
  }
}

/** What values inside an element belong to: RDF's own elements pass on the property around them, items are numbered. */
function ownerOf(parent: Open | undefined, namespace: string, name: string, raw: string): Owner | undefined {
  const outer = parent?.owner;
  if (namespace === RDF && name === "li" && parent && outer && LISTS.has(parent.name)) {
    return { ...outer, path: join(outer.path, String(++parent.items)) };
  }
  if (namespace === RDF || (!outer && parent?.namespace !== RDF)) return outer;
  return { namespace, name, path: join(outer?.path, raw) };
}

const join = (outer: string | undefined, name: string): string => (outer === undefined ? name : `${outer}/${name}`);

function after(text: string, end: string, from: number): number | undefined {
  const at = text.indexOf(end, from);
  return at < 0 ? undefined : at + end.length;
}

/** The index behind the `>` that ends a tag; one inside quotes does not. */
function endOfTag(text: string, from: number): number | undefined {
  for (let at = from; at < text.length; at++) {
    const c = text[at];
    if (c === ">") return at + 1;
    if (c === '"' || c === "'") {
      at = text.indexOf(c, at + 1);
      if (at < 0) return undefined;
    }
  }
  return undefined;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

/** Text of XML with entities resolved, CDATA taken as it is, comments left out. */
export function unescapeXml(text: string): string {
  if (!text.includes("&") && !text.includes("<")) return text;
  return text.replace(
    /<!\[CDATA\[([\s\S]*?)\]\]>|&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,4}));/gi,
    (whole, cdata: string | undefined, decimal: string | undefined, hex: string | undefined, name: string) => {
      if (cdata !== undefined) return cdata;
      const code = decimal ? Number(decimal) : hex ? Number.parseInt(hex, 16) : undefined;
      if (code !== undefined) return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
      return ENTITIES[name.toLowerCase()] ?? whole;
    },
  );
}

/** Text as it stands in XML content and in attributes. */
export function escapeXml(text: string): string {
  return text.replace(
    /[<>&"']/g,
    (c) => `&${c === "<" ? "lt" : c === ">" ? "gt" : c === "&" ? "amp" : c === '"' ? "quot" : "apos"};`,
  );
}
