import type { Random } from '#core/tensor/Random'
import type { Canvas } from './Canvas'

/** A gain field over the whole picture: a gradient across it, a vignette, and at times the edge of a shadow. */
export function applyLight(canvas: Canvas, random: Random): void {
  const { size, pixels } = canvas
  const plane = size * size
  const turn = random.uniform(0, 2 * Math.PI)
  const slope = Math.min(0.5, Math.abs(random.normal(0, 0.22)))
  const [gx, gy] = [Math.cos(turn) * slope, Math.sin(turn) * slope]
  const vignette = random.chance(0.4) ? random.uniform(0, 0.3) : 0
  const shadow = random.chance(0.2)
  const shadowTurn = random.uniform(0, 2 * Math.PI)
  const [sx, sy] = [Math.cos(shadowTurn), Math.sin(shadowTurn)]
  const edge = random.uniform(-0.5, 0.5)
  const depth = shadow ? random.uniform(0.35, 0.7) : 0
  const softness = random.uniform(0.02, 0.2)
  for (let y = 0; y < size; y++) {
    const v = (2 * (y + 0.5)) / size - 1
    for (let x = 0; x < size; x++) {
      const u = (2 * (x + 0.5)) / size - 1
      let gain = (1 + gx * u + gy * v) * (1 - vignette * (u * u + v * v))
      if (depth > 0) {
        const t = (sx * u + sy * v - edge) / softness
        gain *= 1 - depth * (t < 0 ? 0 : t > 1 ? 1 : t)
      }
      const i = y * size + x
      pixels[i]! *= gain
      pixels[i + plane]! *= gain
      pixels[i + 2 * plane]! *= gain
    }
  }
}
