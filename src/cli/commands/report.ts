import type { CommonOptions, RegisterCommand } from '../Cli'
import { common } from '../options'

export const report: RegisterCommand = (program, cli) => {
  common(program.command('report'))
    .argument('[experiment]', 'its name (default: the newest)')
    .description('write the report as a PDF')
    .action((named: string | undefined, options: CommonOptions) =>
      cli.withLab(options, async (session) => {
        const experiment = await session.experimentId(named, options.folder)
        const written = await session.send('report', { experiment })
        cli.result(options, written, `${options.folder}/${experiment}/${written.file}`)
      }),
    )
}
