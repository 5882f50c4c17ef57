import type { Attack } from './Attack'
import { HalftoneError } from '#core/errors'
import { bim } from './bim'
import { carliniWagnerL0 } from './carliniWagnerL0'
import { carliniWagnerL2 } from './carliniWagnerL2'
import { carliniWagnerLinf } from './carliniWagnerLinf'
import { fgsm } from './fgsm'
import { gaussianNoise } from './gaussianNoise'
import { jsma } from './jsma'
import { leastLikely } from './leastLikely'
import { onePixel } from './onePixel'
import { pgd } from './pgd'
import { pgdL2 } from './pgdL2'
import { szegedy } from './szegedy'
import { uniformNoise } from './uniformNoise'

/** Every attack by its id. A new attack is a file and a line here. */
export const attacks = {
  fgsm,
  bim,
  leastLikely,
  pgd,
  pgdL2,
  onePixel,
  carliniWagnerL2,
  carliniWagnerL0,
  carliniWagnerLinf,
  szegedy,
  jsma,
  uniformNoise,
  gaussianNoise,
} satisfies Record<string, Attack>

export type AttackId = keyof typeof attacks

export const attackIds = Object.keys(attacks) as AttackId[]

/**
 * The attacks that an experiment can compare at equal strength: those bounded by an `epsilon`, the greatest change of a
 * pixel value, that need no targets from the caller.
 */
export const epsilonAttackIds = attackIds.filter((id) => {
  const attack: Attack = attacks[id]
  return Object.hasOwn(attack.params, 'epsilon') && attack.targets !== 'required'
})

/** @throws HalftoneError `not-found` naming the attacks there are */
export function attackOf(id: string): Attack {
  if (Object.hasOwn(attacks, id)) return attacks[id as AttackId]
  throw new HalftoneError('not-found', `There is no attack "${id}". There are: ${attackIds.join(', ')}.`)
}
