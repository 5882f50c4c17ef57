import type { ParamSpec } from '#core/params'
import { norms } from '#core/tensor/norms'
import type { Attack } from './Attack'
import { descentCalls, descentParams, paper, projectedGradient } from './projectedGradient'

/** Not called epsilon: a length over all pixels is not to stand in a table beside the greatest change of one. */
const radius = {
  kind: 'number',
  title: 'Radius',
  help: 'Greatest L2 length of the whole change.',
  default: 128,
  min: 0,
  max: 1_000_000,
  unit: '/255',
} as const satisfies ParamSpec

const params = { radius, ...descentParams }

/** Projected gradient descent in an L2 ball. The default radius is the usual 0.5 of the pixel range. */
export const pgdL2: Attack<typeof params> = {
  id: 'pgdL2',
  title: 'Projected gradient, L2',
  paper,
  norm: 'l2',
  access: 'gradient',
  targets: 'optional',
  params,
  calls: descentCalls,
  bound: ({ radius }) => ({ norm: norms.l2, radius }),
  run: (task) => projectedGradient(task, { norm: norms.l2, radius: task.params.radius }),
}
