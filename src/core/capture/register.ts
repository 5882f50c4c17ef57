import type { LuminanceView } from './linear'
import type { Patch } from './patterns'
import type { SheetModel } from './SheetModel'
import { cholesky, choleskySolve } from './solve'
import { blurredPattern } from './template'

/** Where a patch really is, beside where the model put it. */
export interface Registered {
  /** Offset on the page in millimetres: the patch is seen where the model would put center + (dx, dy). */
  readonly dx: number
  readonly dy: number
  /** Standard deviation of dx and dy by the residual noise, millimetres. */
  readonly deviation: number
  /** Correlation of the picture with the blurred pattern at the best place. */
  readonly correlation: number
  /** Standard deviation of the blur that fits best, millimetres. */
  readonly blur: number
}

/** Unknowns: level, tilt in x and y, contrast, shift in x and y, edge offset (dot gain), blur. */
const unknowns = 8
const minSamples = 12
const maxSamples = 40

/** Linear luminance at a square grid on the page, row-major. Undefined when it leaves the picture. */
export function sampleGrid(
  view: LuminanceView,
  model: SheetModel,
  left: number,
  top: number,
  step: number,
  count: number,
): Float64Array | undefined {
  // The model is smooth: exact at 5 x 5 nodes, bilinear between them.
  const nodes = 5
  const span = (step * (count - 1)) / (nodes - 1)
  const nodeX = new Float64Array(nodes * nodes)
  const nodeY = new Float64Array(nodes * nodes)
  for (let j = 0; j < nodes; j++) {
    for (let i = 0; i < nodes; i++) {
      const p = model.project(left + i * span, top + j * span)
      if (!(p.x >= 0 && p.y >= 0 && p.x <= view.width && p.y <= view.height)) return undefined
      nodeX[j * nodes + i] = p.x
      nodeY[j * nodes + i] = p.y
    }
  }
  const out = new Float64Array(count * count)
  const scale = (nodes - 1) / (count - 1)
  for (let j = 0; j < count; j++) {
    const v = Math.min(nodes - 2, Math.floor(j * scale))
    const b = j * scale - v
    for (let i = 0; i < count; i++) {
      const u = Math.min(nodes - 2, Math.floor(i * scale))
      const a = i * scale - u
      const n = v * nodes + u
      const w00 = (1 - a) * (1 - b)
      const w10 = a * (1 - b)
      const w01 = (1 - a) * b
      const w11 = a * b
      out[j * count + i] = view.at(
        w00 * nodeX[n]! + w10 * nodeX[n + 1]! + w01 * nodeX[n + nodes]! + w11 * nodeX[n + nodes + 1]!,
        w00 * nodeY[n]! + w10 * nodeY[n + 1]! + w01 * nodeY[n + nodes]! + w11 * nodeY[n + nodes + 1]!,
      )
    }
  }
  return out
}

/**
 * Slides the pattern over its neighbourhood and keeps the place of the best normalised correlation.
 * Good to a fraction of the grid's step; {@link registerPatch} does the rest.
 * @param radius how far to look, millimetres
 * @param blur deviation that the pattern is blurred by, millimetres
 */
export function searchPatch(
  view: LuminanceView,
  model: SheetModel,
  patch: Patch,
  radius: number,
  blur: number,
): { readonly dx: number; readonly dy: number; readonly correlation: number } | undefined {
  const step = Math.max(patch.module / 4, radius / 12)
  const inner = Math.max(8, Math.round((2 * patch.half) / step) + 1)
  const reach = Math.ceil(radius / step)
  const outer = inner + 2 * reach
  const { x, y } = patch.center
  const offset = ((inner - 1) / 2) * step
  const seen = sampleGrid(view, model, x - offset - reach * step, y - offset - reach * step, step, outer)
  if (!seen) return undefined
  const soft = Math.max(blur, 0.35 * patch.module)
  const { value } = blurredPattern(patch.pattern, x - offset, y - offset, step, inner, soft)
  const mean = value.reduce((sum, v) => sum + v, 0) / value.length
  let norm = 0
  for (let i = 0; i < value.length; i++) {
    value[i] = value[i]! - mean
    norm += value[i]! ** 2
  }
  let best = { dx: 0, dy: 0, correlation: -2 }
  for (let oy = -reach; oy <= reach; oy++) {
    for (let ox = -reach; ox <= reach; ox++) {
      if (ox * ox + oy * oy > (reach + 0.5) ** 2) continue
      let sum = 0
      let squares = 0
      let product = 0
      for (let j = 0; j < inner; j++) {
        const row = (j + reach + oy) * outer + reach + ox
        for (let i = 0; i < inner; i++) {
          const v = seen[row + i]!
          sum += v
          squares += v * v
          product += v * value[j * inner + i]!
        }
      }
      const variance = squares - (sum * sum) / value.length
      const correlation = variance > 1e-9 ? -product / Math.sqrt(variance * norm) : 0
      if (correlation > best.correlation) best = { dx: ox * step, dy: oy * step, correlation }
    }
  }
  return best
}

/**
 * Least-squares registration of the blurred pattern by all its edges at once, in linear light (Lucas and Kanade 1981):
 * luminance = level + tilt + contrast * pattern(shifted, blurred, edges moved). The edge offset takes up dot gain,
 * which moves every edge of black outwards and would otherwise pull on unevenly filled patches.
 * @param guess offset on the page to start from, millimetres; it must be within about half a module of the truth
 * @param blur deviation to start from, millimetres
 */
