import { argmin, rowOf } from '#core/metrics/classification'
import { norms } from '#core/tensor/norms'
import type { Attack } from './Attack'
import { alpha, epsilon, paper, steps, stepsFor } from './kurakin'

const params = { epsilon, alpha, steps }

/**
 * X_{N+1} = Clip_{X,eps}(X_N - alpha sign(grad_X J(X_N, y_LL))), y_LL the class that the network finds least likely
 * for the clean image: Kurakin 2016, section 2.3. True labels are not used.
 */
export const leastLikely: Attack<typeof params> = {
  id: 'leastLikely',
  title: 'Iterative least-likely class',
  paper,
  norm: 'linf',
  access: 'gradient',
  targets: 'none',
  params,
  calls: ({ epsilon, steps }) => stepsFor(epsilon, steps),
  bound: ({ epsilon }) => ({ norm: norms.linf, radius: epsilon }),
  chooseTargets: (clean) => Array.from({ length: clean.count }, (_, i) => argmin(rowOf(clean, i))),
  async *run({ oracle, params, targets, move, start }) {
    const adversarial = start()
    const steps = stepsFor(params.epsilon, params.steps)
    for (let step = 1; step <= steps; step++) {
      const { gradient } = await oracle.gradient(adversarial, { kind: 'cross-entropy', labels: targets })
      move(adversarial, gradient, -params.alpha)
      yield { step, steps }
    }
    return adversarial
  },
}
