import { HalftoneError } from '#core/errors'
import { sizeOf } from '#core/tensor/Tensor'
import { npyTypes, type NpyArray, type NpyType } from './NpyArray'
import { parseHeader } from './parseHeader'

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]

/**
 * Reads a NumPy array file, format version 1, 2 or 3, of little-endian or one-byte numbers, in C or Fortran order.
 * The result is in C order and owns its memory.
 * @param name the file's name, for messages
 * @throws HalftoneError `unreadable-file` when it is not a whole .npy file, `unsupported` for other element types
 */
export function readNpy(bytes: Uint8Array, name: string): NpyArray {
  if (bytes.length < 10 || magic.some((byte, i) => bytes[i] !== byte)) {
    throw new HalftoneError(
      'unreadable-file',
      `${name} is not a NumPy array file (.npy): its first bytes differ.`,
    )
  }
  const version = bytes[6]!
  if (version < 1 || version > 3) {
    throw new HalftoneError(
      'unsupported',
      `${name} has .npy format version ${version}; versions 1 to 3 are read.`,
    )
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const start = version === 1 ? 10 : 12
  const length =
    version === 1 ? view.getUint16(8, true) : bytes.length >= 12 ? view.getUint32(8, true) : Infinity
  if (start + length > bytes.length) throw cutShort(name, start + length, bytes.length)
  const header = parseHeader(bytes.subarray(start, start + length), name)
  const type = typeOf(header.descr, name)
  const { width, make } = npyTypes[type]
  const count = sizeOf(header.shape)
  const from = start + length
  if (!Number.isSafeInteger(count) || from + count * width !== bytes.length) {
    throw cutShort(name, from + count * width, bytes.length)
  }
  // A copy: element arrays need aligned offsets, which a file does not promise.
  const own = new Uint8Array(bytes.length - from)
  own.set(bytes.subarray(from))
  const data = make(own.buffer)
  const shape = header.shape
  const ordered = header.fortranOrder && shape.length > 1 ? toRowMajor(data, shape, make) : data
  return { type, shape, data: ordered } as NpyArray
}

function typeOf(descr: string, name: string): NpyType {
  for (const [type, { descr: known }] of Object.entries(npyTypes)) {
    if (descr === known || (known.startsWith('|') && descr.slice(1) === known.slice(1)))
      return type as NpyType
  }
  const advice = descr.startsWith('>') ? ' Save it little-endian: x.astype(x.dtype.newbyteorder("<")).' : ''
  throw new HalftoneError(
    'unsupported',
    `${name} holds elements of dtype '${descr}'; these are read: ${Object.keys(npyTypes).join(', ')}.${advice}`,
  )
}

function cutShort(name: string, expected: number, got: number): HalftoneError {
  const problem = got < expected ? 'was cut short' : 'has bytes after its data'
  return new HalftoneError('unreadable-file', `${name} ${problem}: expected ${expected} bytes, got ${got}.`)
}

function toRowMajor(
  data: NpyArray['data'],
  shape: readonly number[],
  make: (buffer: ArrayBuffer) => NpyArray['data'],
): NpyArray['data'] {
  const out = make(new ArrayBuffer(data.byteLength))
  const index = new Array<number>(shape.length).fill(0)
  const strides: number[] = []
  shape.reduce((stride, length, axis) => {
    strides[axis] = stride
    return stride * length
  }, 1)
  let from = 0
  for (let to = 0; to < data.length; to++) {
    out[to] = data[from]!
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis]!
      if (++index[axis]! < shape[axis]!) break
      from -= strides[axis]! * shape[axis]!
      index[axis] = 0
    }
  }
  return out
}