export function registerPatch(
  view: LuminanceView,
  model: SheetModel,
  patch: Patch,
  guess: { readonly dx: number; readonly dy: number },
  blur: number,
): Registered | undefined {
  const [a, b, c, d] = model.scaleAt(patch.center.x, patch.center.y)
  const scale = Math.sqrt(Math.abs(a * d - b * c))
  if (!(scale > 0)) return undefined
  const side = 2 * patch.half
  const count = Math.min(maxSamples, Math.max(minSamples, Math.ceil(side * scale)))
  const step = side / (count - 1)
  const left = patch.center.x - patch.half
  const top = patch.center.y - patch.half
  // Below a third of a pixel the picture's own pixels blur more than that.
  const leastBlur = 0.35 / scale
  const mostBlur = Math.max(1.2 * patch.module, 2 * leastBlur)
  let { dx, dy } = guess
  let deviation = Math.min(mostBlur, Math.max(leastBlur, blur))
  let solved: Solved | undefined
  for (let round = 0; round < 4; round++) {
    const seen = sampleGrid(view, model, left + dx, top + dy, step, count)
    if (!seen) return undefined
    solved = solveLocally(seen, blurredPattern(patch.pattern, left, top, step, count, deviation), count)
    if (!solved) return undefined
    const limit = 0.4 * patch.module
    const moveX = Math.max(-limit, Math.min(limit, solved.dx))
    const moveY = Math.max(-limit, Math.min(limit, solved.dy))
    dx += moveX
    dy += moveY
    const wider = deviation + solved.spread / deviation
    deviation = Math.min(
      mostBlur,
      Math.max(leastBlur, Math.min(1.6 * deviation, Math.max(0.6 * deviation, wider))),
    )
    if (Math.hypot(dx - guess.dx, dy - guess.dy) > 1.2 * patch.module) return undefined
    if (round > 0 && Math.hypot(moveX, moveY) * scale < 0.01) break
  }
  return solved && { dx, dy, deviation: solved.deviation, correlation: solved.correlation, blur: deviation }
}

interface Solved {
  readonly dx: number
  readonly dy: number
  /** Half the change of the blur's variance, square millimetres. */
  readonly spread: number
  readonly deviation: number
  readonly correlation: number
}

function solveLocally(
  seen: Float64Array,
  template: ReturnType<typeof blurredPattern>,
  count: number,
): Solved | undefined {
  const { value, dx, dy, laplacian } = template
  const n = unknowns
  const normal = new Float64Array(n * n)
  const right = new Float64Array(n)
  const row = new Float64Array(n)
  let sum = 0
  let squares = 0
  let tSum = 0
  let tSquares = 0
  let product = 0
  for (let i = 0; i < seen.length; i++) {
    const v = seen[i]!
    const t = value[i]!
    row[0] = 1
    row[1] = ((i % count) / (count - 1)) * 2 - 1
    row[2] = (Math.floor(i / count) / (count - 1)) * 2 - 1
    row[3] = t
    row[4] = dx[i]!
    row[5] = dy[i]!
    row[6] = Math.hypot(dx[i]!, dy[i]!)
    row[7] = laplacian[i]!
    for (let j = 0; j < n; j++) {
      right[j] = right[j]! + row[j]! * v
      for (let k = 0; k <= j; k++) normal[j * n + k] = normal[j * n + k]! + row[j]! * row[k]!
    }
    sum += v
    squares += v * v
    tSum += t
    tSquares += t * t
    product += v * t
  }
  const scale = new Float64Array(n)
  for (let j = 0; j < n; j++) {
    const diagonal = normal[j * n + j]!
    if (!(diagonal > 0)) return undefined
    scale[j] = 1 / Math.sqrt(diagonal)
  }
  for (let j = 0; j < n; j++) {
    for (let k = 0; k <= j; k++) normal[j * n + k] = normal[j * n + k]! * scale[j]! * scale[k]!
    normal[j * n + j] = normal[j * n + j]! + 1e-6
  }
  const solution = Float64Array.from(right, (v, j) => v * scale[j]!)
  const scaledRight = Float64Array.from(solution)
  if (!cholesky(normal, n)) return undefined
  choleskySolve(normal, n, solution)
  let explained = 0
  for (let j = 0; j < n; j++) explained += solution[j]! * scaledRight[j]!
  const noise = Math.max(0, squares - explained) / Math.max(1, seen.length - n)
  const contrast = solution[3]! * scale[3]!
  // Black on white: luminance falls where the pattern is dark.
  if (!(contrast < 0)) return undefined
  const inverse = new Float64Array(n)
  let variance = 0
  for (const j of [4, 5]) {
    inverse.fill(0)
    inverse[j] = 1
    choleskySolve(normal, n, inverse)
    variance = Math.max(variance, inverse[j]! * scale[j]! ** 2)
  }
  const m = seen.length
  const covariance = product - (sum * tSum) / m
  const spreadOfBoth = (squares - (sum * sum) / m) * (tSquares - (tSum * tSum) / m)
  return {
    dx: (-solution[4]! * scale[4]!) / contrast,
    dy: (-solution[5]! * scale[5]!) / contrast,
    spread: (solution[7]! * scale[7]!) / contrast,
    deviation: Math.sqrt(noise * variance) / -contrast,
    correlation: spreadOfBoth > 0 ? -covariance / Math.sqrt(spreadOfBoth) : 0,
  }
}
