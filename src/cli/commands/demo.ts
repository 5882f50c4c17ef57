import type { CommandName, Input, Output } from '#contract/commands'
import type { Cli, RegisterCommand, Session } from '../Cli'
import { duration } from '../ProgressLine'
import { common, whole } from '../options'
import { scoresText } from '../scoresText'
import { addNewOptions, newInput, type NewOptions } from './new'

interface Options extends NewOptions {
  readonly studyCount: number
}

export const demo: RegisterCommand = (program, cli) => {
  const command = common(program.command('demo'))
    .argument('[name]', 'what to call the experiment', 'demo')
    .description(
      "run the whole of Kurakin's experiment in simulation: attacks, sheets, print, photo, crops, scores, report",
    )
  addNewOptions(command, 24)
  command
    .option('--study-count <number>', 'images of the transformation study', whole(1), 48)
    .action((name: string, options: Options) =>
      cli.withLab(options, (session) => run(name, options, session, cli)),
    )
}

/** The same commands as one would give one by one. */
async function run(name: string, options: Options, session: Session, cli: Cli): Promise<void> {
  const started = cli.now()
  const made = await session.send('experiment.create', newInput(name, options), 'experiment')
  const { id: experiment } = made
  const step = <K extends CommandName>(command: K, input: Input<K>, title: string): Promise<Output<K>> =>
    session.send(command, input, title)
  const { settings } = await step('generate', { experiment }, 'adversarial images')
  const sheets = await step('sheets', { experiment }, 'sheets')
  const capture = await step('simulate', { experiment }, 'print, photo and crop')
  const { scores } = await step('score', { experiment }, 'scores')
  const study = await step('study', { experiment, count: options.studyCount }, 'transformation study')
  const report = await step('report', { experiment }, 'report')
  const folder = `${options.folder}/${experiment}`
  const files = {
    sheets: `${folder}/${sheets.file}`,
    report: `${folder}/${report.file}`,
    results: `${folder}/results`,
  }
  cli.result(
    options,
    { experiment, settings, sheets, capture, scores, study, files },
    [
      scoresText(scores),
      '',
      `${made.count} images, ${made.settings.length} settings, ${sheets.sheets} sheets, ${capture.captured} of them read; ${duration(cli.now() - started)} in all.`,
      `Sheets:  ${files.sheets}`,
      `Report:  ${files.report}`,
      `Results: ${files.results}`,
    ].join('\n'),
  )
}
