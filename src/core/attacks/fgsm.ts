import { norms } from '#core/tensor/norms'
import type { Attack } from './Attack'
import { epsilon, paper } from './kurakin'

const params = { epsilon }

/** X + epsilon sign(grad_X J(X, y_true)): Kurakin 2016, section 2.1; Goodfellow 2015. One gradient. */
export const fgsm: Attack<typeof params> = {
  id: 'fgsm',
  title: 'Fast gradient sign',
  paper,
  norm: 'linf',
  access: 'gradient',
  targets: 'none',
  startsClean: true,
  params,
  calls: () => 1,
  bound: ({ epsilon }) => ({ norm: norms.linf, radius: epsilon }),
  async *run({ oracle, params, images, labels, move, start }) {
    const { gradient } = await oracle.gradient(images, { kind: 'cross-entropy', labels })
    const adversarial = start()
    move(adversarial, gradient, params.epsilon)
    yield { step: 1, steps: 1 }
    return adversarial
  },
}
