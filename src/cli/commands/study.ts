import type { CommonOptions, RegisterCommand } from '../Cli'
import { common, names, whole } from '../options'
import { studyText } from '../studyText'

interface Options extends CommonOptions {
  readonly count?: number
  readonly settings?: string[]
}

export const study: RegisterCommand = (program, cli) => {
  common(program.command('study'))
    .argument('[experiment]', 'its name (default: the newest)')
    .description(
      'the transformation study: what brightness, contrast, blur, noise and JPEG do to adversarial images, without a printer',
    )
    .option(
      '--count <number>',
      'images (the paper took 1000; default: as many as the experiment has)',
      whole(1),
    )
    .option('--settings <list>', "only these (default: each method's greatest epsilon)", names)
    .action((named: string | undefined, options: Options) =>
      cli.withLab(options, async (session) => {
        const experiment = await session.experimentId(named, options.folder)
        const { count, settings } = options
        const studied = await session.send('study', {
          experiment,
          ...(count !== undefined && { count }),
          ...(settings && { settings }),
        })
        cli.result(
          options,
          studied,
          `${studyText(studied)}\n\nFiles: ${options.folder}/${experiment}/results\nNext: halftone report ${experiment}`,
        )
      }),
    )
}
