import type { Checked, Output } from '#contract/commands'
import { paths } from '#contract/paths'
import { throwIfCancelled } from '#core/errors'
import type { StepContext } from '../StepContext'
import { generate } from './generate'
import { report } from './report'
import { isDone, runPlan, type PlannedStep } from './runPlan'
import { score } from './score'
import { sheets } from './sheets'
import { simulate } from './simulate'
import { study } from './study'

/** Takes every step that is not done yet, in order, through the simulator, up to the report; one progress for all. */
export async function run(input: Checked<'run'>, context: StepContext): Promise<Output<'run'>> {
  const { experiment } = input
  const current = async () => (await context.ports.store.open(experiment)).experiment
  const before = await current()
  // A step that is done now may have to be done again after an earlier one; it counts once it is known to be done.
  const plan = runPlan(input.study)
  const firstOpen = plan.findIndex((step) => !isDone(before, step))
  const todo = firstOpen < 0 ? [] : plan.slice(firstOpen)
  const total = todo.reduce((sum, { weight }) => sum + weight, 0)
  let done = 0
  for (const step of todo) {
    throwIfCancelled(context.signal)
    if (!isDone(await current(), step)) {
      const from = done
      context.progress(step.title, from, total)
      await take(step, input, {
        ...context,
        progress: (phase, part, parts) => {
          const share = parts > 0 ? part / parts : 0
          context.progress(phaseOf(step, phase), from + share * step.weight, total)
        },
      })
    }
    done += step.weight
  }
  context.progress('report', total, total)
  return { file: paths.report }
}

function phaseOf({ title }: PlannedStep, phase: string): string {
  return phase === title ? title : `${title}: ${phase}`
}

async function take(
  { command }: PlannedStep,
  { experiment, study: count }: Checked<'run'>,
  context: StepContext,
): Promise<void> {
  switch (command) {
    case 'generate':
      await generate({ experiment }, context)
      break
    case 'sheets':
      await sheets({ experiment }, context)
      break
    case 'simulate':
      await simulate({ experiment }, context)
      break
    case 'score':
      await score({ experiment }, context)
      break
    case 'study':
      await study({ experiment, ...(count !== undefined && { count }) }, context)
      break
    case 'report':
      await report({ experiment }, context)
      break
  }
}
