import type { TrainingPorts } from '#core/training/TrainingRun'
import { openStepSession } from './stepRunner'
import { StepWorkers } from './StepWorkers'

/** Steps on one thread run here; on several, in as many workers. */
export function openSteps(threads: number): TrainingPorts['openSteps'] {
  return (step, weighting) =>
    threads > 1 ? StepWorkers.open(step, weighting, threads) : openStepSession(step)
}
