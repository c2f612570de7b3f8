/** The residual block that UNet and autoencoder share. @see diffusers, models/resnet.py, ResnetBlock2D */

import type { GraphBuilder, Value } from "./builder.ts";
import { activate, add, conv2d, groupNorm, linear, reshape } from "./ops.ts";

/** Group normalisation of a network. */
export interface Norm {
  readonly groups: number;
  readonly epsilon: number;
}

/**
 * norm, SiLU, 3×3 convolution, twice, beside a shortcut; `time` [batch or 1, width] is projected and added between them.
 * @returns [batch, channels, height, width]
 */
export function resnetBlock(
  g: GraphBuilder,
  x: Value,
  prefix: string,
  { channels, norm, time }: { readonly channels: number; readonly norm: Norm; readonly time?: Value },
): Value {
  const conv = (value: Value, part: 1 | 2): Value => {
    const normed = groupNorm(g, value, `${prefix}.norm${part}`, norm.groups, norm.epsilon);
    return conv2d(g, activate(g, normed, "silu"), `${prefix}.conv${part}`, channels, 3);
  };
  const first = conv(x, 1);
  const timed = time ? add(g, first, projectTime(g, time, prefix, channels)) : first;
  const shortcut = x.shape[1] === channels ? x : conv2d(g, x, `${prefix}.conv_shortcut`, channels, 1);
  return add(g, shortcut, conv(timed, 2));
}

function projectTime(g: GraphBuilder, time: Value, prefix: string, channels: number): Value {
  const projected = linear(g, activate(g, time, "silu"), `${prefix}.time_emb_proj`, channels);
  return reshape(g, projected, [time.shape[0]!, channels, 1, 1]);
}
