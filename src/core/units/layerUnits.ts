import { HalftoneError } from '#core/errors'
import { sizeOf, type Tensor } from '#core/tensor/Tensor'

/**
 * What the units of a layer with positions are (a convolution's output, [n, channels, ...positions]): every value of its own,
 * or every channel, by its greatest or its mean value over the positions. A dense layer has no positions.
 */
export type Positions = 'each' | 'greatest' | 'mean'

/**
 * phi(x) of each image, one value per unit.
 * @param activations first axis the batch
 * @returns [n, units], row-major
 * @throws HalftoneError `unsupported` for a tensor without a value for each image
 */
export function layerUnits(activations: Tensor, images: number, positions: Positions): Tensor {
  const { data, shape } = activations
  const [count, channels, ...rest] = shape
  if (count !== images || channels === undefined) {
    throw new HalftoneError(
      'unsupported',
      `Expected a layer with values for each of ${images} images, [${images}, units, ...], got [${shape.join(', ')}].`,
    )
  }
  const places = sizeOf(rest)
  if (positions === 'each' || rest.length === 0) return { data, shape: [count, channels * places] }
  const out = new Float32Array(count * channels)
  for (let unit = 0; unit < out.length; unit++) {
    const values = data.subarray(unit * places, (unit + 1) * places)
    out[unit] =
      positions === 'mean'
        ? values.reduce((sum, value) => sum + value, 0) / places
        : values.reduce((most, value) => Math.max(most, value), -Infinity)
  }
  return { data: out, shape: [count, channels] }
}
