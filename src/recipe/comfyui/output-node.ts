/** The output node that made this file, among all that a graph has. */

import type { Pixels } from "../../image/container.ts";
import { type Graph, type GraphNode, type Input, linksOf } from "./graph.ts";
import { type Making, type Runs, readPasses, walkBack } from "./passes.ts";
import { isSampler } from "./sampling.ts";
import { sizeOfLink } from "./sizes.ts";
import { kindOfLink, type Walk } from "./walk.ts";

/** What an output node was made with. */
export interface Output {
  /** Absent where the graph has no output node, only samplers. */
  readonly node?: GraphNode;
  readonly making: Making;
  readonly size?: { readonly width: number; readonly height: number };
  /** How many output nodes would fit as well. */
  readonly rivals: number;
}

/** What is known of the file beside its graph. */
export interface FileFacts {
  readonly pixels: Pixels | undefined;
  readonly moving: boolean;
}

/** Nodes more than this are not tried one by one; the largest workflows have some fifty. CWE-407. */
const MAX_OUTPUTS = 64;

const SAVER =
  /save|saver|videocombine|video_?combine|output$|send ?image|publish|webp$|^SwarmSave|image ?writer|export/i;
const PREVIEW = /preview|compare|display|show|viewer|debug/i;
const MOVING = /video|anim|webm|gif/i;

/**
 * The output that fits the file best: one whose size is the file's, that saves rather than previews, of the file's
 * kind (moving or still), with passes behind it. Nodes that are not upstream of it have no part in the image.
 */
export function chooseOutput(walk: Walk, facts: FileFacts): Output | undefined {
  const scored = outputNodes(walk)
    .map((node) => measure(walk, node))
    .map((candidate) => ({ ...candidate, score: score(candidate, facts) }));
  scored.sort((a, b) => b.score - a.score);
  const best = scored[0];
  if (best === undefined) return withoutOutput(walk);
  const rivals = scored.filter((other) => other.score === best.score && differs(other, best)).length;
  const { node, size } = best;
  return { node, making: readPasses(walk, best.way), rivals, ...(size && { size }) };
}

function outputNodes(walk: Walk): GraphNode[] {
  const used = usedNodes(walk.graph);
  const ends = [...walk.graph.nodes.values()].filter((node) => {
    const pictures = pictureInputs(walk, node).length > 0;
    return (
      pictures && (SAVER.test(node.type) || PREVIEW.test(node.type) || !used.has(node.id)) && !isSampler(walk, node)
    );
  });
  const savers = ends.filter((node) => SAVER.test(node.type));
  return (ends.length > MAX_OUTPUTS ? savers : ends).slice(0, MAX_OUTPUTS);
}

function usedNodes(graph: Graph): Set<string> {
  const used = new Set<string>();
  for (const node of graph.nodes.values()) for (const [, link] of linksOf(node)) used.add(link.node);
  return used;
}

/** The inputs through which pictures come into an output node. */
function pictureInputs(walk: Walk, node: GraphNode): Input[] {
  return linksOf(node)
    .filter(
      ([name, link]) =>
        ["image", "latent"].includes(kindOfLink(walk, name, link)) ||
        /^(audio|source|input|any|anything|pipe|\*)?$/i.test(name),
    )
    .map(([, link]) => link);
}

interface Candidate {
  readonly node: GraphNode;
  readonly way: Runs;
  readonly size?: { readonly width: number; readonly height: number };
}

function measure(walk: Walk, node: GraphNode): Candidate {
  const inputs = pictureInputs(walk, node);
  const size = sizeOfLink(walk, inputs[0]);
  return {
    node,
    way: walkBack(walk, inputs),
    ...(size && { size: { width: size.width.value, height: size.height.value } }),
  };
}

function score({ node, way, size }: Candidate, { pixels, moving }: FileFacts): number {
  const { type } = node;
  let points = way.runs.length > 0 ? 100 : 0;
  if (size && pixels) points += same(size, pixels) ? 20 : -2;
  if (SAVER.test(type)) points += 10;
  else if (PREVIEW.test(type)) points += 1;
  if (MOVING.test(type) === moving) points += 4;
  return points + Math.min(way.runs.length, 50) / 100;
}

function same(a: { width: number; height: number }, b: Pixels): boolean {
  return Math.abs(a.width - b.width) <= 8 && Math.abs(a.height - b.height) <= 8;
}

function differs(a: Candidate, b: Candidate): boolean {
  const runs = ({ way }: Candidate): string => way.runs.map(({ id }) => id).join();
  return a !== b && runs(a) !== runs(b);
}

/** Graphs cut down to their samplers: the last sampler that no other builds on. */
function withoutOutput(walk: Walk): Output | undefined {
  const used = usedNodes(walk.graph);
  const ends = [...walk.graph.nodes.values()].filter((node) => isSampler(walk, node));
  const last = ends.findLast((node) => !used.has(node.id)) ?? ends.at(-1);
  return last && { making: readPasses(walk, walkBack(walk, [{ node: last.id, slot: 0 }])), rivals: 0 };
}
