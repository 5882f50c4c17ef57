import type { ParamSpec } from '#core/params'
import type { Attack } from './Attack'
import { confidence, constant, learningRate, paper } from './carliniWagner'
import { LeastDistortion } from './LeastDistortion'

const params = {
  confidence,
  iterations: {
    kind: 'integer',
    title: 'Iterations',
    help: 'Most steps of the optimiser for each constant.',
    default: 1000,
    min: 1,
    max: 1_000_000,
  },
  searches: {
    kind: 'integer',
    title: 'Searches',
    help: 'Constants tried for each image, by bisection.',
    default: 9,
    min: 1,
    max: 100,
  },
  constant,
  learningRate,
  abortEarly: {
    kind: 'boolean',
    title: 'Abort early',
    help: 'End a search when ten checks on its way show no progress.',
    default: true,
  },
} as const satisfies Record<string, ParamSpec>

/**
 * min |x' - x|_2^2 + c f(x'), x' = (tanh(w) + 1) / 2, f the margin of the logits down to -kappa, by Adam on w, with a binary
 * search over c for each image: Carlini and Wagner 2017, section VI-A. The least distorted image whose rounded form is
 * adversarial by kappa is returned, and the clean one where there is none.
 */
export const carliniWagnerL2: Attack<typeof params> = {
  id: 'carliniWagnerL2',
  title: 'Carlini-Wagner, L2',
  paper,
  norm: 'l2',
  access: 'gradient',
  targets: 'optional',
  params,
  async *run(task) {
    const { searches, iterations } = task.params
    const search = new LeastDistortion(task)
    for (let n = 0; n < searches; n++) {
      search.begin(n === searches - 1)
      for (let i = 0; i < iterations && search.goesOn; i++) {
        await search.step(i)
        yield { step: n * iterations + i + 1, steps: searches * iterations }
      }
      search.bisect()
    }
    return search.best
  },
}
