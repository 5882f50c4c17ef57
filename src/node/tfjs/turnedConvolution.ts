import {
  backend_util,
  depthwiseConv2d,
  pad,
  reshape,
  reverse,
  slice,
  tidy,
  type KernelBackend,
  type KernelFunc,
  type Tensor4D,
  type TensorContainer,
  type TensorInfo,
} from '@tensorflow/tfjs-core'
import type { TurnedWeights } from './TurnedWeights'

type Conv2DInfo = backend_util.Conv2DInfo

interface ConvAttrs {
  readonly strides: number | [number, number]
  readonly pad: Parameters<typeof backend_util.computeConv2DInfo>[4]
  readonly inputShape: [number, number, number, number]
  readonly dataFormat?: 'NHWC' | 'NCHW'
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

/**
 * The gradient of a convolution by its input, as a convolution: of dy, spread out by the strides, with the kernel turned by
 * 180 degrees and its channels exchanged (Dumoulin and Visin 2016, section 4). tfjs's wasm has a kernel of its own for this
 * which is a plain loop; its forward convolution is XNNPACK's.
 * @param convolve the forward convolution
 * @param otherwise the plain loop, for what it does better: zeros between the values of dy cost as much as values
 */
export function turnedConvolution(
  weights: TurnedWeights,
  convolve: KernelFunc,
  otherwise: KernelFunc,
): KernelFunc {
  return (params) => {
    const { inputs, attrs, backend } = params
    const {
      dataFormat = 'NHWC',
      strides,
      inputShape,
      dimRoundingMode,
      ...rest
    } = attrs as unknown as ConvAttrs
    const [dy, filter] = [inputs['dy'] as Tensor4D, inputs['filter'] as Tensor4D]
    if (dataFormat !== 'NHWC') return otherwise(params)
    const info = backend_util.computeConv2DInfo(
      inputShape,
      filter.shape,
      strides,
      1,
      rest.pad,
      dimRoundingMode,
    )
    const spreading = info.strideHeight * info.strideWidth
    if (spreading > 8 || (spreading > 1 && info.inChannels < 8)) return otherwise(params)
    return tidy(() => {
      const x = framed(spread(dy, info), info)
      const turned = weights.of(filter, backend as KernelBackend)
      return convolve({ inputs: { x, filter: turned }, backend, attrs: plain }) as TensorInfo &
        TensorContainer
    })
  }
}

/** A convolution without strides, dilations and padding. */
const plain = { strides: 1, pad: 'valid', dataFormat: 'NHWC', dilations: 1 }

/** As {@link turnedConvolution}, for convolutions of each channel by itself; those that give several for each are left to another kernel. */
export function turnedDepthwise(otherwise: KernelFunc): KernelFunc {
  return (params) => {
    const { inputs, attrs } = params
    const { strides, inputShape, dimRoundingMode, ...rest } = attrs as unknown as ConvAttrs
    const [dy, filter] = [inputs['dy'] as Tensor4D, inputs['filter'] as Tensor4D]
    const dilations = (attrs?.['dilations'] ?? 1) as number | number[]
    if (filter.shape[3] !== 1 || [dilations].flat().some((d) => d !== 1)) return otherwise(params)
    const info = backend_util.computeConv2DInfo(
      inputShape,
      filter.shape,
      strides,
      1,
      rest.pad,
      dimRoundingMode,
      true,
    )
    return tidy(() => depthwiseConv2d(framed(spread(dy, info), info), reverse(filter, [0, 1]), 1, 'valid'))
  }
}

/** dy with rows and columns of zeros between its own, one less than the stride, and as many after the last. */
function spread(dy: Tensor4D, { strideHeight, strideWidth }: Conv2DInfo): Tensor4D {
  if (strideHeight === 1 && strideWidth === 1) return dy
  const [n, height, width, channels] = dy.shape
  const row = width * channels
  const rows = pad(reshape(dy, [n * height, 1, row]), [
    [0, 0],
    [0, strideHeight - 1],
    [0, 0],
  ])
  const cells = pad(reshape(rows, [n * height * strideHeight * width, 1, channels]), [
    [0, 0],
    [0, strideWidth - 1],
    [0, 0],
  ])
  return reshape(cells, [n, height * strideHeight, width * strideWidth, channels])
}

/** Brings dy to the size that gives the input's own size under the turned kernel: by zeros, or by cutting off. */
function framed(dy: Tensor4D, info: Conv2DInfo): Tensor4D {
  const { inHeight, inWidth, filterHeight, filterWidth, padInfo } = info
  const [, height, width] = dy.shape
  const above = filterHeight - 1 - padInfo.top
  const left = filterWidth - 1 - padInfo.left
  const below = inHeight + filterHeight - 1 - height - above
  const right = inWidth + filterWidth - 1 - width - left
  const cuts = [above, left, below, right].some((length) => length < 0)
  const [top, start] = [Math.max(0, -above), Math.max(0, -left)]
  const [bottom, end] = [Math.max(0, -below), Math.max(0, -right)]
  // A slice copies, also where it takes everything.
  const kept = cuts ? slice(dy, [0, top, start, 0], [-1, height - top - bottom, width - start - end, -1]) : dy
  return pad(kept, [
    [0, 0],
    [Math.max(0, above), Math.max(0, below)],
    [Math.max(0, left), Math.max(0, right)],
    [0, 0],
  ])
}
