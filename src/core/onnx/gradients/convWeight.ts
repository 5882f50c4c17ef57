import { int } from '../attributes'
import { pad, reduceSum, reshape, slice, transpose } from '../ops'
import { taps } from '../windows'
import type { ConvShape } from './convInput'
import type { RuleContext } from './rule'

/**
 * Fewer channels than this make thin matrices: then one product with all taps side by side beats one for each tap
 * (measured in docs/decisions/0002-backward-graphs.md).
 */
const thin = 16

/**
 * d loss / d W of a convolution: the products of the gradient with the input shifted to each tap of the kernel, summed
 * over places and images. The transposes are fused into the products by ONNX Runtime.
 */
export function convWeightGradient(context: RuleContext, g: string, x: string, conv: ConvShape): string {
  const { builder } = context
  const { windows, group, channels, features } = conv
  const { kernel, strides, dilations, before, after, outputSize } = windows
  const [perIn, perOut] = [channels / group, features / group]
  const places = outputSize.reduce((product, length) => product * length, 1)
  const padded = pad(builder, x, [0, 0, ...before], [0, 0, ...after])
  const G = reshape(builder, g, [-1, group, perOut, places])
  const shifted = taps(kernel).map((tap) => {
    const stretches = tap.map((at, i) => {
      const start = at * dilations[i]!
      return { axis: i + 2, start, end: start + (outputSize[i]! - 1) * strides[i]! + 1, step: strides[i]! }
    })
    return reshape(builder, slice(builder, padded, stretches), [-1, group, perIn, places])
  })
  /** Sum over images of G times the transpose of `seen` [n, group, rows, places]: [group, perOut, rows]. */
  const product = (seen: string): string =>
    reduceSum(builder, context.add('MatMul', [G, transpose(builder, seen, [0, 1, 3, 2])]), [0], false)
  const join = (parts: readonly string[], axis: number): string =>
    parts.length === 1 ? parts[0]! : context.add('Concat', parts, { axis: int(axis) })
  if (perIn >= thin) {
    const parts = shifted.map((seen) => reshape(builder, product(seen), [features, perIn, 1]))
    return reshape(builder, join(parts, 2), [features, perIn, ...kernel])
  }
  const all = reshape(builder, product(join(shifted, 2)), [features, shifted.length, perIn])
  return reshape(builder, transpose(builder, all, [0, 2, 1]), [features, perIn, ...kernel])
}
