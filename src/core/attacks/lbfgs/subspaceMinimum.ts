import type { Box, CauchyPoint } from './cauchyPoint'
import type { CompactHessian } from './CompactHessian'
import type { Workspace } from './Workspace'

/**
 * From the Cauchy point on, the minimum of the quadratic model over the variables that are free there, brought back into the
 * box: by projection, or, where that is no way down, by shortening the step (Morales, Nocedal 2011, of Byrd 1995, section 5.1,
 * the direct primal method). The other variables keep their bounds.
 * @param space `bound`, `slope` and `target` are overwritten
 * @returns the point to search towards; the Cauchy point itself where nothing is free or the model is singular
 */
export function subspaceMinimum(
  x: Float64Array,
  gradient: Float64Array,
  box: Box,
  hessian: CompactHessian,
  { point, shift }: CauchyPoint,
  space: Workspace,
): Float64Array {
  const { theta } = hessian
  const bound = boundAt(point, box, space.bound)
  if (hessian.pairs === 0 || bound.length === x.length) return point
  // The model's gradient at the Cauchy point, r = g + theta (xc - x) - W M c, without its last term at first.
  const { kernels, slope } = space
  kernels.run('modelSlope', [gradient, point, x, slope], [theta])
  const middle = hessian.middle(shift)
  const along = restricted(slope, middle, bound, hessian)
  const system = hessian.reduced(along.gram)
  if (!system) return point
  const solved = system.solve(along.slope)
  // d = -r / theta - W v / theta^2, with W M c and W v in one pass.
  const step = slope
  kernels.run('scale', [step], [-1 / theta])
  const combined = middle.map((value, k) => value / theta - solved[k]! / (theta * theta))
  hessian.addCombination(combined, step)
  for (const i of bound) step[i] = 0
  return intoBox(x, gradient, box, point, step, space)
}

/** W_F' r and W_F' W_F over the free variables, from the few that are at a bound or from the free ones, whichever are fewer. */
function restricted(
  slope: Float64Array,
  middle: Float64Array,
  bound: Int32Array,
  hessian: CompactHessian,
): { slope: Float64Array; gram: Float64Array } {
  const width = middle.length
  let gram: Float64Array
  let along: Float64Array
  if (2 * bound.length <= slope.length) {
    gram = hessian.gram()
    const rest = hessian.gramAt(bound)
    for (let i = 0; i < gram.length; i++) gram[i]! -= rest[i]!
    along = hessian.project(slope)
    const there = hessian.projectAt(slope, bound)
    for (let k = 0; k < width; k++) along[k]! -= there[k]!
  } else {
    const free = complement(bound, slope.length)
    gram = hessian.gramAt(free)
    along = hessian.projectAt(slope, free)
  }
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < width; j++) along[i]! -= gram[i * width + j]! * middle[j]!
  }
  return { slope: along, gram }
}

function intoBox(
  x: Float64Array,
  gradient: Float64Array,
  { lower, upper }: Box,
  point: Float64Array,
  step: Float64Array,
  { kernels, target }: Workspace,
): Float64Array {
  const [excess] = kernels.run('intoBox', [point, step, lower, upper, target])
  if (excess === 0) return target
  const [along] = kernels.run('dot', [gradient, target])
  const [start] = kernels.run('dot', [gradient, x])
  if (along! < start!) return target
  kernels.run('go', [point, step, lower, upper, target], [1 / excess!])
  return target
}

/** The variables that lie on a bound, in order. */
function boundAt(point: Float64Array, { lower, upper }: Box, found: Int32Array): Int32Array {
  let count = 0
  for (let i = 0; i < point.length; i++) {
    if (point[i] === lower[i] || point[i] === upper[i]) found[count++] = i
  }
  return found.subarray(0, count)
}

function complement(indices: Int32Array, length: number): Int32Array {
  const out = new Int32Array(length - indices.length)
  let [next, count] = [0, 0]
  for (let i = 0; i < length; i++) {
    if (indices[next] === i) next++
    else out[count++] = i
  }
  return out
}
