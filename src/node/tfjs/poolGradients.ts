import { backend_util, type KernelBackend, type KernelFunc, type TensorInfo } from '@tensorflow/tfjs-core'

type PoolInfo = backend_util.Conv2DInfo

interface PoolAttrs {
  readonly filterSize: [number, number] | number
  readonly strides: [number, number] | number
  readonly pad: Parameters<typeof backend_util.computePool2DInfo>[4]
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil'
}

/**
 * The gradient of a maximum over windows: all of it goes to the first of a window's largest values, as in TensorFlow.
 * The kernel of tfjs's wasm is wrong where windows overlap.
 */
export const maxPoolGradient: KernelFunc = ({ inputs, attrs, backend }) =>
  pooled(inputs['input']!, attrs as unknown as PoolAttrs, backend as KernelBackend, (read, info) => {
    const [x, y, dy] = [read(inputs['input']!), read(inputs['output']!), read(inputs['dy']!)]
    const channels = info.inChannels
    const dx = new Float32Array(x.length)
    const taken = new Uint8Array(channels)
    eachCell(info, (window, cell, number) => {
      if (number === 0) taken.fill(0)
      for (let c = 0; c < channels; c++) {
        if (taken[c] === 1 || x[cell + c] !== y[window + c]) continue
        taken[c] = 1
        dx[cell + c]! += dy[window + c]!
      }
    })
    return dx
  })

/**
 * The gradient of a mean over windows. tfjs's own divide by the size of a whole window at the borders too, where the mean
 * itself is taken over what lies inside of the picture.
 */
export const averagePoolGradient: KernelFunc = ({ inputs, attrs, backend }) =>
  pooled(inputs['input']!, attrs as unknown as PoolAttrs, backend as KernelBackend, (read, info) => {
    const dy = read(inputs['dy']!)
    const channels = info.inChannels
    const dx = new Float32Array(info.batchSize * info.inHeight * info.inWidth * channels)
    eachCell(info, (window, cell, _, cells) => {
      for (let c = 0; c < channels; c++) dx[cell + c]! += dy[window + c]! / cells
    })
    return dx
  })

function pooled(
  { shape }: TensorInfo,
  { filterSize, strides, pad, dimRoundingMode }: PoolAttrs,
  own: KernelBackend,
  compute: (read: (tensor: TensorInfo) => Float32Array, info: PoolInfo) => Float32Array,
): TensorInfo {
  const from = shape as [number, number, number, number]
  const info = backend_util.computePool2DInfo(from, filterSize, strides, 1, pad, dimRoundingMode)
  const values = compute(({ dataId }) => own.readSync(dataId) as Float32Array, info)
  return { shape, dtype: 'float32', dataId: own.write(values, shape, 'float32') }
}

/**
 * Goes through the windows, and through the cells of each that lie inside of the picture, row by row.
 * @param visit where the window's channels begin in the output, and the cell's in the input; which of how many cells it is
 */
function eachCell(
  info: PoolInfo,
  visit: (window: number, cell: number, number: number, cells: number) => void,
): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth } = info
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = info
  for (let n = 0; n < batchSize; n++) {
    for (let row = 0; row < outHeight; row++) {
      const [top, bottom] = within(row * strideHeight - padInfo.top, filterHeight, inHeight)
      for (let column = 0; column < outWidth; column++) {
        const [left, right] = within(column * strideWidth - padInfo.left, filterWidth, inWidth)
        const window = ((n * outHeight + row) * outWidth + column) * inChannels
        const cells = (bottom - top) * (right - left)
        let number = 0
        for (let y = top; y < bottom; y++)
          for (let x = left; x < right; x++)
            visit(window, ((n * inHeight + y) * inWidth + x) * inChannels, number++, cells)
      }
    }
  }
}

const within = (start: number, length: number, size: number): [number, number] => [
  Math.max(0, start),
  Math.min(size, start + length),
]
