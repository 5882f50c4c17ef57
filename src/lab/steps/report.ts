import type { Checked, Output } from '#contract/commands'
import { paths } from '#contract/paths'
import { reportInput } from '../report/reportInput'
import type { StepContext } from '../StepContext'
import { markStep, requireStep } from '../stepStates'

/** Gathers what the experiment gave and writes it as a PDF. The study is in it when it was made. */
export async function report(input: Checked<'report'>, context: StepContext): Promise<Output<'report'>> {
  await using writer = await context.ports.store.edit(input.experiment)
  requireStep(writer, 'scored')
  context.progress('gathering results', 0, 2)
  const gathered = await reportInput(writer, context.ports)
  context.progress('writing pages', 1, 2)
  await writer.write(paths.report, await context.ports.writeReport(gathered))
  await markStep(writer, 'reported', 1, 1, context)
  context.progress('pages written', 2, 2)
  return { file: paths.report }
}
