import type { Random } from '../tensor/Random'

/** A tile of smooth noise that repeats without seams: `size` x `size`, mean 0, deviation 1. `size` is a power of two. */
export function smoothNoiseTile(size: number, radius: number, random: Random): Float32Array {
  const mask = size - 1
  const white = Float32Array.from({ length: size * size }, () => random.normal())
  const half = new Float32Array(size * size)
  const out = new Float32Array(size * size)
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      let sum = 0
      for (let k = -radius; k <= radius; k++) sum += white[y * size + ((x + k) & mask)]!
      half[y * size + x] = sum
    }
  }
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      let sum = 0
      for (let k = -radius; k <= radius; k++) sum += half[((y + k) & mask) * size + x]!
      out[y * size + x] = sum
    }
  }
  let mean = 0
  for (const value of out) mean += value
  mean /= out.length
  let variance = 0
  for (const value of out) variance += (value - mean) ** 2
  const deviation = Math.sqrt(variance / out.length)
  return out.map((value) => (value - mean) / deviation)
}

/** A table of standard normal numbers, for noise at millions of photosites by a cheap index. */
export function normalTable(length: number, random: Random): Float32Array {
  return Float32Array.from({ length }, () => random.normal())
}
