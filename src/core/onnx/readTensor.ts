import { getTextEncoding } from '@bufbuild/protobuf/wire'
import { HalftoneError } from '../errors'
import { arrayClasses, elementTypeOf, makeTensor } from './elementTypes'
import { TensorProto_DataLocation } from './gen/onnx_pb'
import type { TensorProto } from './gen/onnx_pb'
import type { ElementType, OnnxTensor } from './OnnxGraph'

/** The contents of the files that hold a model's data outside of it, by the location that the model names. */
export type ExternalData = ReadonlyMap<string, Uint8Array>

/**
 * A constant as the file has it. Raw data are shared with the file's bytes where their place allows it.
 * @throws HalftoneError `unreadable-file` when shape and data disagree; `unsupported` for data kept in a file that is not
 *   among `external`.
 */
export function readTensor(proto: TensorProto, external?: ExternalData): OnnxTensor {
  const label = `Constant '${proto.name}'`
  const type = elementTypeOf(proto.dataType)
  if (!type) {
    throw new HalftoneError(
      'unsupported',
      `${label} has element type ${proto.dataType}, which is not supported.`,
    )
  }
  const shape = proto.dims.map(Number)
  if (shape.some((length) => !Number.isSafeInteger(length) || length < 0)) {
    throw new HalftoneError('unreadable-file', `${label} has the impossible shape [${shape.join(', ')}].`)
  }
  const size = shape.reduce((product, length) => product * length, 1)
  if (proto.dataLocation === TensorProto_DataLocation.EXTERNAL) {
    if (type === 'string') {
      throw new HalftoneError('unreadable-file', `${label}: text cannot be stored outside the model file.`)
    }
    return fromRaw(externalBytes(proto, label, external), label, type, shape, size)
  }
  if (type === 'string') {
    checkLength(label, shape, size, proto.stringData.length)
    return makeTensor(
      type,
      shape,
      proto.stringData.map((text) => getTextEncoding().decodeUtf8(text)),
    )
  }
  return proto.rawData.length > 0
    ? fromRaw(proto.rawData, label, type, shape, size)
    : fromList(proto, label, type, shape, size)
}

/** The piece of an external file that holds a constant (onnx.proto, TensorProto.external_data). */
function externalBytes(proto: TensorProto, label: string, external: ExternalData | undefined): Uint8Array {
  const location = externalLocation(proto)
  const file = external?.get(location)
  if (!file) {
    throw new HalftoneError(
      'unsupported',
      `${label} is stored in the file '${location}' beside the model, which did not come with it. Open the model from ` +
        'its folder, or save it as one file with its data inside.',
    )
  }
  const entry = (key: string): number | undefined => {
    const text = proto.externalData.find((each) => each.key === key)?.value
    return text === undefined || text === '' ? undefined : Number(text)
  }
  const offset = entry('offset') ?? 0
  const length = entry('length') ?? file.length - offset
  const end = offset + length
  if (
    !Number.isSafeInteger(offset) ||
    !Number.isSafeInteger(length) ||
    offset < 0 ||
    length < 0 ||
    end > file.length
  ) {
    throw new HalftoneError(
      'unreadable-file',
      `${label}: expected ${length} bytes from byte ${offset} of '${location}', which has ${file.length}. ` +
        'It belongs to another model, or was cut short.',
    )
  }
  return file.subarray(offset, end)
}

/** Where a constant's data are kept outside the model file; empty for those inside. */
export function externalLocation(proto: TensorProto): string {
  if (proto.dataLocation !== TensorProto_DataLocation.EXTERNAL) return ''
  return proto.externalData.find(({ key }) => key === 'location')?.value ?? ''
}

function fromRaw(
  bytes: Uint8Array,
  label: string,
  type: Exclude<ElementType, 'string'>,
  shape: readonly number[],
  size: number,
): OnnxTensor {
  const Elements = arrayClasses[type]
  checkLength(label, shape, size, bytes.length / Elements.BYTES_PER_ELEMENT)
  // Not slice(): a Node Buffer's shares memory, and so stays where it is.
  const aligned = bytes.byteOffset % Elements.BYTES_PER_ELEMENT === 0 ? bytes : new Uint8Array(bytes)
  const buffer = aligned.buffer as ArrayBuffer
  return makeTensor(type, shape, new Elements(buffer, aligned.byteOffset, size))
}

function fromList(
  proto: TensorProto,
  label: string,
  type: Exclude<ElementType, 'string'>,
  shape: readonly number[],
  size: number,
): OnnxTensor {
  switch (type) {
    case 'float':
      checkLength(label, shape, size, proto.floatData.length)
      return makeTensor(type, shape, Float32Array.from(proto.floatData))
    case 'double':
      checkLength(label, shape, size, proto.doubleData.length)
      return makeTensor(type, shape, Float64Array.from(proto.doubleData))
    case 'int64':
      checkLength(label, shape, size, proto.int64Data.length)
      return makeTensor(type, shape, BigInt64Array.from(proto.int64Data))
    case 'uint64':
      checkLength(label, shape, size, proto.uint64Data.length)
      return makeTensor(type, shape, BigUint64Array.from(proto.uint64Data))
    case 'uint32':
      checkLength(label, shape, size, proto.uint64Data.length)
      return makeTensor(type, shape, Uint32Array.from(proto.uint64Data, Number))
    default:
      checkLength(label, shape, size, proto.int32Data.length)
      return makeTensor(type, shape, arrayClasses[type].from(proto.int32Data))
  }
}

function checkLength(label: string, shape: readonly number[], size: number, length: number): void {
  if (size === length) return
  throw new HalftoneError(
    'unreadable-file',
    `${label}: expected ${size} values for shape [${shape.join(', ')}], the file holds ${length}. ` +
      'The file is damaged or was cut short.',
  )
}
