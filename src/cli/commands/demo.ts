import type { Output } from '#contract/commands'
import { runPlan, type PlannedStep } from '#lab/steps/runPlan'
import type { Cli, RegisterCommand, Session } from '../Cli'
import { duration } from '../ProgressLine'
import { common, whole } from '../options'
import { scoresText } from '../scoresText'
import { addNewOptions, newInput, type NewOptions } from './new'

interface Options extends NewOptions {
  readonly studyCount: number
}

/** What each step answered; the study may have been left out. */
type Replies = { readonly [K in Exclude<PlannedStep['command'], 'study'>]: Output<K> } & {
  readonly study?: Output<'study'>
}

export const demo: RegisterCommand = (program, cli) => {
  const command = common(program.command('demo'))
    .argument('[name]', 'what to call the experiment', 'demo')
    .description(
      "run the whole of Kurakin's experiment in simulation: attacks, sheets, print, photo, crops, scores, report",
    )
  addNewOptions(command, 24)
  command
    .option('--study-count <number>', 'images of the transformation study; 0 leaves it out', whole(0), 48)
    .action((name: string, options: Options) =>
      cli.withLab(options, (session) => run(name, options, session, cli)),
    )
}

/** The same commands as one would give one by one, in the order of the lab's `run`. */
async function run(name: string, options: Options, session: Session, cli: Cli): Promise<void> {
  const started = cli.now()
  const made = await session.send('experiment.create', newInput(name, options), 'experiment')
  const { id: experiment } = made
  const replies = {}
  for (const { command, title } of runPlan(options.studyCount)) {
    const input = command === 'study' ? { experiment, count: options.studyCount } : { experiment }
    Object.assign(replies, { [command]: await session.send(command, input, title) })
  }
  const { generate, sheets, simulate: capture, score, study, report } = replies as Replies
  const { settings } = generate
  const { scores } = score
  const folder = `${options.folder}/${experiment}`
  const files = {
    sheets: `${folder}/${sheets.file}`,
    report: `${folder}/${report.file}`,
    results: `${folder}/results`,
  }
  cli.result(
    options,
    { experiment, settings, sheets, capture, scores, ...(study && { study }), files },
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
