import type { Random } from '#core/tensor/Random'
import type { Contour } from '../vector/outline'
import type { GroundKind } from './grounds'
import type { Surface } from './texture'

/** One painted part of a thing: contours that reach about 1 from its centre, y down. */
export interface Part {
  readonly contours: readonly Contour[]
  readonly surface: Surface
}

/** One class of the colour set. */
export interface Thing {
  readonly id: string
  readonly name: string
  /** Where it is mostly met. A third of the pictures put it anywhere. */
  readonly grounds: readonly GroundKind[]
  /** Greatest turn out of the upright, in radians. */
  readonly turn: number
  /** Parts from back to front. */
  readonly draw: (random: Random) => readonly Part[]
}
