import { cauchyPoint, type Path } from './cauchyPoint'
import { CompactHessian } from './CompactHessian'
import type { LbfgsKernel } from './kernels'
import { lineSearch } from './lineSearch'
import type { Values } from './Numbers'
import { alongOf, arraysOf, goShortened, goStep, sumsAlong, type Place, type Way } from './passes'
import { pairsAtOnce } from './stepKernels'
import { subspaceMinimum } from './subspaceMinimum'
import type { Workspace } from './Workspace'

/** Asks about a point: to be read before the next question. */
export interface Trial<V extends Values> {
  readonly point: V
  /** |point - centre|^2; of the start it is not told. */
  readonly distance: number | undefined
}

/** The value at a point, and the gradient, which is share slopes + pull (point - centre). */
export interface Answered {
  readonly value: number
  readonly slopes: Values
  readonly share: number
  readonly pull: number
  /** Asked where a sum over the gradient is not finite: throws when the slopes are not. */
  readonly verify?: () => void
}

export interface DescentSettings {
  readonly iterations: number
  /** The first trial step is no longer than this, in L2. */
  readonly firstStep: number
  /** Ends when no variable could move by more than this along the projected gradient. */
  readonly gradientTolerance: number
  /** Ends when a step lowers the value, or is about to, by no more than this share of it (of 1, for values below 1). */
  readonly valueTolerance: number
}

export interface Minimum<V extends Values> {
  readonly point: V
  readonly value: number
  readonly iterations: number
  readonly evaluations: number
  /** |point - centre|^2; of the start it is not told. */
  readonly distance: number | undefined
  /** Whether the point is the last that was asked about. */
  readonly isLast: boolean
  /** Why it ended; `stuck` when no lower point was found along the last direction. */
  readonly reason: 'gradient' | 'value' | 'iterations' | 'stuck'
}

const lineTrials = 20

/**
 * A local minimum in a box by L-BFGS-B: Byrd, Lu, Nocedal, Zhu 1995, A limited memory algorithm for bound constrained
 * optimization, with the subspace step of Morales and Nocedal 2011. It asks for values and gradients instead of calling for
 * them, so that many problems can go forward on one run of a model. An iteration with one trial goes over the corrections
 * twice: for the step, and for what comes of the answer.
 * @param start within the box; it is never written to, unless it is one of the space's points that are not reserved
 * @param space the points lie in it: those that shall outlive the next answer are to be reserved
 * @param centre where distances are counted from
 */
export function* descend<V extends Values>(
  space: Workspace<V>,
  start: V,
  centre: V,
  settings: DescentSettings,
): Generator<Trial<V>, Minimum<V>, Answered> {
  const { kernels, sides } = space
  const hessian = new CompactHessian(space)
  // Exchanged at every step, not copied.
  let x = start
  let gradient = hessian.takeGradient()
  const free = (): V => space.points.find((point) => point !== x && !space.reserved.includes(point))!
  let evaluations = 1
  let isLast = true
  let distance: number | undefined
  const first = yield { point: x, distance }
  let { value } = first
  let path = pathOf(
    kernels.run('begin', [first.slopes, x, centre, gradient, ...sides.arrays], [first.share, first.pull]),
  )
  const ended = (reason: Minimum<V>['reason'], iterations: number): Minimum<V> => ({
    ...{ point: x, value, distance, iterations, evaluations, isLast, reason },
  })
  for (let iteration = 0; iteration < settings.iterations;) {
    if (path.reach <= settings.gradientTolerance) return ended('gradient', iteration)
    let trial = free()
    const way = direction({ x, gradient, centre }, path, hessian, trial, space)
    const { slope, square } = way
    // The model promises too little: what follows would be told apart from rounding by nothing.
    if (iteration > 0 && -slope <= settings.valueTolerance * Math.max(Math.abs(value), 1)) {
      return ended('value', iteration)
    }
    let [found, trialValue, trialDistance, tried, length] = [false, value, way.distance, 0, 1]
    let answer: Answer | undefined
    if (slope < 0) {
      const search = lineSearch(
        { value, slope },
        {
          first: iteration === 0 ? Math.min(1, settings.firstStep / Math.sqrt(square)) : 1,
          // Beyond the target the box may end.
          greatest: () =>
            iteration === 0
              ? 1
              : greatestStep(kernels.run('filled', [x, hessian.newestStep, ...sides.arrays])[0]!),
          trials: lineTrials,
        },
      )
      let next = search.next()
      while (!next.done) {
        length = next.value
        // At first the trial is where the whole step leads.
        if (tried++ > 0 || length !== 1) {
          trial = free()
          const arrays = [x, hessian.newestStep, centre, trial, ...sides.arrays]
          trialDistance = kernels.run('go', arrays, [length])[0]!
        }
        evaluations++
        isLast = false
        const answered = yield { point: trial, distance: trialDistance }
        trialValue = answered.value
        answer = answerOf(answered, { x: trial, gradient, centre }, hessian, space)
        next = search.next({ value: trialValue, slope: slope + answer.curvature })
      }
      found = next.value
    }
    if (!found) {
      // The memory may be what misleads: once more along the gradient itself.
      if (hessian.pairs.length === 0) return ended('stuck', iteration)
      hessian.reset()
      continue
    }
    iteration++
    const { curvature, changed, changeAlongGradient, along } = answer!
    const taken = { length, slope, square, curvature, changed, changeAlongGradient }
    gradient = hessian.update({ ...taken, stepAlong: way.along, changeAlong: along }, gradient)
    path = answer!.path
    const fall = value - trialValue
    const scale = Math.max(Math.abs(value), Math.abs(trialValue), 1)
    x = trial
    value = trialValue
    distance = trialDistance
    isLast = true
    if (fall <= settings.valueTolerance * scale) return ended('value', iteration)
  }
  return ended('iterations', settings.iterations)
}

