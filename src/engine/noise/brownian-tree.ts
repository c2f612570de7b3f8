/**
 * torchsde's BrownianTree: one path of Brownian motion, whole in advance, for the samplers of stochastic differential
 * equations. The same two times give the same increment, whatever was asked before.
 *
 * @see X. Li et al., "Scalable gradients for stochastic differential equations" (2020), the virtual Brownian tree
 * @see google-research/torchsde 0.2.6, torchsde/_brownian/brownian_interval.py
 */

import { seedSequence } from "./seed-sequence.ts";
import { TorchGenerator, type TorchMath } from "./torch-cpu.ts";

const f = Math.fround;
const POOL_SIZE = 24;
/** Decimal places to which times are rounded: the tree's tolerance of 1e-6. */
const PLACES = 6;
/** Nodes whose increments are kept; a descent from the top has about 24 levels of two. More would only save time. */
const KEPT_NODES = 96;

/** Rounds a time as Python's `round(x, 6)`: the nearest decimal, the even one where x lies midway. */
function roundTime(x: number): number {
  const midway = Number.isInteger(x * 128) && !Number.isInteger(x * 64);
  if (!midway) return Number(x.toFixed(PLACES));
  const digits = x.toFixed(PLACES + 1);
  const below = Number(digits.slice(0, -1));
  const even = Number(digits.at(-2)) % 2 === 0;
  return even ? below : Number((below + Math.sign(x) * 1e-6).toFixed(PLACES));
}

interface Node {
  readonly start: number;
  readonly end: number;
  readonly parent: Node | undefined;
  readonly isLeft: boolean;
  readonly key: bigint;
  readonly depth: number;
  increment: Float32Array | undefined;
  children: { readonly middle: number; readonly left: Node; readonly right: Node } | undefined;
}

/** A Brownian path over [t0, t1] for `size` numbers, fixed by its seed. */
export class BrownianTree {
  private readonly top: Node;
  private readonly kept: Node[] = [];
  private readonly size: number;
  private readonly seed: bigint;
  private readonly math: TorchMath;

  /**
   * @param t0 - beginning, below t1; in samplers the smallest sigma above zero
   * @param size - numbers of one increment: channels · height · width
   * @param seed - ≥ 0, any size
   */
  constructor(t0: number, t1: number, size: number, seed: bigint, math: TorchMath = "avx2") {
    this.size = size;
    this.seed = seed;
    this.math = math;
    const node = { start: roundTime(t0), end: roundTime(t1), parent: undefined, isLeft: true, key: 0n, depth: 0 };
    const scale = f(Math.sqrt(t1 - t0));
    const increment = this.normal(seedSequence(seed, [], POOL_SIZE, 1)[0]!).map((value) => f(value * scale));
    this.top = { ...node, increment, children: undefined };
  }

  /** W(tb) − W(ta); times outside [t0, t1] count as its ends. `ta` ≤ `tb`. */
  increment(ta: number, tb: number): Float32Array<ArrayBuffer> {
    const inside = (t: number): number => roundTime(Math.min(Math.max(t, this.top.start), this.top.end));
    const total = new Float32Array(this.size);
    const [from, to] = [inside(ta), inside(tb)];
    if (from === to) return total;
    let first = true;
    for (const node of this.cover(this.top, from, to)) {
      const part = this.incrementOf(node);
      for (let i = 0; i < total.length; i++) total[i] = first ? part[i]! : total[i]! + part[i]!;
      first = false;
    }
    return total;
  }

  /** The nodes that together are exactly [from, to], in order; intervals are halved until they fit. */
  private *cover(node: Node, from: number, to: number): Generator<Node> {
    if (from === node.start && to === node.end) {
      yield node;
      return;
    }
    const { middle, left, right } = this.split(node);
    if (from < middle) yield* this.cover(left, from, Math.min(to, middle));
    if (to > middle) yield* this.cover(right, Math.max(from, middle), to);
  }

  private split(node: Node): NonNullable<Node["children"]> {
    if (node.children) return node.children;
    const middle = roundTime(0.5 * (node.end + node.start));
    const child = (isLeft: boolean): Node => ({
      start: isLeft ? node.start : middle,
      end: isLeft ? middle : node.end,
      parent: node,
      isLeft,
      key: 2n * node.key + (isLeft ? 0n : 1n),
      depth: node.depth + 1,
      increment: undefined,
      children: undefined,
    });
    node.children = { middle, left: child(true), right: child(false) };
    return node.children;
  }

  /** The increment over a node, by Lévy's construction from its parent's. */
  private incrementOf(node: Node): Float32Array {
    if (node.increment) return node.increment;
    const parent = node.parent!;
    const whole = this.incrementOf(parent);
    const { middle, left, right } = this.split(parent);
    const reciprocal = 1 / (parent.end - parent.start);
    const [leftPart, rightPart] = [middle - parent.start, parent.end - middle];
    const deviation = f(Math.sqrt(leftPart * rightPart * reciprocal));
    const [weight, inverse] = [f(leftPart), f(reciprocal)];
    const seeds = seedSequence(this.seed, [parent.key, BigInt(parent.depth)], POOL_SIZE, 1);
    const noise = this.normal(seeds[0]!);
    const leftIncrement = whole.map((w, i) => f(f(f(weight * w) * inverse) + f(deviation * noise[i]!)));
    left.increment = leftIncrement;
    right.increment = whole.map((w, i) => f(w - leftIncrement[i]!));
    this.keep(left, right);
    return node.increment ?? leftIncrement;
  }

  private keep(...nodes: readonly Node[]): void {
    this.kept.push(...nodes);
    while (this.kept.length > KEPT_NODES) this.kept.shift()!.increment = undefined;
  }

  private normal(seed: number): Float32Array<ArrayBuffer> {
    return new TorchGenerator(BigInt(seed), this.math).randn(this.size);
  }
}
