import { int, ints } from '../attributes'
import { slice } from '../ops'
import { reach } from '../windows'
import type { Windows } from '../windows'
import type { RuleContext } from './rule'
import { turnedKernel } from './turnedKernel'

/** A convolution's sizes: `channels` in, `features` out, both counted over all groups. */
export interface ConvShape {
  readonly windows: Windows
  readonly group: number
  readonly channels: number
  readonly features: number
}

/**
 * d loss / d X of a convolution. With stride 1 it is a convolution of the gradient with the turned kernel, which runs as
 * fast as the forward one; otherwise a transposed convolution.
 */
export function convInputGradient(context: RuleContext, g: string, conv: ConvShape): string {
  const { windows, group } = conv
  if (windows.strides.every((stride) => stride === 1)) return turnedConv(context, g, conv)
  const { kernel, strides, dilations, before, after, inputSize, outputSize } = windows
  const covered = outputSize.map(
    (size, i) => (size - 1) * strides[i]! + reach(windows, i) + 1 - before[i]! - after[i]!,
  )
  return context.add('ConvTranspose', [g, context.must(1)], {
    kernel_shape: ints(kernel),
    strides: ints(strides),
    dilations: ints(dilations),
    pads: ints([...before, ...after]),
    output_padding: ints(inputSize.map((size, i) => size - covered[i]!)),
    group: int(group),
  })
}

function turnedConv(context: RuleContext, g: string, conv: ConvShape): string {
  const { windows, group } = conv
  const { kernel, dilations, before, inputSize, outputSize } = windows
  const lead = kernel.map((_, i) => reach(windows, i) - before[i]!)
  const trail = kernel.map((_, i) => inputSize[i]! - outputSize[i]! + reach(windows, i) - lead[i]!)
  return context.add('Conv', [cropped(context, g, lead, trail, outputSize), turnedKernel(context, conv)], {
    kernel_shape: ints(kernel),
    dilations: ints(dilations),
    strides: ints(kernel.map(() => 1)),
    pads: ints([...lead, ...trail].map((count) => Math.max(0, count))),
    group: int(group),
  })
}

/** Padding beyond the kernel's reach made outputs that saw zeros only: their gradients are cut off. */
function cropped(
  context: RuleContext,
  g: string,
  lead: readonly number[],
  trail: readonly number[],
  size: readonly number[],
): string {
  const stretches = size.flatMap((length, i) => {
    const start = Math.max(0, -lead[i]!)
    const end = length - Math.max(0, -trail[i]!)
    return start > 0 || end < length ? [{ axis: i + 2, start, end }] : []
  })
  return stretches.length > 0 ? slice(context.builder, g, stretches) : g
}
