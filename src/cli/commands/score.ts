import type { CommonOptions, RegisterCommand } from '../Cli'
import { common } from '../options'
import { scoresText } from '../scoresText'

export const score: RegisterCommand = (program, cli) => {
  common(program.command('score'))
    .argument('[experiment]', 'its name (default: the newest)')
    .description("classify the crops and print destruction rates beside the paper's")
    .action((named: string | undefined, options: CommonOptions) =>
      cli.withLab(options, async (session) => {
        const experiment = await session.experimentId(named, options.folder)
        const scored = await session.send('score', { experiment })
        cli.result(
          options,
          scored,
          `${scoresText(scored.scores)}\n\nFiles: ${options.folder}/${experiment}/results\nNext: halftone study ${experiment}, or halftone report ${experiment}`,
        )
      }),
    )
}
