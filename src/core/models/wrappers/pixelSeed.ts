/**
 * A text that stands for these pixels: FNV-1a over the bits of the floats, twice with different starts. Draws that are
 * seeded by it make a random model a function of its input again, so that results do not depend on batches or on order.
 */
export function pixelSeed(pixels: Float32Array): string {
  const words = new Int32Array(pixels.buffer, pixels.byteOffset, pixels.length)
  let [a, b] = [0x811c9dc5, 0x2545f491]
  for (const word of words) {
    a = Math.imul(a ^ word, 0x01000193)
    a ^= a >>> 15
    b = Math.imul(b ^ (word + 0x9e3779b9), 0x85ebca6b)
    b ^= b >>> 13
  }
  return `${(a >>> 0).toString(36)}${(b >>> 0).toString(36)}`
}
