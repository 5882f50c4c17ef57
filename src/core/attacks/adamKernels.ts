import type { Code } from '#core/simd/encode'
import { change, read, type Kernel } from '#core/simd/kernel'
import { programOf, type Kernels } from '#core/simd/Kernels'
import type { Lanes } from '#core/simd/Lanes'

export const [beta1, beta2, adamEpsilon] = [0.9, 0.999, 1e-8]
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
  const slopes = l.keep(slope)
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

/** One step of x down these slopes (as floats, which is what slopes are), cut to [0, 1]. */
function inBox(l: Lanes, slopes: Code, rate: Code): Code {
  const { code, up, down } = adam(l, l.rounded(slopes), rate)
  const next = l.sub(l.load(0), l.div(up, down))
  return [...code, ...l.store(0, l.min(l.max(next, l.constant(0)), l.constant(1)))]
}

/**
 * In double precision: constants may grow so far that squares of slopes exceed what a float holds, and these attacks are so
 * sensitive that single precision ends elsewhere.
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
    precision: 'double',
    arrays: [change, change, change, read, read, read],
    scalars: 2,
    reductions: ['sum'],
    body(l, [rate, constant]) {
      const may = l.keep(l.load(5))
      const moved = l.keep(l.mul(may.again, l.sub(l.load(0), l.load(4))))
      const slope = l.mul(may.again, l.rounded(l.mul(constant!, l.load(3))))
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
    precision: 'double',
    arrays: [change, change, change, read, read],
    scalars: 3,
    reductions: ['sum'],
    body(l, [rate, constant, tau]) {
      const [zero, one] = [l.constant(0), l.constant(1)]
      const moved = l.keep(l.sub(l.load(0), l.load(4)))
      const excess = l.keep(l.sub(l.abs(moved.again), tau!))
      const sign = l.where(l.less(zero, moved.again), one, l.sub(zero, one))
      const push = l.where(l.less(zero, excess.again), sign, zero)
      return [
        ...[...moved.first, ...excess.first],
        ...l.reduce(0, 'sum', l.max(excess.again, zero)),
        ...inBox(l, l.add(l.rounded(l.mul(constant!, l.load(3))), push), rate!),
      ]
    },
  },
  /**
   * x = (tanh(w) + 1) / 2, moments of w, clean x, slopes of f in x; the rate and c. One step for |x - clean|^2 + c f; the
   * reduction is |x - clean|^2 before it.
   */
  tanh: {
    precision: 'double',
    arrays: [change, change, change, read, read],
    scalars: 2,
    reductions: ['sum'],
    body(l, [rate, constant]) {
      const x = l.keep(l.load(0))
      const rest = l.keep(l.sub(l.constant(1), x.again))
      const moved = l.keep(l.sub(x.again, l.load(3)))
      const slope = l.rounded(l.add(l.mul(l.constant(2), moved.again), l.mul(constant!, l.load(4))))
      // d x / d w = (1 - tanh^2(w)) / 2 = 2 x (1 - x).
      const along = l.mul(l.mul(l.mul(slope, l.constant(2)), x.again), rest.again)
      const step = adam(l, along, rate!)
      const [up, down] = [l.keep(step.up), l.keep(step.down)]
      // exp(2 step) = (1 + step + step^2 / 3) / (1 - step + step^2 / 3) + O(step^5), Pade; all times down^2, for one division.
      const squares = l.mul(l.mul(up.again, up.again), l.constant(1 / 3))
      const even = l.keep(l.add(l.mul(down.again, down.again), squares))
      const odd = l.keep(l.mul(up.again, down.again))
      const part = l.keep(l.mul(x.again, l.sub(even.again, odd.again)))
      const whole = l.add(part.again, l.mul(rest.again, l.add(even.again, odd.again)))
      const next = l.div(l.mul(l.constant(1 - 2 * edge), part.again), whole)
      return [
        ...[...x.first, ...rest.first, ...moved.first],
        ...l.reduce(0, 'sum', l.mul(moved.again, moved.again)),
        ...[...step.code, ...up.first, ...down.first, ...even.first, ...odd.first, ...part.first],
        ...l.store(0, l.add(l.constant(edge), next)),
      ]
    },
  },
} satisfies Record<string, Kernel>

export type AdamKernels = Kernels<keyof typeof kernels>

export const adamProgram = programOf<keyof typeof kernels>(kernels)
