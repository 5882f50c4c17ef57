import { stepNames, type Experiment, type StepName } from '#contract/experiment'
import { HalftoneError } from '#core/errors'
import type { StepContext } from './StepContext'
import type { ExperimentFolder, ExperimentWriter } from './ports/ExperimentStore'

/** The steps that use what a step makes: they are to be done again when it is. */
const dependents: Readonly<Record<StepName, readonly StepName[]>> = {
  generated: ['printed', 'captured', 'scored', 'reported'],
  printed: ['captured', 'scored', 'reported'],
  captured: ['scored', 'reported'],
  scored: ['reported'],
  studied: ['reported'],
  reported: [],
}

/** All steps of a new experiment. */
export function untouched(settings: number): Experiment['steps'] {
  const state = (total: number) => ({ done: 0, total, at: null })
  return {
    generated: state(settings),
    printed: state(1),
    captured: state(0),
    scored: state(1),
    studied: state(1),
    reported: state(1),
  }
}

/** Notes that a step has come so far, and that what was made from its earlier result is out of date. */
export async function markStep(
  writer: ExperimentWriter,
  step: StepName,
  done: number,
  total: number,
  { ports }: Pick<StepContext, 'ports'>,
): Promise<void> {
  const at = ports.machine.now()
  await writer.update((experiment) => {
    const steps = { ...experiment.steps, [step]: { done, total, at } }
    for (const later of dependents[step]) steps[later] = { ...steps[later], done: 0, at: null }
    return { ...experiment, steps }
  })
}

/** Notes that a step starts over, and with it all that depend on it. */
export async function resetFrom(writer: ExperimentWriter, step: StepName, done = 0): Promise<void> {
  await writer.update((experiment) => {
    const steps = { ...experiment.steps, [step]: { ...experiment.steps[step], done, at: null } }
    for (const later of dependents[step]) steps[later] = { ...steps[later], done: 0, at: null }
    return { ...experiment, steps }
  })
}

const commandOf: Readonly<Record<StepName, string>> = {
  generated: 'generate',
  printed: 'sheets',
  captured: 'simulate (or import)',
  scored: 'score',
  studied: 'study',
  reported: 'report',
}

/** @throws HalftoneError `conflict` naming the command to run first */
export function requireStep({ experiment }: ExperimentFolder, step: StepName, complete = true): void {
  const { done, total } = experiment.steps[step]
  if (complete ? done >= total && done > 0 : done > 0) return
  const far = done > 0 ? ` (${done} of ${total} done)` : ''
  throw new HalftoneError(
    'conflict',
    `This needs the experiment's images to be ${step} first${far}: run \`halftone ${commandOf[step]} ${experiment.id}\`.`,
  )
}

export function isStep(name: string): name is StepName {
  return (stepNames as readonly string[]).includes(name)
}
