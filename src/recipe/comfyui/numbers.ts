/** Nodes that make numbers of numbers: expressions, the four operations, sizes from ratios. */

import { evaluate } from "./arithmetic.ts";
import { type GraphNode, isLink } from "./graph.ts";
import { type Known, numberOfInput, textOfInput } from "./known.ts";
import type { Walk } from "./walk.ts";

const OPERATIONS: readonly (readonly [RegExp, string])[] = [
  [/^(add|addition|\+|sum)$/i, "a + b"],
  [/^(sub|subtract|subtraction|-)$/i, "a - b"],
  [/^(mul|multiply|multiplication|\*)$/i, "a * b"],
  [/^(div|divide|division|\/)$/i, "a / b"],
  [/^(floordiv|floor division|\/\/)$/i, "a // b"],
  [/^(mod|modulo|%)$/i, "a % b"],
  [/^(pow|power|\*\*)$/i, "a ** b"],
  [/^min(imum)?$/i, "min(a, b)"],
  [/^max(imum)?$/i, "max(a, b)"],
];

/** The number that a math node makes, or `undefined` for any other node. */
export function computeNumber(walk: Walk, node: GraphNode, slot: number): Known | undefined {
  if (
    !/math|binaryop|operation|calculat|expression|multiply|arithmetic|SimpleMath|evaluate (int|float)/i.test(node.type)
  ) {
    return undefined;
  }
  const names = numbersOf(walk, node);
  const expression = expressionOf(walk, node);
  const first = Object.values(names)[0];
  if (expression === undefined || first === undefined) return undefined;
  const value = evaluate(
    expression,
    Object.fromEntries(Object.entries(names).map(([key, known]) => [key, known.value])),
  );
  if (value === undefined) return undefined;
  const whole = /int/i.test(node.type) || (slot === 0 && /SimpleMath|MathExpression|^CM_Int/i.test(node.type));
  return { value: whole ? Math.round(value) : value, pointer: first.pointer, computed: true };
}

/** The operands under the names that expressions use: `a`, `b`, `c`, `x`, `y`. */
function numbersOf(walk: Walk, node: GraphNode): Record<string, Known<number>> {
  const names: Record<string, Known<number>> = {};
  for (const [name, input] of node.inputs) {
    const letter = /^(?:values?\.|int_?|float_?|number_?|num_?|value_?|input_?)?([a-z]|[12])$/i.exec(name)?.[1];
    const key = letter === "1" ? "a" : letter === "2" ? "b" : letter?.toLowerCase();
    const known = key === undefined ? undefined : numberOfInput(walk, input, "number");
    if (key !== undefined && known !== undefined) names[key] = known;
  }
  return names;
}

function expressionOf(walk: Walk, node: GraphNode): string | undefined {
  const written = ["expression", "value", "python_expression", "formula"].find((name) => {
    const input = node.inputs.get(name);
    return input !== undefined && !isLink(input) && typeof input.value === "string";
  });
  if (written !== undefined) return textOfInput(walk, node.inputs.get(written))?.value;
  const key = ["op", "operation", "operator", "mode"].find((name) => node.inputs.has(name));
  const operation = key === undefined ? undefined : textOfInput(walk, node.inputs.get(key))?.value;
  return OPERATIONS.find(([pattern]) => operation !== undefined && pattern.test(operation.trim()))?.[1];
}
