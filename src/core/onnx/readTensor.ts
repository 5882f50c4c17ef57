import { getTextEncoding } from '@bufbuild/protobuf/wire'
import { HalftoneError } from '../errors'
import { arrayClasses, elementTypeOf, makeTensor } from './elementTypes'
import { TensorProto_DataLocation } from './gen/onnx_pb'
import type { TensorProto } from './gen/onnx_pb'
import type { ElementType, OnnxTensor } from './OnnxGraph'

/**
 * A constant as the file has it. Raw data are shared with the file's bytes where their place allows it.
 * @throws HalftoneError `unreadable-file` when shape and data disagree; `unsupported` for data kept outside the file.
 */
export function readTensor(proto: TensorProto): OnnxTensor {
  const label = `Constant '${proto.name}'`
  const type = elementTypeOf(proto.dataType)
  if (!type) {
    throw new HalftoneError(
      'unsupported',
      `${label} has element type ${proto.dataType}, which is not supported.`,
    )
  }
  if (proto.dataLocation === TensorProto_DataLocation.EXTERNAL) {
    throw new HalftoneError(
      'unsupported',
      `${label} is stored outside the model file. Save the model as one file, with its data inside.`,
    )
  }
  const shape = proto.dims.map(Number)
  if (shape.some((length) => !Number.isSafeInteger(length) || length < 0)) {
    throw new HalftoneError('unreadable-file', `${label} has the impossible shape [${shape.join(', ')}].`)
  }
  const size = shape.reduce((product, length) => product * length, 1)
  if (type === 'string') {
    checkLength(label, shape, size, proto.stringData.length)
    return makeTensor(
      type,
      shape,
      proto.stringData.map((text) => getTextEncoding().decodeUtf8(text)),
    )
  }
  return proto.rawData.length > 0
    ? fromRaw(proto, label, type, shape, size)
    : fromList(proto, label, type, shape, size)
}

function fromRaw(
  proto: TensorProto,
  label: string,
  type: Exclude<ElementType, 'string'>,
  shape: readonly number[],
  size: number,
): OnnxTensor {
  const bytes = proto.rawData
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
