import { int, ints } from '#core/onnx/attributes'
import type { GraphBuilder } from '#core/onnx/GraphBuilder'
import type { Attributes } from '#core/onnx/OnnxGraph'
import type { Random } from '#core/tensor/Random'

/** Gain that keeps the variance of a unit Gaussian through ReLU and a zero-mean filter (Brock et al. 2021, NFNets, section 3.1). */
export const reluGain = Math.sqrt(2 / (1 - 1 / Math.PI))

/**
 * Deviation of the filters at the start. Their scale is divided out, so it only sets how far one step of the optimiser
 * turns them: about the learning rate over this.
 */
const firstDeviation = 0.15

export interface ConvOptions {
  readonly name: string
  readonly from: number
  readonly to: number
  readonly kernel: number
  readonly stride?: number
  /** First value of the learned gain per filter. */
  readonly gain?: number
}

/**
 * A convolution whose filters are standardised in the graph: zero mean, variance 1 / fan-in, times a learned gain
 * (scaled weight standardization, Brock et al. 2021, eq. 1). It trains without batch statistics, costs nothing per
 * pixel, and folds into a plain convolution when the parameters become constants.
 *
 * Adds parameters `<name>.weight` [to, from, k, k], `<name>.gain` [to, 1, 1, 1] and `<name>.bias` [to].
 */
export function standardisedConv(b: GraphBuilder, x: string, options: ConvOptions, random: Random): string {
  const { name, from, to, kernel, stride = 1, gain = reluGain } = options
  const fanIn = from * kernel * kernel
  const values = Float32Array.from({ length: to * fanIn }, () => random.normal(0, firstDeviation))
  const weight = b.floats(values, [to, from, kernel, kernel], `${name}.weight`)
  const gains = b.floats(new Float32Array(to).fill(gain), [to, 1, 1, 1], `${name}.gain`)
  const bias = b.floats(new Float32Array(to), [to], `${name}.bias`)

  const perFilter: Attributes = { axes: ints([1, 2, 3]), keepdims: int(1) }
  const centred = b.node('Sub', [weight, b.node('ReduceMean', [weight], perFilter)])
  const variance = b.node('ReduceMean', [b.node('Mul', [centred, centred])], perFilter)
  const norm = b.node('Sqrt', [b.node('Add', [b.node('Mul', [variance, b.scalar(fanIn)]), b.scalar(1e-4)])])
  const filters = b.node('Mul', [centred, b.node('Div', [gains, norm])])
  const low = Math.floor((kernel - 1) / 2)
  const high = kernel - 1 - low
  return b.node(
    'Conv',
    [x, filters, bias],
    {
      kernel_shape: ints([kernel, kernel]),
      strides: ints([stride, stride]),
      pads: ints([low, low, high, high]),
    },
    name,
  )
}

/** relu(x + conv(relu(conv(x)))) with the branch small at first, so that depth does not hurt the start. */
export function residualBlock(
  b: GraphBuilder,
  x: string,
  name: string,
  channels: number,
  random: Random,
): string {
  const conv = (input: string, part: string, gain: number) =>
    standardisedConv(
      b,
      input,
      { name: `${name}.${part}`, from: channels, to: channels, kernel: 3, gain },
      random,
    )
  const inner = b.node('Relu', [conv(x, 'a', reluGain)])
  return b.node('Relu', [b.node('Add', [x, conv(inner, 'b', 0.4)])])
}

/**
 * A fully connected layer: parameters `<name>.weight` [to, from], normal with variance gain^2 / from, and `<name>.bias` [to].
 * The tensor that it gives is called `name`.
 */
export function dense(
  b: GraphBuilder,
  x: string,
  name: string,
  from: number,
  to: number,
  random: Random,
  gain = 1,
): string {
  const scale = gain * Math.sqrt(1 / from)
  const values = Float32Array.from({ length: to * from }, () => random.normal(0, scale))
  const weight = b.floats(values, [to, from], `${name}.weight`)
  const bias = b.floats(new Float32Array(to), [to], `${name}.bias`)
  return b.node('Gemm', [x, weight, bias], { transB: int(1) }, name)
}

export interface PlainConvOptions {
  readonly name: string
  readonly from: number
  readonly to: number
  readonly kernel: number
  /** `same` pads with zeros so that the size stays, `valid` pads nothing. */
  readonly padding: 'same' | 'valid'
}

/** A convolution as the papers have it: parameters `<name>.weight` [to, from, k, k] (He et al. 2015) and `<name>.bias` [to]. */
export function conv(b: GraphBuilder, x: string, options: PlainConvOptions, random: Random): string {
  const { name, from, to, kernel, padding } = options
  const fanIn = from * kernel * kernel
  const values = Float32Array.from({ length: to * fanIn }, () => random.normal(0, Math.sqrt(2 / fanIn)))
  const weight = b.floats(values, [to, from, kernel, kernel], `${name}.weight`)
  const bias = b.floats(new Float32Array(to), [to], `${name}.bias`)
  const border = padding === 'same' ? (kernel - 1) / 2 : 0
  return b.node(
    'Conv',
    [x, weight, bias],
    { kernel_shape: ints([kernel, kernel]), pads: ints([border, border, border, border]) },
    name,
  )
}

/** The largest of each 2 x 2 pixels. */
export function maxPool(b: GraphBuilder, x: string): string {
  return b.node('MaxPool', [x], { kernel_shape: ints([2, 2]), strides: ints([2, 2]) })
}

/** The end of the name of inputs that hold a dropout mask. */
export const maskSuffix = '.mask'

/**
 * Dropout as a product with a mask that is an input [batch, width] of zeros and 1 / keep (Srivastava et al. 2014, with the
 * scale moved to training): random numbers stay outside the graph, and the net that is shipped has no such node.
 */
export function dropout(b: GraphBuilder, x: string, name: string, width: number): string {
  return b.node('Mul', [x, b.input(`${name}${maskSuffix}`, 'float', ['batch', width])])
}
