import type { AbortEvents } from './ports/Engine'
import type { LabPorts } from './ports/LabPorts'

/** What a step is given beside its input. */
export interface StepContext {
  readonly ports: LabPorts
  /** A step looks at it between its parts and hands it on; cancelling leaves what was finished. */
  readonly signal: AbortEvents
  /** @param phase what is being done, in words */
  progress(phase: string, done: number, total: number): void
  /** Something the user should know that does not stop the work. */
  notice(message: string): void
}
