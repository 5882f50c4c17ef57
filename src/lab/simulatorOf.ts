import type { CaptureSource } from '#contract/experiment'
import { HalftoneError } from '#core/errors'
import { levels, resolutions, type Resolution, type StrengthLevel } from '#core/simulator/levels'

/** The simulator's own settings, known to be ones it has. */
export interface Simulator {
  readonly level: StrengthLevel
  readonly resolution: Resolution
  readonly seed: string
}

/** @throws HalftoneError `invalid-argument` naming what the simulator has */
export function simulatorOf({
  level,
  resolution,
  seed,
}: Omit<Extract<CaptureSource, { kind: 'simulator' }>, 'kind'>): Simulator {
  return {
    level: oneOf('level', level, levels),
    resolution: oneOf('resolution', resolution, resolutions),
    seed,
  }
}

function oneOf<T extends string>(what: string, name: string, known: Readonly<Record<T, unknown>>): T {
  if (Object.hasOwn(known, name)) return name as T
  const names = Object.keys(known)
  throw new HalftoneError(
    'invalid-argument',
    `The simulator has no ${what} "${name}". It has: ${names.join(', ')}.`,
  )
}
