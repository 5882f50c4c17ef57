import type { Output } from '#contract/commands'
import type { CommonOptions, RegisterCommand } from '../Cli'
import { common, names } from '../options'
import { table } from '../table'

interface Options extends CommonOptions {
  readonly settings?: string[]
  readonly again?: boolean
}

export const generate: RegisterCommand = (program, cli) => {
  common(program.command('generate'))
    .argument('[experiment]', 'its name (default: the newest)')
    .description('make the adversarial images; goes on where an earlier run stopped')
    .option('--settings <list>', 'only these, such as fgsm-eps16,bim-eps8', names)
    .option('--again', 'throw away what is there and make it anew')
    .action((named: string | undefined, options: Options) =>
      cli.withLab(options, async (session) => {
        const experiment = await session.experimentId(named, options.folder)
        const { settings, again } = options
        const made = await session.send('generate', {
          experiment,
          ...(settings && { settings }),
          ...(again && { again }),
        })
        cli.result(options, made, `${textOf(made)}\nNext: halftone sheets ${experiment}`)
      }),
    )
}

function textOf({ settings }: Output<'generate'>): string {
  return table(
    ['setting', 'average', 'prefiltered', 'searched'],
    settings.map(({ setting, cases: { average, prefiltered } }) => [
      setting,
      average ? String(average.found) : '-',
      prefiltered ? `${prefiltered.found} of ${prefiltered.wanted}` : '-',
      String(Math.max(average?.searched ?? 0, prefiltered?.searched ?? 0)),
    ]),
  )
}
