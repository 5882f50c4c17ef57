import { int, intAttribute, ints } from '../attributes'
import { makeTensor } from '../elementTypes'
import { reshape } from '../ops'
import { reach, windowsOf } from '../windows'
import type { Windows } from '../windows'
import { rule } from './rule'
import type { RuleContext } from './rule'

/**
 * Each element gets, from every window it was in, that window's gradient over its number of elements. With stride 1 that
 * is an average pool again; otherwise a transposed convolution with a kernel of ones, channel by channel.
 */
export const AveragePool = rule((context, g) => {
  const spatial = context
    .fact(0)
    .shape.slice(2)
    .map((_, i) => i + 2)
  const windows = windowsOf(
    context.node,
    spatial.map((axis) => context.length(0, axis)),
    spatial.map((axis) => context.outputLength(axis)),
  )
  const shares = context.add('Mul', [g, sharesOf(context, windows)])
  return [
    windows.strides.every((stride) => stride === 1)
      ? pooled(context, shares, windows)
      : spread(context, shares, windows),
  ]
})

/** 1 / (elements that window o averages over), [1, 1, output...]. */
function sharesOf(context: RuleContext, windows: Windows): string {
  const withPads = intAttribute(context.node, 'count_include_pad', 0) !== 0
  const { kernel, strides, dilations, before, after, inputSize, outputSize } = windows
  const counts = kernel.map((length, i) =>
    Array.from({ length: outputSize[i]! }, (_, o) => {
      const low = withPads ? -before[i]! : 0
      const high = inputSize[i]! + (withPads ? after[i]! : 0)
      const start = o * strides[i]! - before[i]!
      return Array.from({ length }, (__, k) => start + k * dilations[i]!).filter(
        (at) => at >= low && at < high,
      ).length
    }),
  )
  const all = counts.reduce<number[]>((outer, inner) => outer.flatMap((a) => inner.map((b) => a * b)), [1])
  const values = all.map((count) => 1 / count)
  const shape = [1, 1, ...outputSize]
  if (values.every((value) => value === values[0])) return context.scalar(values[0]!)
  return context.builder.initializer(
    context.fact(0).type === 'double'
      ? makeTensor('double', shape, Float64Array.from(values))
      : makeTensor('float', shape, Float32Array.from(values)),
    'shares',
  )
}

function pooled(context: RuleContext, shares: string, windows: Windows): string {
  const { kernel, dilations, before, inputSize, outputSize } = windows
  const lead = kernel.map((_, i) => reach(windows, i) - before[i]!)
  const trail = kernel.map((_, i) => inputSize[i]! - outputSize[i]! + reach(windows, i) - lead[i]!)
  const size = kernel.reduce((product, length) => product * length, 1)
  if ([...lead, ...trail].some((count, i) => count < 0 || count >= kernel[i % kernel.length]!)) {
    return spread(context, shares, windows)
  }
  const sums = context.add('AveragePool', [context.add('Mul', [shares, context.scalar(size)])], {
    kernel_shape: ints(kernel),
    ...(dilations.some((d) => d !== 1) && { dilations: ints(dilations) }),
    strides: ints(kernel.map(() => 1)),
    pads: ints([...lead, ...trail]),
    count_include_pad: int(1),
  })
  return sums
}

function spread(context: RuleContext, shares: string, windows: Windows): string {
  const { kernel, strides, dilations, before, after, inputSize, outputSize } = windows
  const { builder } = context
  const size = kernel.reduce((product, length) => product * length, 1)
  const ones = makeTensor('float', [1, 1, ...kernel], new Float32Array(size).fill(1))
  const covered = outputSize.map((length, i) => (length - 1) * strides[i]! + reach(windows, i) + 1)
  // With ceil_mode the last window reaches beyond the padding; what it covers there is cut off.
  const beyond = covered.map((length, i) => Math.max(0, length - before[i]! - after[i]! - inputSize[i]!))
  const sums = context.add(
    'ConvTranspose',
    [reshape(builder, shares, [-1, 1, ...outputSize]), builder.initializer(ones, 'ones')],
    {
      kernel_shape: ints(kernel),
      strides: ints(strides),
      dilations: ints(dilations),
      pads: ints([...before, ...after.map((count, i) => count + beyond[i]!)]),
      output_padding: ints(
        inputSize.map((length, i) => length - (covered[i]! - before[i]! - after[i]! - beyond[i]!)),
      ),
    },
  )
  return context.reshapeLike(sums, 0)
}
