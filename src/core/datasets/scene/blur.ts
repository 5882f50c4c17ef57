import type { Canvas } from './Canvas'

/** Gaussian blur of all planes, edges repeated. `sigma` in pixels; below 0.25 nothing happens. */
export function defocus(canvas: Canvas, sigma: number): void {
  if (sigma < 0.25) return
  const radius = Math.ceil(2.6 * sigma)
  const kernel = Float32Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)),
  )
  const sum = kernel.reduce((a, b) => a + b, 0)
  for (let i = 0; i < kernel.length; i++) kernel[i]! /= sum
  const { size, pixels, scratch } = canvas
  for (let c = 0; c < 3; c++) {
    const plane = pixels.subarray(c * size * size, (c + 1) * size * size)
    convolveRows(plane, scratch, size, kernel, radius)
    convolveColumns(scratch, plane, size, kernel, radius)
  }
}

function convolveRows(
  from: Float32Array,
  to: Float32Array,
  size: number,
  kernel: Float32Array,
  radius: number,
): void {
  for (let y = 0; y < size; y++) {
    const row = y * size
    for (let x = 0; x < size; x++) {
      let sum = 0
      if (x >= radius && x < size - radius) {
        const start = row + x - radius
        for (let k = 0; k < kernel.length; k++) sum += kernel[k]! * from[start + k]!
      } else {
        for (let k = 0; k < kernel.length; k++) {
          sum += kernel[k]! * from[row + Math.min(size - 1, Math.max(0, x + k - radius))]!
        }
      }
      to[row + x] = sum
    }
  }
}

function convolveColumns(
  from: Float32Array,
  to: Float32Array,
  size: number,
  kernel: Float32Array,
  radius: number,
): void {
  to.fill(0)
  for (let y = 0; y < size; y++) {
    const row = y * size
    for (let k = 0; k < kernel.length; k++) {
      const source = Math.min(size - 1, Math.max(0, y + k - radius)) * size
      const weight = kernel[k]!
      for (let x = 0; x < size; x++) to[row + x]! += weight * from[source + x]!
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
