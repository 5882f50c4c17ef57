import { norms } from '#core/tensor/norms'
import type { Attack } from './Attack'
import { alpha, epsilon, paper, steps, stepsFor } from './kurakin'

const params = { epsilon, alpha, steps }

/** X_{N+1} = Clip_{X,eps}(X_N + alpha sign(grad_X J(X_N, y_true))): Kurakin 2016, section 2.2. */
export const bim: Attack<typeof params> = {
  id: 'bim',
  title: 'Basic iterative',
  paper,
  norm: 'linf',
  access: 'gradient',
  targets: 'none',
  startsClean: true,
  params,
  calls: ({ epsilon, steps }) => stepsFor(epsilon, steps),
  bound: ({ epsilon }) => ({ norm: norms.linf, radius: epsilon }),
  async *run({ oracle, params, labels, move, start }) {
    const adversarial = start()
    const steps = stepsFor(params.epsilon, params.steps)
    for (let step = 1; step <= steps; step++) {
      const { gradient } = await oracle.gradient(adversarial, { kind: 'cross-entropy', labels })
      move(adversarial, gradient, params.alpha)
      yield { step, steps }
    }
    return adversarial
  },
}
