import { HalftoneError } from '#core/errors'
import { checkLabels, type LabelledImages } from './LabelledImages'

/*
 * The binary version of CIFAR-10 (Krizhevsky 2009): records of one label byte and 3072 bytes of pixels, the red, the green
 * and the blue plane of 32 x 32 one after the other, without a header.
 */

const side = 32
const pixels = 3 * side * side
const record = 1 + pixels

/** The names that CIFAR-10's batches.meta.txt has. */
export const cifarClasses: readonly string[] = [
  'airplane',
  'automobile',
  'bird',
  'cat',
  'deer',
  'dog',
  'frog',
  'horse',
  'ship',
  'truck',
]

/**
 * Reads one batch file.
 * @param file its name, for messages
 * @throws HalftoneError `unreadable-file` for a length that is no whole number of records, or a label above 9
 */
export function readCifarBatch(
  bytes: Uint8Array,
  file: string,
  classes: readonly string[] = cifarClasses,
): LabelledImages {
  const count = bytes.length / record
  if (!Number.isInteger(count) || count === 0) {
    throw new HalftoneError('unreadable-file', `${file}: ${otherLength(bytes)}`)
  }
  const data = new Uint8Array(count * pixels)
  const labels = new Uint8Array(count)
  for (let n = 0; n < count; n++) {
    labels[n] = bytes[n * record]!
    data.set(bytes.subarray(n * record + 1, (n + 1) * record), n * pixels)
  }
  checkLabels(file, labels, classes.length)
  return { images: { count, channels: 3, height: side, width: side, data }, labels, classes }
}

function otherLength(bytes: Uint8Array): string {
  const expected = `expected a batch of CIFAR-10's binary version, whole records of ${record} bytes, got ${bytes.length} bytes`
  if (bytes[0] === 0x80 && bytes.length > record) {
    return `${expected}. It looks like a pickle of the Python version: take the binary version.`
  }
  if (bytes.length > 0 && bytes.length % (record + 1) === 0) {
    return `${expected}. They would be whole records of CIFAR-100, which is not read.`
  }
  const whole = Math.floor(bytes.length / record)
  return `${expected}: ${whole} records and ${bytes.length - whole * record} bytes more. The file is cut off: get it again.`
}
