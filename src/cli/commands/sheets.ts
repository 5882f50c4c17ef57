import type { CommonOptions, RegisterCommand } from '../Cli'
import { common } from '../options'

interface Options extends CommonOptions {
  readonly again?: boolean
}

export const sheets: RegisterCommand = (program, cli) => {
  common(program.command('sheets'))
    .argument('[experiment]', 'its name (default: the newest)')
    .description('lay the images on sheets and write them as a PDF, to be printed at 100 %')
    .option('--again', 'write them anew')
    .action((named: string | undefined, options: Options) =>
      cli.withLab(options, async (session) => {
        const experiment = await session.experimentId(named, options.folder)
        const made = await session.send('sheets', { experiment, ...(options.again && { again: true }) })
        cli.result(
          options,
          made,
          `${made.pairs} pairs on ${made.sheets} ${made.sheets === 1 ? 'sheet' : 'sheets'}: ${options.folder}/${experiment}/${made.file}\n` +
            `Next: print it at 100 %, photograph each sheet, and run: halftone import ${experiment} PHOTOS\n` +
            `Or without a printer: halftone simulate ${experiment}`,
        )
      }),
    )
}
