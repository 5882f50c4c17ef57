import type { AttackDescription, ParamDescription, TransformDescription } from '#contract/attacks'
import type { Attack } from '#core/attacks/Attack'
import { attackIds, attacks, epsilonAttackIds } from '#core/attacks/index'
import type { ParamSpec } from '#core/params'
import type { Transform } from '#core/transforms/Transform'
import { transforms } from '#core/transforms/index'

/** Every attack as a form needs to know it. */
export function describeAttacks(): AttackDescription[] {
  return attackIds.map((id) => {
    const { title, paper, norm, access, targets, params }: Attack = attacks[id]
    const described = Object.entries(params).map(([name, spec]) => [name, describeParam(spec)] as const)
    const experiment = (epsilonAttackIds as readonly string[]).includes(id)
    return { id, title, paper, norm, access, targets, params: Object.fromEntries(described), experiment }
  })
}

function describeParam(spec: ParamSpec): ParamDescription {
  return spec.kind === 'choice' ? { ...spec, choices: [...spec.choices] } : { ...spec }
}

/** Every print and camera effect as a form needs to know it. */
export function describeTransforms(): TransformDescription[] {
  return Object.entries<Transform>(transforms).map(
    ([id, { title, axis, help, min, max, strengths }]): TransformDescription => ({
      id,
      title,
      axis,
      help,
      min,
      max,
      strengths: [...strengths],
    }),
  )
}
