import { Command } from 'commander'
import { version } from '#node/lab/version'
import type { Cli, RegisterCommand } from './Cli'
import { attack } from './commands/attack'
import { cache } from './commands/cache'
import { demo } from './commands/demo'
import { generate } from './commands/generate'
import { hardness } from './commands/hardness'
import { importCommand } from './commands/import'
import { list } from './commands/list'
import { model } from './commands/model'
import { newCommand } from './commands/new'
import { report } from './commands/report'
import { score } from './commands/score'
import { serve } from './commands/serve'
import { sheets } from './commands/sheets'
import { simulate } from './commands/simulate'
import { study } from './commands/study'
import { train } from './commands/train'
import { units } from './commands/units'
import { exitCodesHelp } from './exitCodes'

/** In the order of an experiment. */
const commands: readonly RegisterCommand[] = [
  demo,
  newCommand,
  list,
  generate,
  sheets,
  simulate,
  importCommand,
  score,
  study,
  report,
  attack,
  train,
  units,
  hardness,
  model,
  cache,
  serve,
]

/** The whole command line. Nothing here ends the process: errors are thrown. */
export function programOf(cli: Cli): Command {
  const program = new Command('halftone')
    .description(
      'A lab for adversarial examples in the physical world: make, print, photograph, crop, measure.',
    )
    .version(version())
    .configureOutput({
      writeOut: (text) => cli.out.write(text),
      writeErr: (text) => cli.err.write(text),
    })
    .showHelpAfterError('(see --help)')
    .addHelpText('after', exitCodesHelp)
  for (const register of commands) register(program, cli)
  throwInsteadOfExit(program)
  return program
}

/** Commander's setting holds for one command, not for those below it. */
function throwInsteadOfExit(command: Command): void {
  command.exitOverride()
  for (const child of command.commands) throwInsteadOfExit(child)
}
