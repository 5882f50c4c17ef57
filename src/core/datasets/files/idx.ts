import { HalftoneError } from '#core/errors'
import type { ByteImages } from '#core/tensor/Images'

/*
 * IDX, the format of MNIST (LeCun, Cortes and Burges, "THE MNIST DATABASE of handwritten digits"): two zero bytes, the type
 * of the elements, the number of axes, each axis' length as a big-endian 32-bit integer, then the elements.
 */

const unsignedBytes = 0x08
const typeNames: Readonly<Record<number, string>> = {
  0x08: 'unsigned bytes',
  0x09: 'signed bytes',
  0x0b: '16-bit integers',
  0x0c: '32-bit integers',
  0x0d: '32-bit floats',
  0x0e: '64-bit floats',
}
/** By number of axes: what MNIST has in it. */
const contents: Readonly<Record<number, string>> = { 1: 'labels', 3: 'images' }

/**
 * Reads a file of grey images, [n, height, width] unsigned bytes.
 * @param file its name, for messages
 * @throws HalftoneError `unreadable-file` for another magic number, or when the length is not what the header says
 */
export function readIdxImages(bytes: Uint8Array, file: string): ByteImages {
  const { lengths, data } = readIdx(bytes, file, 3)
  const [count, height, width] = lengths as [number, number, number]
  return { count, channels: 1, height, width, data }
}

/** Reads a file of labels, [n] unsigned bytes. @throws HalftoneError `unreadable-file`, see {@link readIdxImages} */
export function readIdxLabels(bytes: Uint8Array, file: string): Uint8Array {
  return readIdx(bytes, file, 1).data
}

function readIdx(
  bytes: Uint8Array,
  file: string,
  axes: 1 | 3,
): { readonly lengths: readonly number[]; readonly data: Uint8Array } {
  const what = contents[axes]!
  const header = 4 + 4 * axes
  if (bytes.length < 4) {
    throw damaged(`${file}: expected an IDX file of ${what}, got ${bytes.length} bytes.`)
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const magic = view.getUint32(0)
  if (magic !== ((unsignedBytes << 8) | axes)) throw damaged(otherMagic(magic, file, what, axes))
  if (bytes.length < header) {
    throw damaged(`${file}: the header of ${header} bytes is cut off after ${bytes.length}.`)
  }
  const lengths = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis))
  const size = lengths.reduce((product, length) => product * length, 1)
  const held = bytes.length - header
  if (size === 0) throw damaged(`${file}: holds no ${what} (${lengths.join(' x ')}).`)
  if (held !== size) {
    const state = held < size ? 'The file is cut off: get it again.' : 'Something is appended to it.'
    throw damaged(
      `${file}: its header promises ${lengths.join(' x ')} = ${size} bytes of ${what}, but ${held} follow. ${state}`,
    )
  }
  return { lengths, data: bytes.subarray(header) }
}

function otherMagic(magic: number, file: string, what: string, axes: number): string {
  const hex = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`
  const expected = `${file}: expected an IDX file of ${what} (magic number ${hex((unsignedBytes << 8) | axes)})`
  const [type, found] = [(magic >>> 8) & 0xff, magic & 0xff]
  if (magic >>> 16 !== 0 || !typeNames[type]) {
    return `${expected}, but it begins with ${hex(magic)}, which is no IDX file at all.`
  }
  if (type !== unsignedBytes) {
    return `${expected}, but it holds ${typeNames[type]} (${hex(magic)}). Only unsigned bytes are read.`
  }
  const other = contents[found]
  return other
    ? `${expected}, but it holds ${other} (${hex(magic)}): the files of images and labels are swapped.`
    : `${expected}, but it has ${found} axes (${hex(magic)}).`
}

function damaged(message: string): HalftoneError {
  return new HalftoneError('unreadable-file', message)
}
