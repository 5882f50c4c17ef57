import type { Experiment } from '#contract/experiment'
import { plural } from '#core/report/format'

/** What of an experiment is out of date once its adversarial images are made anew, in words. */
export function lostWith({ steps: { printed, captured, scored, reported } }: Experiment): string[] {
  const lost: string[] = []
  if (printed.done > 0) lost.push('the sheets')
  if (captured.done > 0) lost.push(`${plural(captured.done, 'captured sheet')}, with the crops`)
  if (scored.done > 0) lost.push('the scores')
  if (reported.done > 0) lost.push('the report')
  return lost
}
