import { HalftoneError } from '../../errors'

/** How one axis is resized (Operators.md, Resize). */
export interface AxisResize {
  readonly inside: number
  readonly outside: number
  /** Output over input; not always the lengths' ratio, because scales may be rounded down to whole lengths. */
  readonly scale: number
  readonly mode: string
  readonly coordinates: string
  readonly nearest: string
  readonly cubic: number
  readonly excludeOutside: boolean
}

/** Resizing is linear: the weight of every input element in every output element, [outside, inside], row-major. */
export function resizeWeights(axis: AxisResize): Float64Array {
  const weights = new Float64Array(axis.outside * axis.inside)
  for (let to = 0; to < axis.outside; to++) {
    const row = weights.subarray(to * axis.inside, (to + 1) * axis.inside)
    const from = sourceOf(axis, to)
    if (axis.mode === 'nearest') row[clamp(nearestTo(axis, from), axis.inside)]! += 1
    else if (axis.mode === 'linear') addLinear(row, from)
    else if (axis.mode === 'cubic') addCubic(row, from, axis)
    else throw new HalftoneError('not-differentiable', `there is no gradient for mode ${axis.mode}.`)
  }
  return weights
}

/** Where an output element lies among the input's, in 32-bit arithmetic as ONNX Runtime has it. */
function sourceOf({ inside, outside, scale, coordinates }: AxisResize, to: number): number {
  const f = Math.fround
  const centred = (): number => f(f((to + 0.5) / f(scale)) - 0.5)
  switch (coordinates) {
    case 'half_pixel':
      return centred()
    case 'pytorch_half_pixel':
      return outside > 1 ? centred() : 0
    case 'half_pixel_symmetric': {
      const middle = inside / 2
      return f(middle * (1 - outside / (scale * inside)) + centred())
    }
    case 'align_corners':
      return outside > 1 ? f((to * (inside - 1)) / (outside - 1)) : 0
    case 'asymmetric':
      return f(to / f(scale))
    default:
      throw new HalftoneError('not-differentiable', `there is no gradient for coordinates ${coordinates}.`)
  }
}

function nearestTo({ nearest }: AxisResize, from: number): number {
  switch (nearest) {
    case 'floor':
      return Math.floor(from)
    case 'ceil':
      return Math.ceil(from)
    case 'round_prefer_ceil':
      return Math.floor(from + 0.5)
    default:
      return Math.ceil(from - 0.5)
  }
}

const clamp = (at: number, length: number): number => Math.max(0, Math.min(length - 1, at))

function addLinear(row: Float64Array, from: number): void {
  const at = clamp(from, row.length)
  const low = Math.floor(at)
  row[low]! += 1 - (at - low)
  if (at > low) row[low + 1]! += at - low
}

/** Four taps of the cubic convolution kernel (Keys 1981), those beyond the ends moved to the ends or left out. */
function addCubic(row: Float64Array, from: number, { cubic: a, excludeOutside }: AxisResize): void {
  const base = Math.floor(from)
  const taps = [-1, 0, 1, 2].map((offset) => {
    const d = Math.abs(from - base - offset)
    const weight = d <= 1 ? ((a + 2) * d - (a + 3)) * d * d + 1 : ((a * d - 5 * a) * d + 8 * a) * d - 4 * a
    return { at: base + offset, weight }
  })
  const kept = taps.filter(({ at }) => !excludeOutside || (at >= 0 && at < row.length))
  const total = excludeOutside ? kept.reduce((sum, { weight }) => sum + weight, 0) : 1
  for (const { at, weight } of kept) row[clamp(at, row.length)]! += weight / total
}
