import type { Code } from '#core/simd/encode'
import { change, read, type Kernel } from '#core/simd/kernel'
import { programOf, type Kernels } from '#core/simd/Kernels'
import type { Lanes } from '#core/simd/Lanes'

export const [beta1, beta2, adamEpsilon] = [0.9, 0.999, 1e-8]
/**
 * Constants grow to 1e10. Slopes of a loss that are greater than this are taken for it, so that the sum of their squares fits a
 * float; squares that are too small for one lie far below epsilon.
 */
const steepest = 1e18
/** With the tanh variable x stays this far from 0 and 1, where nothing would move it any more. */
const edge = 1e-7

/**
 * Adam's moments of arrays 1 and 2 brought forward (Kingma and Ba 2015, algorithm 1), and the step as a fraction, without the
 * correction of the bias, which is in the rate. No branch anywhere: where slope and moments are zero the step is too.
 */
function adam(
  l: Lanes,
  slope: Code,
  rate: Code,
): { readonly code: Code; readonly up: Code; readonly down: Code } {
  const slopes = l.keep(l.min(l.max(slope, l.constant(-steepest)), l.constant(steepest)))
  const mean = l.keep(l.add(l.mul(l.constant(beta1), l.load(1)), l.mul(l.constant(1 - beta1), slopes.again)))
  const squared = l.mul(l.mul(l.constant(1 - beta2), slopes.again), slopes.again)
  const square = l.keep(l.add(l.mul(l.constant(beta2), l.load(2)), squared))
  const moments = [...mean.first, ...l.store(1, mean.again), ...square.first, ...l.store(2, square.again)]
  return {
    code: [...slopes.first, ...moments],
    up: l.mul(rate, mean.again),
    down: l.add(l.sqrt(square.again), l.constant(adamEpsilon)),
  }
}

/** One step of x down these slopes, cut to [0, 1]. */
function inBox(l: Lanes, slopes: Code, rate: Code): Code {
  const { code, up, down } = adam(l, slopes, rate)
  const next = l.sub(l.load(0), l.div(up, down))
  return [...code, ...l.store(0, l.min(l.max(next, l.constant(0)), l.constant(1)))]
}

/**
 * In single precision, as the attacks were published and as the moments are stored: the last bits of a step decide which of many
 * equally near images a search comes to, but not how near they are.
 */
const kernels = {
  /** x drawn towards the middle of its range: to this share of its distance. */
  drawIn: {
    precision: 'double',
    arrays: [change],
    scalars: 1,
    reductions: [],
    body: (l, [share]) =>
      l.store(0, l.add(l.constant(0.5), l.mul(l.sub(l.load(0), l.constant(0.5)), share!))),
  },
  /**
   * x, moments, slopes of f, clean x, what may change as 1 and 0; the rate and c. One step for |x - clean|^2 + c f over what may
   * change, cut to [0, 1]; the reduction is |x - clean|^2 before it.
   */
  some: {
    precision: 'single',
    arrays: [change, change, change, read, read, read],
    scalars: 2,
    reductions: ['sum'],
    body(l, [rate, constant]) {
      const may = l.keep(l.load(5))
      const moved = l.keep(l.mul(may.again, l.sub(l.load(0), l.load(4))))
      // Not by a product: a constant times a slope may be infinite.
      const slope = l.only(l.less(l.constant(0), may.again), l.mul(constant!, l.load(3)))
      return [
        ...[...may.first, ...moved.first],
        ...l.reduce(0, 'sum', l.mul(moved.again, moved.again)),
        ...inBox(l, l.add(slope, l.mul(l.constant(2), moved.again)), rate!),
      ]
    },
  },
  /**
   * x, moments, slopes of f, clean x; the rate, c and tau. One step for sum max(|x - clean| - tau, 0) + c f, cut to [0, 1]; the
   * reduction is that sum before it.
   */
  beyond: {
    precision: 'single',
    arrays: [change, change, change, read, read],
    scalars: 3,
    reductions: ['sum'],
    body(l, [rate, constant, tau]) {
      const [zero, one] = [l.constant(0), l.constant(1)]
      const moved = l.keep(l.sub(l.load(0), l.load(4)))
      const excess = l.keep(l.sub(l.abs(moved.again), tau!))
      const [above, below] = [l.less(tau!, moved.again), l.less(moved.again, l.sub(zero, tau!))]
      const push = l.sub(l.only(above, one), l.only(below, one))
      return [
        ...[...moved.first, ...excess.first],
        ...l.reduce(0, 'sum', l.max(excess.again, zero)),
        ...inBox(l, l.add(l.mul(constant!, l.load(3)), push), rate!),
      ]
    },
  },
  /**
   * x = (tanh(w) + 1) / 2, moments of w, clean x, slopes of f in x; the rate and c. One step for |x - clean|^2 + c f; the
   * reduction is |x - clean|^2 before it.
   */
  tanh: {
    precision: 'single',
    arrays: [change, change, change, read, read],
    scalars: 2,
    reductions: ['sum'],
    body(l, [rate, constant]) {
      const x = l.keep(l.load(0))
      const rest = l.keep(l.sub(l.constant(1), x.again))
      const moved = l.keep(l.sub(x.again, l.load(3)))
      const slope = l.add(l.mul(l.constant(2), moved.again), l.mul(constant!, l.load(4)))
      // d x / d w = (1 - tanh^2(w)) / 2 = 2 x (1 - x).
      const along = l.keep(l.mul(l.mul(l.constant(2), x.again), rest.again))
      const step = adam(l, l.mul(slope, along.again), rate!)
      const [up, down] = [l.keep(step.up), l.keep(step.down)]
      // x goes to x / (x + (1 - x) r), r = exp(2 step) = (1 + step + step^2 / 3) / (1 - step + step^2 / 3) + O(step^5), Pade. That
      // is less than x by 2 x (1 - x) step / (1 + step^2 / 3 + step (1 - 2 x)); all times down^2, for one division.
      const squares = l.mul(l.mul(up.again, up.again), l.constant(1 / 3))
      const even = l.add(l.mul(down.again, down.again), squares)
      const odd = l.keep(l.mul(up.again, down.again))
      const whole = l.add(even, l.mul(odd.again, l.sub(rest.again, x.again)))
      const next = l.sub(x.again, l.div(l.mul(along.again, odd.again), whole))
      return [
        ...[...x.first, ...rest.first, ...moved.first],
        ...l.reduce(0, 'sum', l.mul(moved.again, moved.again)),
        ...[...along.first, ...step.code, ...up.first, ...down.first, ...odd.first],
        ...l.store(0, l.min(l.max(next, l.constant(edge)), l.constant(1 - edge))),
      ]
    },
  },
} satisfies Record<string, Kernel>

export type AdamKernels = Kernels<keyof typeof kernels>

export const adamProgram = programOf<keyof typeof kernels>(kernels)
