import type { Experiment, Setting } from '#contract/experiment'
import { plural } from '#core/report/format'

/** What is to be changed of an experiment; absent parts stay. */
export interface Change {
  /** Settings that the experiment has and would lose, and how many it would gain. */
  readonly lost: readonly Setting[]
  readonly gained: number
  /** Whether the pages come out otherwise. */
  readonly layout: boolean
  readonly capture: boolean
}

/** What a change would undo of what is there, in words; nothing where it costs nothing. */
export function undoneBy({ steps }: Experiment, change: Change, made: ReadonlySet<string>): string[] {
  const undone: string[] = []
  const lostImages = change.lost.filter(({ id }) => made.has(id)).length
  if (lostImages > 0) undone.push(`the adversarial images of ${plural(lostImages, 'setting')}`)
  const settings = change.lost.length > 0 || change.gained > 0
  const sheets = settings || change.layout
  if (sheets && steps.printed.done > 0) undone.push('the sheets, also those that are on paper')
  if (sheets || change.capture) {
    if (steps.captured.done > 0)
      undone.push(`${plural(steps.captured.done, 'captured sheet')} with photos and crops`)
    if (steps.scored.done > 0) undone.push('the scores')
    if (steps.reported.done > 0) undone.push('the report')
  }
  return undone
}
