import type { Random } from '#core/tensor/Random'

const side = 128
const plane = side * side

/**
 * Cheap variation on top of the drawn pictures, so that each can serve several epochs: a shift of up to 6 px with the
 * edge repeated, gain and offset per channel, and now and then noise. No flips: signs have a hand.
 */
export function augment(from: Uint8Array, to: Float32Array, random: Random): void {
  const dx = random.int(13) - 6
  const dy = random.int(13) - 6
  const gain = random.uniform(0.85, 1.15)
  const offset = random.uniform(-0.06, 0.06)
  const noise = random.chance(0.3) ? random.uniform(0, 0.05) : 0
  for (let c = 0; c < 3; c++) {
    const scale = (gain * random.uniform(0.95, 1.05)) / 255
    for (let y = 0; y < side; y++) {
      const row = c * plane + Math.min(side - 1, Math.max(0, y + dy)) * side
      const out = c * plane + y * side
      for (let x = 0; x < side; x++) {
        to[out + x] = from[row + Math.min(side - 1, Math.max(0, x + dx))]! * scale + offset
      }
    }
  }
  // Uniform draws of the same deviation are enough here, and several times cheaper than Gaussian ones.
  const width = noise * Math.sqrt(12)
  for (let i = 0; i < to.length; i++) {
    const value = width > 0 ? to[i]! + (random.bits() / 4294967296 - 0.5) * width : to[i]!
    to[i] = value < 0 ? 0 : value > 1 ? 1 : value
  }
}
