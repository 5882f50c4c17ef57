import { read, readDoubles, write, writeDoubles, type Kernel } from '#core/simd/kernel'
import { programOf, type Kernels } from '#core/simd/Kernels'
import { squaredDistance } from '../squaredDistance'
import { boxKernels } from './boxKernels'
import { pairKernels } from './pairKernels'

/** Variables are doubles, corrections, images and the gradients of models floats. */
const kernels = {
  ...boxKernels,
  ...pairKernels,
  dot: {
    precision: 'double',
    arrays: [readDoubles, readDoubles],
    scalars: 0,
    reductions: ['sum'],
    body: (l) => l.reduce(0, 'sum', l.mul(l.load(0), l.load(1))),
  },
  /** out = a - b; out . g and out . out. */
  towards: {
    precision: 'double',
    arrays: [readDoubles, readDoubles, writeDoubles, readDoubles],
    scalars: 0,
    reductions: ['sum', 'sum'],
    body(l) {
      const apart = l.keep(l.sub(l.load(0), l.load(1)))
      return [
        ...apart.first,
        ...l.store(2, apart.again),
        ...l.reduce(0, 'sum', l.mul(apart.again, l.load(3))),
        ...l.reduce(1, 'sum', l.mul(apart.again, apart.again)),
      ]
    },
  },
  /** A point as floats, and |point - clean|^2. */
  ask: {
    precision: 'double',
    arrays: [readDoubles, read, write],
    scalars: 0,
    reductions: ['sum'],
    body(l) {
      const point = l.keep(l.load(0))
      const moved = l.keep(l.sub(point.again, l.load(1)))
      return [
        ...[...point.first, ...moved.first],
        ...[...l.store(2, point.again), ...l.reduce(0, 'sum', l.mul(moved.again, moved.again))],
      ]
    },
  },
  /** Of rounded images: |a - b|^2. */
  apart: squaredDistance,
  /** out = gradient + factor (point - clean): of c |r| + loss. */
  penalised: {
    precision: 'double',
    arrays: [read, readDoubles, read, writeDoubles],
    scalars: 1,
    reductions: [],
    body: (l, [factor]) => l.store(3, l.add(l.load(0), l.mul(factor!, l.sub(l.load(1), l.load(2))))),
  },
} satisfies Record<string, Kernel>

export type LbfgsKernels = Kernels<keyof typeof kernels>

export const lbfgsProgram = programOf<keyof typeof kernels>(kernels)
