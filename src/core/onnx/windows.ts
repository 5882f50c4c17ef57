import { HalftoneError } from '../errors'
import { intsAttribute, stringAttribute } from './attributes'
import type { OnnxNode } from './OnnxGraph'

/** How a window moves over the spatial axes, one entry for each: Conv, ConvTranspose and the pools. */
export interface Windows {
  readonly kernel: readonly number[]
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  /** Zeros before and after; resolved where the node asks for SAME or VALID. */
  readonly before: readonly number[]
  readonly after: readonly number[]
  readonly inputSize: readonly number[]
  readonly outputSize: readonly number[]
}

/**
 * Reads the window attributes of a node, with auto_pad resolved (Operators.md, Conv).
 * @param kernel used where the node has no kernel_shape.
 */
export function windowsOf(
  node: OnnxNode,
  inputSize: readonly number[],
  outputSize: readonly number[],
  kernel: readonly number[] = [],
): Windows {
  const rank = inputSize.length
  const own = intsAttribute(node, 'kernel_shape') ?? kernel
  const strides = intsAttribute(node, 'strides') ?? inputSize.map(() => 1)
  const dilations = intsAttribute(node, 'dilations') ?? inputSize.map(() => 1)
  const pads = intsAttribute(node, 'pads') ?? [...inputSize, ...inputSize].map(() => 0)
  if (
    own.length !== rank ||
    strides.length !== rank ||
    dilations.length !== rank ||
    pads.length !== 2 * rank
  ) {
    throw new HalftoneError(
      'unreadable-file',
      `its kernel, strides, dilations or pads do not fit ${rank} axes.`,
    )
  }
  const windows = { kernel: own, strides, dilations, inputSize, outputSize }
  const mode = stringAttribute(node, 'auto_pad', 'NOTSET')
  if (mode === 'VALID') return { ...windows, before: inputSize.map(() => 0), after: inputSize.map(() => 0) }
  if (mode !== 'SAME_UPPER' && mode !== 'SAME_LOWER') {
    return { ...windows, before: pads.slice(0, rank), after: pads.slice(rank) }
  }
  const total = inputSize.map((size, i) =>
    Math.max(0, (outputSize[i]! - 1) * strides[i]! + reach(windows, i) + 1 - size),
  )
  const small = total.map((sum) => Math.floor(sum / 2))
  const large = total.map((sum) => Math.ceil(sum / 2))
  return mode === 'SAME_UPPER'
    ? { ...windows, before: small, after: large }
    : { ...windows, before: large, after: small }
}

/** From a window's first element to its last along axis `i`: dilation x (kernel - 1). */
export function reach(windows: Pick<Windows, 'kernel' | 'dilations'>, i: number): number {
  return windows.dilations[i]! * (windows.kernel[i]! - 1)
}

/** Every place of a window, last axis fastest: the taps of a convolution. */
export function taps(kernel: readonly number[]): readonly (readonly number[])[] {
  return kernel.reduce<number[][]>(
    (places, length) => places.flatMap((place) => Array.from({ length }, (_, at) => [...place, at])),
    [[]],
  )
}
