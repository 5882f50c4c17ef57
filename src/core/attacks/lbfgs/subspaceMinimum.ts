import type { Box, CauchyPoint } from './cauchyPoint'
import type { CompactHessian } from './CompactHessian'
import type { Workspace } from './Workspace'

/** The way from a point to another: its slope along the gradient there, and its square. */
export interface Way {
  readonly slope: number
  readonly square: number
}

/**
 * From the Cauchy point on, the minimum of the quadratic model over the variables that are free there, brought back into the
 * box: by projection, or, where that is no way down, by shortening the step (Morales, Nocedal 2011, of Byrd 1995, section 5.1,
 * the direct primal method). The other variables keep their bounds. Where nothing is free or the model is singular it is the
 * Cauchy point itself.
 * @param target where the point to search towards is written
 * @param space its `step` is overwritten with the way there from x, and of the scratch `found`, `order` and `step`
 */
export function subspaceMinimum(
  x: Float64Array,
  gradient: Float64Array,
  box: Box,
  hessian: CompactHessian,
  cauchy: CauchyPoint,
  target: Float64Array,
  space: Workspace,
): Way {
  const { point } = cauchy
  const { kernels, scratch, step } = space
  const { lower, upper } = box
  const wayTo = (): Way => {
    const [slope, square] = kernels.run('towards', [target, x, step, gradient])
    return { slope: slope!, square: square! }
  }
  if (!freeStep(x, gradient, box, hessian, cauchy, space)) {
    target.set(point)
    return wayTo()
  }
  const arrays = [point, scratch.step, lower, upper, x, gradient, target, step]
  const [excess, slope, square] = kernels.run('intoBox', arrays)
  if (excess === 0 || slope! < 0) return { slope: slope!, square: square! }
  kernels.run('go', [point, scratch.step, lower, upper, target], [1 / excess!])
  return wayTo()
}

/** The step from the Cauchy point to the model's minimum without the box. @returns false where there is none */
function freeStep(
  x: Float64Array,
  gradient: Float64Array,
  { lower, upper }: Box,
  hessian: CompactHessian,
  { point, shift }: CauchyPoint,
  { kernels, scratch }: Workspace,
): boolean {
  if (hessian.pairs === 0) return false
  const { theta } = hessian
  const count = kernels.find('onSide', [point, lower, upper], [], scratch.found)
  if (count === x.length) return false
  const bound = scratch.found.subarray(0, count)
  // The model's gradient at the Cauchy point, r = g + theta (xc - x) - W M c, without its last term at first.
  const slopeAt = (i: number): number => gradient[i]! + theta * (point[i]! - x[i]!)
  const middle = hessian.middle(shift)
  // W_F' r and W_F' W_F over the free variables, from the few that are at a bound or from the free ones, whichever are fewer.
  let gram: Float64Array
  let along: Float64Array
  if (2 * bound.length <= x.length) {
    gram = hessian.gram()
    const rest = hessian.gramAt(bound)
    for (let i = 0; i < gram.length; i++) gram[i]! -= rest[i]!
    const there = hessian.projectAt(slopeAt, bound)
    along = hessian.alongGradient(gradient).map((value, k) => value + theta * shift[k]! - there[k]!)
  } else {
    const free = complement(bound, x.length, scratch.order)
    gram = hessian.gramAt(free)
    along = hessian.projectAt(slopeAt, free)
  }
  const width = middle.length
  for (let i = 0; i < width; i++) {
    for (let j = 0; j < width; j++) along[i]! -= gram[i * width + j]! * middle[j]!
  }
  const solved = hessian.reduced(gram)?.solve(along)
  if (!solved) return false
  // d = -r / theta - W v / theta^2, with W M c and W v in one pass.
  const combined = middle.map((value, k) => value / theta - solved[k]! / (theta * theta))
  hessian.stepFrom(point, x, gradient, combined, scratch.step)
  for (const i of bound) scratch.step[i] = 0
  return true
}

/** The indices below a length that are not among these, which rise. @param out room for them */
function complement(indices: Int32Array, length: number, out: Int32Array): Int32Array {
  let [next, count] = [0, 0]
  for (let i = 0; i < length; i++) {
    if (indices[next] === i) next++
    else out[count++] = i
  }
  return out.subarray(0, count)
}
