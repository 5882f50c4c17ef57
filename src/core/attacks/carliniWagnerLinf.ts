import { change, read, type Kernel } from '#core/simd/kernel'
import { programOf, type Kernels } from '#core/simd/Kernels'
import type { Attack } from './Attack'
import type { BoxAdam } from './BoxAdam'
import { paper, shrinkingParams } from './carliniWagner'
import { ShrinkingSearch, type Allowance } from './ShrinkingSearch'

const params = {
  ...shrinkingParams,
  learningRate: { ...shrinkingParams.learningRate, default: 0.005 },
} as const

/** The reference shrinks tau by this factor after each solution. */
const factor = 0.9

/**
 * min c f(x') + sum_i max(|x'_i - x_i| - tau, 0), with tau lowered after each solution: Carlini and Wagner 2017, section
 * VI-C. Solutions are 8-bit images whose greatest change is known in whole levels, so tau is one too; where a tau is too
 * small for a solution, those between it and the last that had one are tried by halving.
 */
export const carliniWagnerLinf: Attack<typeof params> = {
  id: 'carliniWagnerLinf',
  title: 'Carlini-Wagner, L-infinity',
  paper,
  norm: 'linf',
  access: 'gradient',
  targets: 'optional',
  params,
  async *run(task) {
    const kernels = task.workroom.kernels(program())
    const search = new ShrinkingSearch(task, (clean) => new Threshold(clean, kernels))
    while (search.goesOn) {
      await search.step()
      yield { step: search.progress, steps: 1 }
    }
    return search.best
  },
}

/** In double precision, and stored as floats, which is what JavaScript does. */
const kernels = {
  /** Values brought within tau of clean ones. */
  confine: {
    precision: 'double',
    arrays: [change, read],
    scalars: 1,
    reductions: [],
    body(l, [tau]) {
      const clean = l.keep(l.load(1))
      const above = l.max(l.load(0), l.sub(clean.again, tau!))
      return [...clean.first, ...l.store(0, l.min(above, l.add(clean.again, tau!)))]
    },
  },
  /** The greatest of all changes. */
  greatest: {
    precision: 'double',
    arrays: [read, read],
    scalars: 0,
    reductions: ['greatest'],
    body: (l) => l.reduce(0, 'greatest', l.abs(l.sub(l.load(0), l.load(1)))),
  },
} satisfies Record<string, Kernel>

type ThresholdKernels = Kernels<keyof typeof kernels>

const program = programOf<keyof typeof kernels>(kernels)

/** tau for one image, in levels. */
class Threshold implements Allowance {
  readonly #clean: Float32Array
  readonly #kernels: ThresholdKernels
  #tau = 255
  /** The greatest change of the best solution, and the greatest tau known to have none. */
  #solved = 255
  #failed = 0

  constructor(clean: Float32Array, kernels: ThresholdKernels) {
    this.#clean = clean
    this.#kernels = kernels
  }

  get progress(): number {
    return 1 - Math.log2(Math.max(1, this.#solved - this.#failed)) / 8
  }

  descend(variable: BoxAdam, row: number, constant: number, margins: Float32Array): number {
    return variable.descendBeyond(row, constant, margins, this.#tau / 255)
  }

  confine(rounded: Float32Array): void {
    // Nothing in [0, 1] is further apart.
    if (this.#tau < 255) this.#kernels.run('confine', [rounded, this.#clean], [this.#tau / 255])
  }

  tighten(rounded: Float32Array): Promise<{ image: Float32Array; over: boolean }> {
    const [greatest] = this.#kernels.run('greatest', [rounded, this.#clean])
    this.#solved = Math.round(greatest! * 255)
    return Promise.resolve({ image: rounded, over: !this.#next(Math.floor(factor * this.#solved)) })
  }

  loosen(): boolean {
    this.#failed = this.#tau
    return this.#next(Math.ceil((this.#failed + this.#solved) / 2))
  }

  #next(tau: number): boolean {
    this.#tau = Math.max(tau, this.#failed + 1)
    return this.#tau < this.#solved
  }
}
