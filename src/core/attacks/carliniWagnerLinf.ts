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
    const search = new ShrinkingSearch(task, (clean) => new Threshold(clean))
    while (search.goesOn) {
      await search.step()
      yield { step: search.progress, steps: 1 }
    }
    return search.best
  },
}

/** tau for one image, in levels. */
class Threshold implements Allowance {
  readonly #clean: Float32Array
  #tau = 255
  /** The greatest change of the best solution, and the greatest tau known to have none. */
  #solved = 255
  #failed = 0

  constructor(clean: Float32Array) {
    this.#clean = clean
  }

  get progress(): number {
    return 1 - Math.log2(Math.max(1, this.#solved - this.#failed)) / 8
  }

  descend(variable: BoxAdam, row: number, constant: number, margins: Float32Array): number {
    return variable.descendBeyond(row, constant, margins, this.#tau / 255)
  }

  confine(rounded: Float32Array): void {
    const clean = this.#clean
    const tau = this.#tau / 255
    for (let i = 0; i < clean.length; i++) {
      const change = rounded[i]! - clean[i]!
      if (change > tau) rounded[i] = clean[i]! + tau
      else if (change < -tau) rounded[i] = clean[i]! - tau
    }
  }

  tighten(rounded: Float32Array): Promise<{ image: Float32Array; over: boolean }> {
    let greatest = 0
    for (let i = 0; i < rounded.length; i++)
      greatest = Math.max(greatest, Math.abs(rounded[i]! - this.#clean[i]!))
    this.#solved = Math.round(greatest * 255)
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