/** The way to search along. @param target where it leads; the way is the newest step */
function direction(place: Place, path: Path, hessian: CompactHessian, target: Values, space: Workspace): Way {
  const cauchy = cauchyPoint(place, path, hessian, space)
  const u = subspaceMinimum(cauchy, hessian, place.x.length, space.scratch)
  const step = u
    ? { t: cauchy.t, a: 1 / hessian.theta, shares: hessian.shares(u) }
    : { t: cauchy.t, a: cauchy.t, shares: undefined }
  const way = goStep(place, hessian, step, target, space)
  // Brought back into the box the step may lead upwards: then it is shortened instead.
  return u && !(way.slope < 0) ? goShortened(place, hessian, step, target, space) : way
}

interface Answer {
  /** y along the newest step, its square, and along the new gradient and the pairs that are kept. */
  readonly curvature: number
  readonly changed: number
  readonly changeAlongGradient: number
  readonly along: ReturnType<typeof alongOf>
  readonly path: Path
}

/** What comes of an answer. @param place with the gradient before; that after is the newest */
function answerOf(
  { slopes, share, pull, verify }: Answered,
  { x, gradient, centre }: Place,
  hessian: CompactHessian,
  space: Workspace,
): Answer {
  const { kept, newestStep, newestGradient } = hessian
  const inPass = kept.length <= pairsAtOnce ? kept : []
  const arrays = [
    slopes,
    x,
    centre,
    newestStep,
    gradient,
    newestGradient,
    ...space.sides.arrays,
    ...arraysOf(inPass),
  ]
  const sums = space.kernels.run(`answer${inPass.length}` as LbfgsKernel, arrays, [share, pull])
  const [curvature, changed, changeAlongGradient] = sums.slice(3) as [number, number, number]
  if (!Number.isFinite(changed)) verify?.()
  let alongPairs = sums.slice(6)
  if (inPass !== kept) {
    const old = sumsAlong(gradient, kept, space)
    alongPairs = sumsAlong(newestGradient, kept, space).map((value, k) => value - old[k]!)
  }
  const along = alongOf(alongPairs, changeAlongGradient - changed)
  return { curvature, changed, changeAlongGradient, along, path: pathOf(sums) }
}

function pathOf(sums: readonly number[]): Path {
  const [moves, square, reach] = sums as [number, number, number]
  return { moves, square, reach }
}

/** How many times the step fits into the box, at least once. @param filled the greatest share of the room that it takes */
const greatestStep = (filled: number): number => Math.max(Math.min(1e10, 1 / filled), 1)
