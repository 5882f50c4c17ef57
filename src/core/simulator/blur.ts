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
 * Blurs `length` values along a line.
 * @param from read from `start` on; the kernel's reach comes before the first value and after the last.
 * @param to written from `at` on.
 */
export function blurLine(
  from: Float32Array,
  start: number,
  half: Float32Array,
  to: Float32Array,
  at: number,
  length: number,
): void {
  const reach = half.length - 1
  const w0 = half[0]!
  if (reach === 2) {
    // The usual case, written out.
    const w1 = half[1]!
    const w2 = half[2]!
    for (let i = 0, p = start + 2; i < length; i++, p++) {
      to[at + i] = w0 * from[p]! + w1 * (from[p - 1]! + from[p + 1]!) + w2 * (from[p - 2]! + from[p + 2]!)
    }
    return
  }
  for (let i = 0, p = start + reach; i < length; i++, p++) {
    let sum = w0 * from[p]!
    for (let k = 1; k <= reach; k++) sum += half[k]! * (from[p - k]! + from[p + k]!)
    to[at + i] = sum
  }
}

/** One weighted neighbour: pixels to the right and down. */
export interface Tap {
  readonly dx: number
  readonly dy: number
  readonly weight: number
}

/** What a picture goes through between page and photosites: a blur along rows, then a sum over neighbours. */
export interface LensBlur {
  readonly alongRows: Float32Array
  readonly taps: readonly Tap[]
  /** Largest |dx| and |dy| of the taps. */
  readonly reach: number
}

/**
 * Gaussian defocus of `sigma` px and a straight motion path of `motion` px in direction `angle` (radians).
 * A path shorter than a pixel is told from a Gaussian of the same variance, length^2 / 12, by nobody: it widens the
 * Gaussian along each axis. A longer one is drawn as points, each shared bilinearly by four pixels.
 */
export function lensBlur(sigma: number, motion: number, angle: number): LensBlur {
  const short = motion < 1
  const spread = (motion * motion) / 12
  const widen = (part: number): number => (short ? Math.sqrt(sigma * sigma + spread * part * part) : sigma)
  const down = gaussianHalf(widen(Math.sin(angle)))
  const column = Array.from({ length: 2 * down.length - 1 }, (_, i): Tap => {
    const dy = i - (down.length - 1)
    return { dx: 0, dy, weight: down[Math.abs(dy)]! }
  })
  const taps = short ? column : combine(column, motionTaps(motion, angle))
  return {
    alongRows: gaussianHalf(widen(Math.cos(angle))),
    taps,
    reach: Math.max(...taps.map(({ dx, dy }) => Math.max(Math.abs(dx), Math.abs(dy)))),
  }
}

function motionTaps(length: number, angle: number): Tap[] {
  const points = Math.ceil(length * 4)
  return merge(
    Array.from({ length: points }).flatMap((_, i) => {
      const t = ((i + 0.5) / points - 0.5) * length
      const x = t * Math.cos(angle)
      const y = t * Math.sin(angle)
      const dx = Math.floor(x)
      const dy = Math.floor(y)
      return [
        { dx, dy, weight: (1 - x + dx) * (1 - y + dy) },
        { dx: dx + 1, dy, weight: (x - dx) * (1 - y + dy) },
        { dx, dy: dy + 1, weight: (1 - x + dx) * (y - dy) },
        { dx: dx + 1, dy: dy + 1, weight: (x - dx) * (y - dy) },
      ]
    }),
  )
}

function combine(a: readonly Tap[], b: readonly Tap[]): Tap[] {
  return merge(
    a.flatMap((p) => b.map((q) => ({ dx: p.dx + q.dx, dy: p.dy + q.dy, weight: p.weight * q.weight }))),
  )
}

/** One tap for each place, without those that add less than half a level in 255; the sum is 1. */
function merge(taps: readonly Tap[]): Tap[] {
  const places = new Map<string, Tap>()
  for (const tap of taps) {
    const key = `${tap.dx},${tap.dy}`
    places.set(key, { ...tap, weight: (places.get(key)?.weight ?? 0) + tap.weight })
  }
  const total = taps.reduce((sum, { weight }) => sum + weight, 0)
  const kept = [...places.values()].filter(({ weight }) => weight > 0.002 * total)
  const left = kept.reduce((sum, { weight }) => sum + weight, 0)
  return kept.map((tap) => ({ ...tap, weight: tap.weight / left }))
}
