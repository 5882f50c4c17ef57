import { change, changeDoubles, read, type Kernel } from '#core/simd/kernel'
import { programOf, type Kernels } from '#core/simd/Kernels'

/** In double precision, and stored as floats, which is what JavaScript does. */
const kernels = {
  /** The greatest of all absolute values. */
  greatest: {
    precision: 'double',
    arrays: [read],
    scalars: 0,
    reductions: ['greatest'],
    body: (l) => l.reduce(0, 'greatest', l.abs(l.load(0))),
  },
  scale: {
    precision: 'double',
    arrays: [change],
    scalars: 1,
    reductions: [],
    body: (l, [factor]) => l.store(0, l.mul(l.load(0), factor!)),
  },
  /** x += the float next to factor y. */
  add: {
    precision: 'double',
    arrays: [change, read],
    scalars: 1,
    reductions: [],
    body: (l, [factor]) => l.store(0, l.add(l.load(0), l.rounded(l.mul(l.load(1), factor!)))),
  },
  /** velocity = decay velocity + scale gradient. */
  accumulate: {
    precision: 'double',
    arrays: [change, read],
    scalars: 2,
    reductions: [],
    body: (l, [decay, scale]) => l.store(0, l.add(l.mul(decay!, l.load(0)), l.mul(scale!, l.load(1)))),
  },
  /**
   * x, slopes and both moments; the decay of the moments, what of them counts now (1 / (1 - decay^t)), the rate and epsilon.
   * Kingma and Ba 2015, algorithm 1, uphill.
   */
  adam: {
    precision: 'double',
    arrays: [change, read, changeDoubles, changeDoubles],
    scalars: 6,
    reductions: [],
    body(l, [beta1, beta2, meanScale, squareScale, rate, epsilon]) {
      const slope = l.keep(l.load(1))
      const one = l.constant(1)
      const [left1, left2] = [l.sub(one, beta1!), l.sub(one, beta2!)]
      const mean = l.keep(l.add(l.mul(beta1!, l.load(2)), l.mul(left1, slope.again)))
      const square = l.keep(l.add(l.mul(beta2!, l.load(3)), l.mul(l.mul(left2, slope.again), slope.again)))
      const up = l.mul(l.mul(rate!, mean.again), meanScale!)
      const down = l.add(l.sqrt(l.mul(square.again, squareScale!)), epsilon!)
      return [
        ...[...slope.first, ...mean.first, ...square.first],
        ...[...l.store(2, mean.again), ...l.store(3, square.again)],
        ...l.store(0, l.add(l.load(0), l.div(up, down))),
      ]
    },
  },
} satisfies Record<string, Kernel>

export type DescentKernels = Kernels<keyof typeof kernels>

export const descentProgram = programOf<keyof typeof kernels>(kernels)
