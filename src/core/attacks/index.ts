import type { Attack } from './Attack'
import { HalftoneError } from '#core/errors'
import { bim } from './bim'
import { fgsm } from './fgsm'
import { leastLikely } from './leastLikely'
import { uniformNoise } from './uniformNoise'

/** Every attack by its id. A new attack is a file and a line here. */
export const attacks = { fgsm, bim, leastLikely, uniformNoise } satisfies Record<string, Attack>

export type AttackId = keyof typeof attacks

export const attackIds = Object.keys(attacks) as AttackId[]

/** @throws HalftoneError `not-found` naming the attacks there are */
export function attackOf(id: string): Attack {
  if (Object.hasOwn(attacks, id)) return attacks[id as AttackId]
  throw new HalftoneError('not-found', `There is no attack "${id}". There are: ${attackIds.join(', ')}.`)
}
