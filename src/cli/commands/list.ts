import type { ExperimentSummary } from '#contract/commands'
import { stepNames } from '#contract/experiment'
import type { RegisterCommand, CommonOptions } from '../Cli'
import { common } from '../options'
import { table } from '../table'

export const list: RegisterCommand = (program, cli) => {
  common(program.command('list'))
    .description('list the experiments of a folder, newest first, with how far each has come')
    .action((options: CommonOptions) =>
      cli.withLab(options, async (session) => {
        const experiments = await session.send('experiment.list', {})
        cli.result(options, experiments, textOf(experiments, options.folder))
      }),
    )
}

function textOf(experiments: readonly ExperimentSummary[], folder: string): string {
  if (experiments.length === 0) return `No experiments in ${folder} yet. Make one with \`halftone new\`.`
  return table(
    ['experiment', 'made', ...stepNames],
    experiments.map(({ id, created, steps, problem }) => [
      id,
      created.slice(0, 16).replace('T', ' '),
      ...(steps
        ? stepNames.map((step) => stateText(steps[step]))
        : [`cannot be used: ${problem ?? 'unknown reason'}`]),
    ]),
  )
}

function stateText({ done, total }: { readonly done: number; readonly total: number }): string {
  if (done === 0) return '-'
  return done >= total ? 'yes' : `${done} of ${total}`
}
