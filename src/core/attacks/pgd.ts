import { norms } from '#core/tensor/norms'
import type { Attack } from './Attack'
import { epsilon } from './kurakin'
import { descentCalls, descentParams, paper, projectedGradient } from './projectedGradient'

const params = { epsilon, ...descentParams }

/** Projected gradient descent in an L-infinity ball. Without a random start it is the basic iterative method. */
export const pgd: Attack<typeof params> = {
  id: 'pgd',
  title: 'Projected gradient',
  paper,
  norm: 'linf',
  access: 'gradient',
  targets: 'optional',
  params,
  calls: descentCalls,
  bound: ({ epsilon }) => ({ norm: norms.linf, radius: epsilon }),
  run: (task) => projectedGradient(task, { norm: norms.linf, radius: task.params.epsilon }),
}
