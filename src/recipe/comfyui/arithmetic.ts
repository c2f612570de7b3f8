/** Arithmetic expressions of math nodes: `a * 2 + min(b, 64)`; what Python would make of them, for numbers only. */

const TOKEN = /\s*(\d+\.?\d*|\.\d+|[A-Za-z_]\w*|\*\*|\/\/|[-+*/%(),])/y;

/** Longest expression that is read, and deepest nesting of brackets. CWE-674. */
const MAX_LENGTH = 400;

const FUNCTIONS: Readonly<Record<string, (...args: number[]) => number>> = {
  min: Math.min,
  max: Math.max,
  floor: Math.floor,
  ceil: Math.ceil,
  round: roundHalfEven,
  int: Math.trunc,
  float: (x) => x,
  abs: Math.abs,
  sqrt: Math.sqrt,
};

/** Python rounds halves to the even neighbour. */
function roundHalfEven(x: number): number {
  const down = Math.floor(x);
  if (x - down !== 0.5) return Math.round(x);
  return down % 2 === 0 ? down : down + 1;
}

/** The value of an expression; `undefined` where it is no arithmetic, or a name has no value. */
export function evaluate(expression: string, names: Readonly<Record<string, number>>): number | undefined {
  const tokens = tokensOf(expression);
  if (tokens === undefined) return undefined;
  try {
    const reader = new Reader(tokens, names);
    const value = reader.sum();
    return reader.done() && Number.isFinite(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function tokensOf(expression: string): string[] | undefined {
  const text = expression.trim();
  if (text.length > MAX_LENGTH) return undefined;
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let at = 0; at < text.length; at = TOKEN.lastIndex) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) return undefined;
    tokens.push(token);
  }
  return tokens;
}

/** Recursive descent; the length limit bounds the depth. */
class Reader {
  private at = 0;
  private readonly tokens: readonly string[];
  private readonly names: Readonly<Record<string, number>>;

  constructor(tokens: readonly string[], names: Readonly<Record<string, number>>) {
    this.tokens = tokens;
    this.names = names;
  }

  done(): boolean {
    return this.at === this.tokens.length;
  }

  sum(): number {
    let value = this.product();
    for (;;) {
      if (this.take("+")) value += this.product();
      else if (this.take("-")) value -= this.product();
      else return value;
    }
  }

  private product(): number {
    let value = this.unary();
    for (;;) {
      if (this.take("*")) value *= this.unary();
      else if (this.take("/")) value /= this.unary();
      else if (this.take("//")) value = Math.floor(value / this.unary());
      else if (this.take("%")) {
        const by = this.unary();
        value -= by * Math.floor(value / by);
      } else return value;
    }
  }

  private unary(): number {
    if (this.take("-")) return -this.unary();
    if (this.take("+")) return this.unary();
    const base = this.atom();
    return this.take("**") ? power(base, this.unary()) : base;
  }

  private atom(): number {
    const token = this.tokens[this.at++] ?? "";
    if (/^[\d.]/.test(token)) return Number(token);
    if (token === "(") {
      const value = this.sum();
      this.expect(")");
      return value;
    }
    if (this.take("(")) return this.call(token);
    if (!Object.hasOwn(this.names, token)) throw new RangeError(token);
    return this.names[token]!;
  }

  private call(name: string): number {
    const args = [this.sum()];
    while (this.take(",")) args.push(this.sum());
    this.expect(")");
    if (!Object.hasOwn(FUNCTIONS, name)) throw new RangeError(name);
    return FUNCTIONS[name]!(...args);
  }

  private take(token: string): boolean {
    if (this.tokens[this.at] !== token) return false;
    this.at++;
    return true;
  }

  private expect(token: string): void {
    if (!this.take(token)) throw new RangeError(token);
  }
}

/** Whole powers only: a size is never made with another, and `Math.pow` may differ between computers. */
function power(base: number, exponent: number): number {
  if (!Number.isInteger(exponent) || Math.abs(exponent) > 64) throw new RangeError("exponent");
  let value = 1;
  for (let i = 0; i < Math.abs(exponent); i++) value *= base;
  return exponent < 0 ? 1 / value : value;
}
