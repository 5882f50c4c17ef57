import {
  backend_util,
  conv2d,
  depthwiseConv2d,
  getKernel,
  pad,
  reshape,
  reverse,
  slice,
  tidy,
  transpose,
  type KernelFunc,
  type Tensor4D,
} from '@tensorflow/tfjs-core'

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
 */
export const turnedConvolution: KernelFunc = ({ inputs, attrs, backend }) => {
  const { dataFormat = 'NHWC', strides, inputShape, dimRoundingMode, ...rest } = attrs as unknown as ConvAttrs
  const [dy, filter] = [inputs['dy'] as Tensor4D, inputs['filter'] as Tensor4D]
  if (dataFormat !== 'NHWC') {
    return getKernel('Conv2DBackpropInput', 'wasm').kernelFunc({ inputs, backend, ...(attrs && { attrs }) })
  }
  const info = backend_util.computeConv2DInfo(inputShape, filter.shape, strides, 1, rest.pad, dimRoundingMode)
  return tidy(() => {
    const turned = transpose(reverse(filter, [0, 1]), [0, 1, 3, 2]) as Tensor4D
    return conv2d(framed(spread(dy, info), info), turned, 1, 'valid')
  })
}

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
  const [top, start] = [Math.max(0, -above), Math.max(0, -left)]
  const kept = slice(
    dy,
    [0, top, start, 0],
    [-1, height - top - Math.max(0, -below), width - start - Math.max(0, -right), -1],
  )
  return pad(kept, [
    [0, 0],
    [Math.max(0, above), Math.max(0, below)],
    [Math.max(0, left), Math.max(0, right)],
    [0, 0],
  ])
}
