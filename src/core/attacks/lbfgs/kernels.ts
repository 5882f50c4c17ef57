import { read, type Kernel } from '#core/simd/kernel'
import { programOf, type Kernels, type Program } from '#core/simd/Kernels'
import { answerKernels } from './answerKernels'
import { boxKernels } from './boxKernels'
import { general, unit, type Numbers } from './Numbers'
import { stepKernels } from './stepKernels'

const kernelsOf = (numbers: Numbers) =>
  ({
    ...boxKernels(numbers),
    ...stepKernels(numbers),
    ...answerKernels(numbers),
    /** The square of a gradient, and of what the box [0, 1] leaves free of the way down. Arrays: the gradient, the point. */
    steepness: {
      precision: 'double',
      arrays: [read, read],
      scalars: 0,
      reductions: ['sum', 'sum'],
      body(l) {
        const [zero, one] = [l.constant(0), l.constant(1)]
        const [g, x] = [l.keep(l.load(0)), l.keep(l.load(1))]
        const room = l.where(l.less(zero, g.again), x.again, l.sub(one, x.again))
        const free = l.keep(l.where(l.less(zero, room), g.again, zero))
        return [
          ...[...g.first, ...x.first, ...free.first],
          ...l.reduce(0, 'sum', l.mul(g.again, g.again)),
          ...l.reduce(1, 'sum', l.mul(free.again, free.again)),
        ]
      },
    },
  }) satisfies Record<string, Kernel>

export type LbfgsKernel = keyof ReturnType<typeof kernelsOf>
export type LbfgsKernels = Kernels<LbfgsKernel>
export type LbfgsProgram = () => Program<LbfgsKernel>

/** For any box, in double precision. */
export const generalProgram: LbfgsProgram = programOf<LbfgsKernel>(kernelsOf(general))
/** For variables between 0 and 1, in single precision. */
export const unitProgram: LbfgsProgram = programOf<LbfgsKernel>(kernelsOf(unit))
