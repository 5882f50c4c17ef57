import type { CurveRow } from '#core/training/curve'
import type { TrainingState } from '#core/training/TrainingRun'
import type { Checkpoint } from './checkpoint'

/** Time that a run took so far, in seconds. */
export interface Spent {
  readonly seconds: number
  /** Of all threads together. */
  readonly cpuSeconds: number
}

/** What a checkpoint notes beside the arrays. @param run what the run is, to tell it from others */
export function notesOf(
  { stage, step, rows, partial }: TrainingState,
  spent: Spent,
  run: string,
): Map<string, string> {
  return new Map([
    ['run', run],
    ['at', JSON.stringify({ stage, step, partial })],
    ['rows', JSON.stringify(rows)],
    ['spent', JSON.stringify(spent)],
  ])
}

/** The run as {@link notesOf} and the arrays keep it. */
export function stateOf({ parameters, averages, optimiser, notes }: Checkpoint): {
  readonly state: TrainingState
  readonly spent: Spent
} {
  const at = JSON.parse(notes.get('at')!) as Pick<TrainingState, 'stage' | 'step' | 'partial'>
  const rows = JSON.parse(notes.get('rows')!) as CurveRow[]
  return {
    state: { ...at, parameters, averages, optimiser, rows },
    spent: JSON.parse(notes.get('spent')!) as Spent,
  }
}
