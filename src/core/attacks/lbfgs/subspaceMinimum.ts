import type { CauchyPoint } from './cauchyPoint'
import type { CompactHessian } from './CompactHessian'
import type { Scratch } from './Workspace'

/**
 * From the Cauchy point on, the minimum of the quadratic model over the variables that are free there: Byrd 1995, section 5.1, the
 * direct primal method. The other variables keep their bounds.
 * @param variables how many there are
 * @param scratch that of the Cauchy point
 * @returns u: where free variables are wanted is x - g / theta + W u. Undefined where nothing is free or the model is singular
 */
export function subspaceMinimum(
  { t, shift, edges }: CauchyPoint,
  hessian: CompactHessian,
  variables: number,
  scratch: Scratch,
): Float64Array | undefined {
  if (!edges) return undefined
  const { theta } = hessian
  const width = shift.length
  // Over the free variables: W' W, and W' g; all of them but for those at a bound.
  const gram = hessian.gram()
  const along = hessian.alongGradient()
  let bound = 0
  for (let at = 0; at < edges.count; at++) {
    if (!edges.isAtSide(at, t)) continue
    bound++
    const from = edges.row(at)
    const { rows } = scratch
    const slope = edges.slope(at)
    for (let i = 0; i < width; i++) {
      const value = rows[from + i]!
      along[i]! -= value * slope
      for (let j = 0; j <= i; j++) gram[i * width + j]! -= value * rows[from + j]!
    }
  }
  for (let i = 0; i < width; i++) for (let j = 0; j < i; j++) gram[j * width + i] = gram[i * width + j]!
  if (bound === variables) return undefined
  // W' r of the model's gradient at the Cauchy point, r = g + theta (point - x) - W M shift, where point - x = -t g.
  const middle = hessian.middle(shift)
  for (let i = 0; i < width; i++) {
    along[i]! *= 1 - theta * t
    for (let j = 0; j < width; j++) along[i]! -= gram[i * width + j]! * middle[j]!
  }
  // The step is -r / theta - W v / theta^2, from x - t g: the terms with t are gone then.
  const solved = hessian.reduced(gram)?.solve(along)
  return solved?.map((value, k) => middle[k]! / theta - value / (theta * theta))
}
