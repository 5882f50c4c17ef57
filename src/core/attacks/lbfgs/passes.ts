import type { Along, CompactHessian } from './CompactHessian'
import type { LbfgsKernel } from './kernels'
import type { Values } from './Numbers'
import { pairsAtOnce } from './stepKernels'
import type { Pair, Workspace } from './Workspace'

/** The way from x to a target. */
export interface Way {
  /** Along the gradient at x. */
  readonly slope: number
  readonly square: number
  /** Of the target from the centre. */
  readonly distance: number
  /** Along every pair. */
  readonly along: readonly Along[]
}

/** How a step goes: to P(x - a g + W u) where x - t g is in the box, else to P(x - t g). */
export interface Step {
  readonly t: number
  readonly a: number
  /** As of {@link CompactHessian.shares}; none where there is no u. */
  readonly shares: ReturnType<CompactHessian['shares']> | undefined
}

/** Where a problem is and where it counts distances from. */
export interface Place {
  readonly x: Values
  readonly gradient: Values
  readonly centre: Values
}

/** Goes a step. @param target where it leads; the way there is the newest step */
export function goStep(
  place: Place,
  hessian: CompactHessian,
  step: Step,
  target: Values,
  space: Workspace,
): Way {
  const { x, gradient, centre } = place
  const { kernels, sides } = space
  const pairs = step.shares ? hessian.pairs : []
  if (pairs.length > pairsAtOnce) {
    want(place, hessian, step, space)
    return goTowards(place, hessian, step.t, 1, target, space)
  }
  const arrays = [x, gradient, centre, target, hessian.newestStep, ...sides.arrays, ...arraysOf(pairs)]
  const scalars = [step.t, step.a - (step.shares?.ofGradient ?? 0), ...(step.shares?.ofPairs ?? [])]
  const sums = kernels.run(`step${pairs.length}` as LbfgsKernel, arrays, scalars)
  const slope = sums[0]!
  // Without shares of the pairs the way along them comes of another pass.
  const along =
    pairs.length === hessian.pairs.length
      ? alongOf(sums.slice(3), slope)
      : alongOf(sumsAlong(hessian.newestStep, hessian.pairs, space), slope)
  return { slope, square: sums[1]!, distance: sums[2]!, along }
}

/** Goes as much of a step as takes no variable out of the box (but for the Cauchy point's): where bringing it back leads upwards. */
export function goShortened(
  place: Place,
  hessian: CompactHessian,
  step: Step,
  target: Values,
  space: Workspace,
): Way {
  want(place, hessian, step, space)
  const { kernels, sides, scratch } = space
  const [excess] = kernels.run('excess', [place.x, place.gradient, scratch.wanted, ...sides.arrays], [step.t])
  return goTowards(place, hessian, step.t, excess! > 0 ? 1 / excess! : 1, target, space)
}

/** Each pair's s and the gradient before it along one vector, in turn. */
export const sumsAlong = (v: Values, pairs: readonly Pair[], { kernels }: Workspace): number[] =>
  inParts(pairs)
    .flatMap((some) => kernels.run('along', [v, ...arraysOf(filled(some))]))
    .slice(0, 2 * pairs.length)

export const arraysOf = (pairs: readonly Pair[]): Values[] => pairs.flatMap(({ s, before }) => [s, before])

/** @param sums each pair's s and the gradient before it along a vector @param ofGradient the gradient where the pairs end along it */
export function alongOf(sums: readonly number[], ofGradient: number): Along[] {
  return Array.from({ length: sums.length / 2 }, (_, k) => ({
    s: sums[2 * k]!,
    y: (sums[2 * k + 3] ?? ofGradient) - sums[2 * k + 1]!,
  }))
}

/** Writes x - a g + W u into the scratch's `wanted`. */
function want(
  { x, gradient }: Place,
  { pairs }: CompactHessian,
  { a, shares }: Step,
  space: Workspace,
): void {
  const { kernels, scratch } = space
  inParts(pairs).forEach((some, part) => {
    const from = 2 * pairsAtOnce * part
    const own = shares!.ofPairs.slice(from, from + 2 * some.length)
    // One pair stands in, with no share, for those that are not there.
    const all = Array.from({ length: 2 * pairsAtOnce }, (_, k) => own[k] ?? 0)
    const arrays = arraysOf(filled(some))
    if (part === 0)
      kernels.run('wanted', [x, gradient, scratch.wanted, ...arrays], [a - shares!.ofGradient, ...all])
    else kernels.run('wantedMore', [scratch.wanted, ...arrays], all)
  })
}

function goTowards(
  { x, gradient, centre }: Place,
  hessian: CompactHessian,
  t: number,
  share: number,
  target: Values,
  space: Workspace,
): Way {
  const { kernels, sides, scratch } = space
  const way = hessian.newestStep
  const arrays = [x, gradient, centre, target, way, scratch.wanted, ...sides.arrays]
  const [slope, square, distance] = kernels.run('towards', arrays, [t, share])
  return {
    slope: slope!,
    square: square!,
    distance: distance!,
    along: alongOf(sumsAlong(way, hessian.pairs, space), slope!),
  }
}

const inParts = (pairs: readonly Pair[]): Pair[][] =>
  Array.from({ length: Math.ceil(pairs.length / pairsAtOnce) }, (_, part) =>
    pairs.slice(part * pairsAtOnce, (part + 1) * pairsAtOnce),
  )

const filled = (pairs: readonly Pair[]): Pair[] =>
  Array.from({ length: pairsAtOnce }, (_, k) => pairs[k] ?? pairs[0]!)
