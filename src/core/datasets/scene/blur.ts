import type { Canvas } from './Canvas'

/** Gaussian blur of all planes, edges repeated. `sigma` in pixels; below 0.25 nothing happens. */
export function defocus(canvas: Canvas, sigma: number): void {
  if (sigma < 0.25) return
  const radius = Math.ceil(2.6 * sigma)
  const weight = (i: number): number => Math.exp(-(i * i) / (2 * sigma * sigma))
  let sum = weight(0)
  for (let i = 1; i <= radius; i++) sum += 2 * weight(i)
  const half = Float32Array.from({ length: radius + 1 }, (_, i) => weight(i) / sum)
  const { size, pixels, scratch } = canvas
  for (let c = 0; c < 3; c++) {
    const plane = pixels.subarray(c * size * size, (c + 1) * size * size)
    convolveRows(plane, scratch, size, half)
    convolveColumns(scratch, plane, size, half)
  }
}

/** `half` is a symmetric kernel from its middle outwards. Each row is copied between repeated edges first. */
function convolveRows(from: Float32Array, to: Float32Array, size: number, half: Float32Array): void {
  const radius = half.length - 1
  const line = new Float32Array(size + 2 * radius)
  for (let y = 0; y < size; y++) {
    const row = y * size
    line.set(from.subarray(row, row + size), radius)
    line.fill(from[row]!, 0, radius)
    line.fill(from[row + size - 1]!, size + radius)
    const middle = half[0]!
    for (let x = 0; x < size; x++) {
      const at = x + radius
      let sum = middle * line[at]!
      for (let k = 1; k <= radius; k++) sum += half[k]! * (line[at - k]! + line[at + k]!)
      to[row + x] = sum
    }
  }
}

/** Adds pairs of rows at equal distance; two distances a pass halve the traffic through memory. */
function convolveColumns(from: Float32Array, to: Float32Array, size: number, half: Float32Array): void {
  const radius = half.length - 1
  const clampedRow = (y: number): number => (y < 0 ? 0 : y >= size ? size - 1 : y) * size
  for (let y = 0; y < size; y++) {
    const row = y * size
    const middle = half[0]!
    for (let x = 0; x < size; x++) to[row + x] = middle * from[row + x]!
    for (let k = 1; k <= radius; k += 2) {
      const w1 = half[k]!
      const w2 = k < radius ? half[k + 1]! : 0
      const up1 = clampedRow(y - k)
      const low1 = clampedRow(y + k)
      const up2 = clampedRow(y - k - 1)
      const low2 = clampedRow(y + k + 1)
      for (let x = 0; x < size; x++) {
        to[row + x]! += w1 * (from[up1 + x]! + from[low1 + x]!) + w2 * (from[up2 + x]! + from[low2 + x]!)
      }
    }
  }
}

/** The mean over a straight camera movement of `length` pixels at `turn` radians, in whole-pixel steps. */
export function motionBlur(canvas: Canvas, length: number, turn: number): void {
  const taps = Math.round(length) + 1
  if (taps < 2) return
  const { size, pixels, scratch } = canvas
  for (let c = 0; c < 3; c++) {
    const plane = pixels.subarray(c * size * size, (c + 1) * size * size)
    scratch.fill(0)
    for (let k = 0; k < taps; k++) {
      const along = (k / (taps - 1) - 0.5) * length
      const dx = Math.round(along * Math.cos(turn))
      const dy = Math.round(along * Math.sin(turn))
      for (let y = 0; y < size; y++) {
        const source = Math.min(size - 1, Math.max(0, y + dy)) * size
        const row = y * size
        for (let x = 0; x < size; x++) {
          const at = x + dx
          scratch[row + x]! += plane[source + (at < 0 ? 0 : at >= size ? size - 1 : at)]!
        }
      }
    }
    for (let i = 0; i < plane.length; i++) plane[i] = scratch[i]! / taps
  }
}
