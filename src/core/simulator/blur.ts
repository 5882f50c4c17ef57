import type { Planes } from './samplePage'

/** Half of a symmetric Gaussian kernel, weight of the middle first; the whole sums to 1. One value: no blur. */
export function gaussianHalf(sigma: number): Float32Array {
  const reach = sigma < 0.15 ? 0 : Math.ceil(3 * sigma)
  const half = Float32Array.from({ length: reach + 1 }, (_, i) =>
    i === 0 ? 1 : Math.exp((-i * i) / (2 * sigma * sigma)),
  )
  const total = half.reduce((sum, weight, i) => sum + (i === 0 ? weight : 2 * weight), 0)
  return half.map((weight) => weight / total)
}

/**
 * Gaussian blur of all planes in place of `to`; pixels nearer to an edge than the kernel reaches are left as they are.
 * @param scratch planes of the same size.
 */
export function blurPlanes(from: Planes, scratch: Planes, to: Planes, half: Float32Array): void {
  const reach = half.length - 1
  for (let c = 0; c < 3; c++) {
    const source = from.colours[c]!
    const middle = scratch.colours[c]!
    const out = to.colours[c]!
    if (reach === 0) {
      out.set(source)
      continue
    }
    for (let row = 0; row < from.rows; row++) blurRow(source, middle, row * from.width, from.width, half)
    blurColumns(middle, out, from.width, from.rows, half)
  }
}

function blurRow(
  from: Float32Array,
  to: Float32Array,
  start: number,
  width: number,
  half: Float32Array,
): void {
  const reach = half.length - 1
  const end = start + width
  to.set(from.subarray(start, start + reach), start)
  to.set(from.subarray(end - reach, end), end - reach)
  const w0 = half[0]!
  if (reach === 2) {
    // The usual case, written out: it is a third of the camera's work.
    const w1 = half[1]!
    const w2 = half[2]!
    for (let i = start + 2; i < end - 2; i++) {
      to[i] = w0 * from[i]! + w1 * (from[i - 1]! + from[i + 1]!) + w2 * (from[i - 2]! + from[i + 2]!)
    }
    return
  }
  for (let i = start + reach; i < end - reach; i++) {
    let sum = w0 * from[i]!
    for (let k = 1; k <= reach; k++) sum += half[k]! * (from[i - k]! + from[i + k]!)
    to[i] = sum
  }
}

function blurColumns(
  from: Float32Array,
  to: Float32Array,
  width: number,
  rows: number,
  half: Float32Array,
): void {
  const reach = half.length - 1
  to.set(from.subarray(0, reach * width))
  to.set(from.subarray((rows - reach) * width, rows * width), (rows - reach) * width)
  const w0 = half[0]!
  for (let row = reach; row < rows - reach; row++) {
    const start = row * width
    const end = start + width
    for (let i = start; i < end; i++) to[i] = w0 * from[i]!
    for (let k = 1; k <= reach; k++) {
      const weight = half[k]!
      const off = k * width
      for (let i = start; i < end; i++) to[i] = to[i]! + weight * (from[i - off]! + from[i + off]!)
    }
  }
}

/** One weighted neighbour of a motion kernel. */
export interface Tap {
  readonly dx: number
  readonly dy: number
  readonly weight: number
}

/** A straight path of `length` px in direction `angle` (radians), centred, each point shared bilinearly by four pixels. */
export function motionTaps(length: number, angle: number): Tap[] {
  const points = Math.max(1, Math.ceil(length * 4))
  const weights = new Map<string, Tap>()
  for (let i = 0; i < points; i++) {
    const t = ((i + 0.5) / points - 0.5) * length
    const x = t * Math.cos(angle)
    const y = t * Math.sin(angle)
    const ix = Math.floor(x)
    const iy = Math.floor(y)
    for (const [dx, dy, share] of [
      [ix, iy, (1 - x + ix) * (1 - y + iy)],
      [ix + 1, iy, (x - ix) * (1 - y + iy)],
      [ix, iy + 1, (1 - x + ix) * (y - iy)],
      [ix + 1, iy + 1, (x - ix) * (y - iy)],
    ] as const) {
      const key = `${dx},${dy}`
      weights.set(key, { dx, dy, weight: (weights.get(key)?.weight ?? 0) + share / points })
    }
  }
  const kept = [...weights.values()].filter(({ weight }) => weight > 0.004)
  const total = kept.reduce((sum, { weight }) => sum + weight, 0)
  return kept.map((tap) => ({ ...tap, weight: tap.weight / total }))
}
