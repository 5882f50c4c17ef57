import { TensorProto_DataType as DataType } from './gen/onnx_pb'
import type { ElementArrays, ElementType, OnnxTensor } from './OnnxGraph'

/** ONNX's number for each element type. */
export const elementCodes = {
  float: DataType.FLOAT,
  double: DataType.DOUBLE,
  int64: DataType.INT64,
  uint64: DataType.UINT64,
  int32: DataType.INT32,
  uint32: DataType.UINT32,
  int16: DataType.INT16,
  uint16: DataType.UINT16,
  int8: DataType.INT8,
  uint8: DataType.UINT8,
  bool: DataType.BOOL,
  float16: DataType.FLOAT16,
  bfloat16: DataType.BFLOAT16,
  string: DataType.STRING,
} as const satisfies Record<ElementType, DataType>

const typesByCode = new Map<number, ElementType>(
  (Object.keys(elementCodes) as ElementType[]).map((type) => [elementCodes[type], type]),
)

/** The element type of an ONNX number, undefined for those that Halftone does not know (complex, 4 and 8 bit floats). */
export function elementTypeOf(code: number): ElementType | undefined {
  return typesByCode.get(code)
}

type NumericType = Exclude<ElementType, 'string'>

/** The array classes by element type. */
export const arrayClasses = {
  float: Float32Array,
  double: Float64Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
} as const satisfies Record<NumericType, unknown>

/** Types that carry a gradient. */
export function isFloating(type: ElementType): boolean {
  return type === 'float' || type === 'double' || type === 'float16' || type === 'bfloat16'
}

/** A tensor of type `type` from its element array. The caller's type and array agree by construction. */
export function makeTensor<T extends ElementType>(
  type: T,
  shape: readonly number[],
  data: ElementArrays[T],
): OnnxTensor {
  return { type, shape, data } as OnnxTensor
}

/** The elements as numbers; for axes, shapes, pads and other small constants. */
export function numbersOf(tensor: OnnxTensor): number[] {
  return Array.from(tensor.data as ArrayLike<number | bigint | string>, Number)
}

const int64Limit = 2n ** 63n

/** A whole number as int64; what lies outside (INT64_MAX, read as 2^63) is brought to the nearest end. */
export function toInt64(value: number): bigint {
  const whole = BigInt(Math.trunc(value))
  if (whole >= int64Limit) return int64Limit - 1n
  return whole < -int64Limit ? -int64Limit : whole
}
