import { HalftoneError } from '../errors'

/** A dense float32 array in row-major order. */
export interface Tensor {
  readonly data: Float32Array
  readonly shape: readonly number[]
}

/** Number of elements of a shape; 1 for a scalar. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1)
}

/** @throws HalftoneError `shape-mismatch` when the data do not fill the shape. */
export function tensor(data: Float32Array, shape: readonly number[]): Tensor {
  if (data.length !== sizeOf(shape)) {
    throw new HalftoneError(
      'shape-mismatch',
      `Expected ${sizeOf(shape)} values for shape [${shape.join(', ')}], got ${data.length}.`,
    )
  }
  return { data, shape }
}
