/** How each element type stands in a file, how wide it is, and the array that holds it. */
export const npyTypes = {
  float32: { descr: '<f4', width: 4, make: (buffer: ArrayBuffer) => new Float32Array(buffer) },
  float64: { descr: '<f8', width: 8, make: (buffer: ArrayBuffer) => new Float64Array(buffer) },
  int8: { descr: '|i1', width: 1, make: (buffer: ArrayBuffer) => new Int8Array(buffer) },
  uint8: { descr: '|u1', width: 1, make: (buffer: ArrayBuffer) => new Uint8Array(buffer) },
  int16: { descr: '<i2', width: 2, make: (buffer: ArrayBuffer) => new Int16Array(buffer) },
  int32: { descr: '<i4', width: 4, make: (buffer: ArrayBuffer) => new Int32Array(buffer) },
  int64: { descr: '<i8', width: 8, make: (buffer: ArrayBuffer) => new BigInt64Array(buffer) },
} as const

export type NpyType = keyof typeof npyTypes

interface NpyArrays {
  readonly float32: Float32Array
  readonly float64: Float64Array
  readonly int8: Int8Array
  readonly uint8: Uint8Array
  readonly int16: Int16Array
  readonly int32: Int32Array
  readonly int64: BigInt64Array
}

/** An array as NumPy saves it, in row-major (C) order. */
export type NpyArray = {
  [T in NpyType]: { readonly type: T; readonly shape: readonly number[]; readonly data: NpyArrays[T] }
}[NpyType]
