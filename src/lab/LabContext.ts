import type { StepContext } from './StepContext'
import type { OpenModels } from './playground/OpenModels'
import type { BackEnds } from './models/BackEnds'

/** What a command is given beside its input: as a step, and what the lab keeps from one command to the next. */
export interface LabContext extends StepContext {
  /** Models that stay open for the playground. */
  readonly models: OpenModels
  readonly backEnds: BackEnds
}
