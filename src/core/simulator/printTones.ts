import type { PrintedPage, PrintTask } from './printPage'

/**
 * Continuous tone: every dot takes its ink's mean light. Lines of dots that repeat the line before (images are placed
 * with several dots a pixel, and much of a sheet is white) are worked out once.
 */
export function printTones(task: PrintTask): PrintedPage {
  const { dots, dotsWide, dotsHigh, shrink, out, texture } = task
  const weights = spreadWeights(shrink, task.spread)
  const reach = (weights.length - shrink) / 2
  const light = dotLight(task)
  const line = new Float32Array((out.width * shrink + 2 * reach) * 3)
  const ring = Array.from({ length: weights.length }, () => new Float32Array(out.width * 3))
  const source = new Int32Array(ring.length).fill(-1)
  const sum = new Float32Array(out.width * 3)

  for (let y = 0; y < out.height; y++) {
    const first = y * shrink - reach
    sum.fill(0)
    for (let k = 0; k < weights.length; k++) {
      const dotY = Math.max(0, Math.min(dotsHigh - 1, first + k))
      const slot = (first + k + reach) % ring.length
      if (source[slot] !== dotY) {
        const before = (slot + ring.length - 1) % ring.length
        if (source[before] === dotY - 1 && sameLine(dots, dotsWide, dotY)) ring[slot]!.set(ring[before]!)
        else {
          light(dotY, line, reach)
          averageAlong(line, ring[slot]!, shrink, weights)
        }
        source[slot] = dotY
      }
      const row = ring[slot]!
      const weight = weights[k]!
      for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + weight * row[i]!
    }
    const at = y * out.width * 3
    const grain = (y & 255) * 256
    for (let x = 0, i = 0; x < out.width; x++, i += 3) {
      const scale = 65535 * (1 + texture[grain + (x & 255)]!)
      out.data[at + i] = Math.min(65535, sum[i]! * scale)
      out.data[at + i + 1] = Math.min(65535, sum[i + 1]! * scale)
      out.data[at + i + 2] = Math.min(65535, sum[i + 2]! * scale)
    }
  }
  return out
}

function sameLine(dots: Uint32Array, width: number, y: number): boolean {
  const start = y * width
  for (let i = start; i < start + width; i++) if (dots[i] !== dots[i - width]) return false
  return true
}

/** Box of `shrink` dots convolved with a Gaussian of `sigma` dots, summing to 1. */
function spreadWeights(shrink: number, sigma: number): Float64Array {
  const reach = sigma === 0 ? 0 : Math.max(1, Math.ceil(2.5 * sigma))
  const weights = new Float64Array(shrink + 2 * reach)
  for (let dot = 0; dot < shrink; dot++) {
    for (let k = -reach; k <= reach; k++) {
      const weight = sigma === 0 ? 1 : Math.exp(-(k * k) / (2 * sigma * sigma))
      weights[dot + k + reach] = weights[dot + k + reach]! + weight
    }
  }
  const total = weights.reduce((a, b) => a + b, 0)
  return weights.map((weight) => weight / total)
}

function averageAlong(line: Float32Array, out: Float32Array, shrink: number, weights: Float64Array): void {
  const step = shrink * 3
  for (let i = 0, from = 0; i < out.length; i += 3, from += step) {
    let r = 0
    let g = 0
    let b = 0
    for (let k = 0, p = from; k < weights.length; k++, p += 3) {
      const weight = weights[k]!
      r += weight * line[p]!
      g += weight * line[p + 1]!
      b += weight * line[p + 2]!
    }
    out[i] = r
    out[i + 1] = g
    out[i + 2] = b
  }
}

/** Writes the light of one line of dots, repeating the page's first and last dot `reach` times beyond its edges. */
function dotLight(task: PrintTask): (y: number, line: Float32Array, reach: number) => void {
  const { dots, dotsWide, curves, through, paper } = task
  // What is left of the light behind one ink: [ink * 3 + colour][level].
  const factors = curves.flatMap((curve, ink) =>
    [0, 1, 2].map((colour) =>
      Float32Array.from(
        curve,
        (area) => (1 - area * (1 - through[ink]![colour]!)) * (ink === 0 ? paper[colour]! : 1),
      ),
    ),
  )
  const [cr, cg, cb, mr, mg, mb, yr, yg, yb] = factors as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ]
  return (y, line, reach) => {
    const start = y * dotsWide
    let last = -1
    let red = 0
    let green = 0
    let blue = 0
    for (let x = -reach, i = 0; i < line.length; x++, i += 3) {
      const dot = dots[start + (x < 0 ? 0 : x >= dotsWide ? dotsWide - 1 : x)]!
      if (dot !== last) {
        const r = dot & 255
        const g = (dot >>> 8) & 255
        const b = (dot >>> 16) & 255
        red = cr[r]! * mr[g]! * yr[b]!
        green = cg[r]! * mg[g]! * yg[b]!
        blue = cb[r]! * mb[g]! * yb[b]!
        last = dot
      }
      line[i] = red
      line[i + 1] = green
      line[i + 2] = blue
    }
  }
}
