import { QR_MODULES } from '#core/sheet/qrSize'
import type { Gray } from './Gray'
import type { PointPx } from './types'

/**
 * Sides between a dark and a light module, or the quiet zone, in a version 1 code: the median of 2,000 codes, which have
 * 430 to 512.
 */
const EDGES = 472

/** Where edges meet, blur rounds their corners: this share of their length is left, as rendered codes of known blur have it. */
const STRAIGHT = 0.83

/**
 * Standard deviation of the blur over one code, in pixels, from how fast its edges rise. Across an edge of height c that is
 * blurred by a Gaussian, the squared slope sums up to c^2 / (2 sqrt(pi) sigma) for each pixel of its length, whatever the
 * edge's direction, and how long all edges of a code are is known.
 * @param corners of the code, all inside or about the picture
 * @returns undefined where there is no contrast to measure
 */
export function codeBlur(gray: Gray, corners: readonly PointPx[]): number | undefined {
  const { width, height, data } = gray
  const xs = corners.map(({ x }) => x)
  const ys = corners.map(({ y }) => y)
  const side = Math.sqrt(areaOf(corners))
  // A module of the white round it too, or half of the outer edges would be missed.
  const rim = side / QR_MODULES
  const left = Math.max(0, Math.floor(Math.min(...xs) - rim))
  const right = Math.min(width - 2, Math.ceil(Math.max(...xs) + rim))
  const top = Math.max(0, Math.floor(Math.min(...ys) - rim))
  const bottom = Math.min(height - 2, Math.ceil(Math.max(...ys) + rim))
  if (right - left < QR_MODULES || bottom - top < QR_MODULES) return undefined
  const histogram = new Uint32Array(256)
  let energy = 0
  for (let y = top; y <= bottom; y++) {
    let at = y * width + left
    for (let x = left; x <= right; x++, at++) {
      const value = data[at]!
      const dx = data[at + 1]! - value
      const dy = data[at + width]! - value
      energy += dx * dx + dy * dy
      histogram[value]!++
    }
  }
  const count = (right - left + 1) * (bottom - top + 1)
  const contrast = quantile(histogram, 0.95 * count) - quantile(histogram, 0.05 * count)
  if (contrast < 24 || energy === 0) return undefined
  const length = (EDGES * STRAIGHT * side) / QR_MODULES
  return (length * contrast * contrast) / (2 * Math.sqrt(Math.PI) * energy)
}

function quantile(histogram: Uint32Array, rank: number): number {
  let sum = 0
  for (let value = 0; value < 256; value++) {
    sum += histogram[value]!
    if (sum >= rank) return value
  }
  return 255
}

function areaOf(points: readonly PointPx[]): number {
  let twice = 0
  points.forEach((p, i) => {
    const q = points[(i + 1) % points.length]!
    twice += p.x * q.y - q.x * p.y
  })
  return Math.abs(twice) / 2
}
