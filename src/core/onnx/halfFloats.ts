/**
 * IEEE 754 half precision (binary16) to 32-bit floats, exact.
 * @param bits one value in each element, as ONNX stores float16
 */
export function floatsOfHalves(bits: Uint16Array): Float32Array {
  const out = new Float32Array(bits.length)
  for (let i = 0; i < bits.length; i++) {
    const value = bits[i]!
    const exponent = (value >> 10) & 31
    const fraction = value & 1023
    const size =
      exponent === 31
        ? fraction === 0
          ? Infinity
          : NaN
        : exponent === 0
          ? fraction * 2 ** -24
          : (1 + fraction / 1024) * 2 ** (exponent - 15)
    out[i] = value >> 15 === 0 ? size : -size
  }
  return out
}

/** bfloat16 is the upper half of a 32-bit float. */
export function floatsOfBrains(bits: Uint16Array): Float32Array {
  const wide = new Uint32Array(bits.length)
  for (let i = 0; i < bits.length; i++) wide[i] = bits[i]! << 16
  return new Float32Array(wide.buffer)
}
