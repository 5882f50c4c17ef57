import { arrayClasses, makeTensor } from '../elementTypes'
import type { OnnxTensor } from '../OnnxGraph'
import { reshape, slice, transpose } from '../ops'
import type { ConvShape } from './convInput'
import type { RuleContext } from './rule'

/**
 * The kernel for going back through a convolution: W [m, c / group, kernel...] becomes [c, m / group, kernel...] with
 * every spatial axis reversed. Constant kernels are turned once, here; computed ones (parameters in training) in the graph.
 */
export function turnedKernel(context: RuleContext, conv: ConvShape): string {
  const constant = context.constant(1)
  const turned = constant && turnedConstant(constant, conv)
  if (turned) return context.builder.initializer(turned, `${context.must(1)}_turned`)
  const { group, channels, features } = conv
  const { kernel } = conv.windows
  const spatial = kernel.map((_, i) => i + 2)
  const swapped =
    group === 1
      ? transpose(context.builder, context.must(1), [1, 0, ...spatial])
      : swappedGroups(context, channels, features, group, kernel)
  const stretches = spatial.flatMap((axis, i) =>
    kernel[i]! > 1 ? [{ axis, start: -1, end: -(2 ** 31), step: -1 }] : [],
  )
  return stretches.length > 0 ? slice(context.builder, swapped, stretches) : swapped
}

function swappedGroups(
  context: RuleContext,
  channels: number,
  features: number,
  group: number,
  kernel: readonly number[],
): string {
  const { builder } = context
  const grouped = reshape(builder, context.must(1), [group, features / group, channels / group, ...kernel])
  const swapped = transpose(builder, grouped, [0, 2, 1, ...kernel.map((_, i) => i + 3)])
  return reshape(builder, swapped, [channels, features / group, ...kernel])
}

function turnedConstant(weights: OnnxTensor, conv: ConvShape): OnnxTensor | undefined {
  const { type, data } = weights
  if (type !== 'float' && type !== 'double') return undefined
  const { group, channels, features, windows } = conv
  const size = windows.kernel.reduce((product, length) => product * length, 1)
  const [perIn, perOut] = [channels / group, features / group]
  const out = new arrayClasses[type](data.length)
  for (let c = 0; c < channels; c++) {
    const first = Math.floor(c / perIn) * perOut
    for (let m = 0; m < perOut; m++) {
      const from = ((first + m) * perIn + (c % perIn)) * size
      const to = (c * perOut + m) * size
      // Reversing every spatial axis reverses the whole row-major block.
      for (let k = 0; k < size; k++) out[to + k] = data[from + size - 1 - k]!
    }
  }
  const shape = [channels, perOut, ...windows.kernel]
  return type === 'float'
    ? makeTensor('float', shape, out as Float32Array)
    : makeTensor('double', shape, out as Float64Array)
}
