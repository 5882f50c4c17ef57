import { int } from '../attributes'
import { pad, reduceSum, reshape, slice, transpose } from '../ops'
import { taps } from '../windows'
import type { ConvShape } from './convInput'
import type { RuleContext } from './rule'

/**
 * d loss / d W of a convolution: for each tap of the kernel, the products of the gradient with the input shifted to that
 * tap, summed over places and images: kernel-many matrix products.
 */
export function convWeightGradient(context: RuleContext, g: string, x: string, conv: ConvShape): string {
  const { builder } = context
  const { windows, group, channels, features } = conv
  const { kernel, strides, dilations, before, after, outputSize } = windows
  const places = outputSize.reduce((product, length) => product * length, 1)
  const padded = pad(builder, x, [0, 0, ...before], [0, 0, ...after])
  const G = reshape(builder, g, [-1, group, features / group, places])
  const products = taps(kernel).map((tap) => {
    const stretches = tap.map((at, i) => {
      const start = at * dilations[i]!
      return { axis: i + 2, start, end: start + (outputSize[i]! - 1) * strides[i]! + 1, step: strides[i]! }
    })
    const seen = reshape(builder, slice(builder, padded, stretches), [-1, group, channels / group, places])
    const product = context.add('MatMul', [G, transpose(builder, seen, [0, 1, 3, 2])])
    return reshape(builder, reduceSum(builder, product, [0], false), [features, channels / group, 1])
  })
  const all = products.length === 1 ? products[0]! : context.add('Concat', products, { axis: int(-1) })
  return reshape(builder, all, [features, channels / group, ...kernel])
}
