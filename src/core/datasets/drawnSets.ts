import { colours } from './colours'
import { digits } from './digits'
import type { DrawnSet } from './DrawnSet'
import { signs } from './signs'

/** Everything that Halftone draws itself, by the name that experiments and commands give it. */
export const drawnSets = { signs, digits, colours } as const satisfies Record<string, DrawnSet>

export type DrawnSetName = keyof typeof drawnSets

export function isDrawnSet(name: string): name is DrawnSetName {
  return Object.hasOwn(drawnSets, name)
}
