import type { Experiment, StepName } from '#contract/experiment'

/** One step of a whole run. */
export interface PlannedStep {
  readonly step: StepName
  readonly command: 'generate' | 'sheets' | 'simulate' | 'score' | 'study' | 'report'
  /** For a progress line. */
  readonly title: string
  /** About how much of the run it takes, for one progress over the whole. */
  readonly weight: number
}

/** The way from a new experiment to its report through the simulator, in order. */
const plan: readonly PlannedStep[] = [
  { step: 'generated', command: 'generate', title: 'adversarial images', weight: 30 },
  { step: 'printed', command: 'sheets', title: 'sheets', weight: 4 },
  { step: 'captured', command: 'simulate', title: 'print, photo and crop', weight: 40 },
  { step: 'scored', command: 'score', title: 'scores', weight: 6 },
  { step: 'studied', command: 'study', title: 'transformation study', weight: 18 },
  { step: 'reported', command: 'report', title: 'report', weight: 2 },
]

/** @param study images of the transformation study; 0 leaves it out */
export function runPlan(study: number | undefined): readonly PlannedStep[] {
  return study === 0 ? plan.filter(({ command }) => command !== 'study') : plan
}

/** Whether a step need not be taken: real photos are as many as there are, and are not replaced by simulated ones. */
export function isDone({ steps, capture }: Experiment, { step }: PlannedStep): boolean {
  const { done, total } = steps[step]
  if (step === 'captured' && capture.kind === 'photos' && done > 0) return true
  return done > 0 && done >= total
}
