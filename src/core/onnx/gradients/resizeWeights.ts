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
  /** Whether a smaller output takes the mean of all that it stands for (linear and cubic only). */
  readonly antialias: boolean
}

/** Resizing is linear: the weight of every input element in every output element, [outside, inside], row-major. */
export function resizeWeights(axis: AxisResize): Float64Array {
  const weights = new Float64Array(axis.outside * axis.inside)
  for (let to = 0; to < axis.outside; to++) {
    const row = weights.subarray(to * axis.inside, (to + 1) * axis.inside)
    const from = sourceOf(axis, to)
    if (axis.antialias && axis.mode !== 'nearest') addFiltered(row, from, axis)
    else if (axis.mode === 'nearest') row[clamp(nearestTo(axis, from), axis.inside)]! += 1
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

/** The cubic convolution kernel (Keys 1981), two elements wide to either side. */
function cubicKernel(distance: number, a: number): number {
  const d = Math.abs(distance)
  if (d >= 2) return 0
  return d <= 1 ? ((a + 2) * d - (a + 3)) * d * d + 1 : ((a * d - 5 * a) * d + 8 * a) * d - 4 * a
}

/** The kernel stretched by how much smaller the output is; what lies beyond the ends is moved to the ends or left out. */
function addFiltered(
  row: Float64Array,
  from: number,
  { mode, cubic, scale, excludeOutside }: AxisResize,
): void {
  if (mode !== 'linear' && mode !== 'cubic') {
    throw new HalftoneError('not-differentiable', `there is no gradient for mode ${mode} with antialias.`)
  }
  const narrow = Math.min(1, scale)
  const reach = (mode === 'linear' ? 1 : 2) / narrow
  const taps: { at: number; weight: number }[] = []
  for (let at = Math.ceil(from - reach); at <= from + reach; at++) {
    if (excludeOutside && (at < 0 || at >= row.length)) continue
    const d = (at - from) * narrow
    taps.push({ at, weight: mode === 'linear' ? Math.max(0, 1 - Math.abs(d)) : cubicKernel(d, cubic) })
  }
  const total = taps.reduce((sum, { weight }) => sum + weight, 0)
  for (const { at, weight } of taps) row[clamp(at, row.length)]! += weight / total
}

/** Four taps, those beyond the ends moved to the ends or left out. */
function addCubic(row: Float64Array, from: number, { cubic, excludeOutside }: AxisResize): void {
  const base = Math.floor(from)
  const taps = [-1, 0, 1, 2].map((offset) => ({
    at: base + offset,
    weight: cubicKernel(from - base - offset, cubic),
  }))
  const kept = taps.filter(({ at }) => !excludeOutside || (at >= 0 && at < row.length))
  const total = excludeOutside ? kept.reduce((sum, { weight }) => sum + weight, 0) : 1
  for (const { at, weight } of kept) row[clamp(at, row.length)]! += weight / total
}
