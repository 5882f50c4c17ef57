import { Option } from 'commander'
import { levels, resolutions } from '#core/simulator/levels'
import { tellCapture } from '../tellCapture'
import type { CommonOptions, RegisterCommand } from '../Cli'
import { common } from '../options'

interface Options extends CommonOptions {
  readonly level?: string
  readonly resolution?: string
  readonly photoSeed?: string
  readonly again?: boolean
}

export const simulate: RegisterCommand = (program, cli) => {
  common(program.command('simulate'))
    .argument('[experiment]', 'its name (default: the newest)')
    .description('print and photograph the sheets in simulation, and crop the photos')
    .addOption(
      new Option('--level <name>', "how roughly (default: the experiment's)").choices(Object.keys(levels)),
    )
    .addOption(
      new Option('--resolution <name>', "of the camera (default: the experiment's)").choices(
        Object.keys(resolutions),
      ),
    )
    .option('--photo-seed <text>', "another seed takes other photos (default: the experiment's)")
    .option('--again', 'take them anew, also in the place of real photos')
    .action((named: string | undefined, options: Options) =>
      cli.withLab(options, async (session) => {
        const experiment = await session.experimentId(named, options.folder)
        const { level, resolution, photoSeed, again } = options
        const reply = await session.send('simulate', {
          experiment,
          ...(level !== undefined && { level }),
          ...(resolution !== undefined && { resolution }),
          ...(photoSeed !== undefined && { seed: photoSeed }),
          ...(again && { again }),
        })
        tellCapture(cli, options, reply, experiment)
      }),
    )
}
