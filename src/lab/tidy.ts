import type { Output } from '#contract/commands'
import { keptDays } from '#contract/keeping'
import type { LabPorts } from './ports/LabPorts'

/** Empties what is old out of the trash and the uploads. */
export function tidy({ machine, tidy: remove }: LabPorts): Promise<Output<'tidy'>> {
  return remove(new Date(Date.parse(machine.now()) - keptDays * 86_400_000).toISOString())
}
