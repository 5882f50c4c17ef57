import { HalftoneError } from '#core/errors'
import { sizeOf } from '#core/tensor/Tensor'
import { npyTypes, type NpyArray } from './NpyArray'

/**
 * The array as the bytes of a NumPy file, format version 1.0, C order.
 * @throws HalftoneError `shape-mismatch` when the data do not fill the shape
 */
export function writeNpy(array: NpyArray): Uint8Array {
  const { data, shape, type } = array
  if (sizeOf(shape) !== data.length) {
    throw new HalftoneError(
      'shape-mismatch',
      `Expected ${sizeOf(shape)} values for shape (${shape.join(', ')}), got ${data.length}.`,
    )
  }
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`
  const dict = `{'descr': '${npyTypes[type].descr}', 'fortran_order': False, 'shape': ${tuple}, }`
  // Magic, version, length and header together are a multiple of 64 bytes, and the header ends with a newline.
  const length = Math.ceil((10 + dict.length + 1) / 64) * 64 - 10
  const header = dict.padEnd(length - 1) + '\n'
  const out = new Uint8Array(10 + length + data.byteLength)
  out.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, length & 255, length >> 8])
  for (let i = 0; i < length; i++) out[10 + i] = header.charCodeAt(i)
  out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), 10 + length)
  return out
}
