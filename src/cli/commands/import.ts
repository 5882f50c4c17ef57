import { InvalidArgumentError } from 'commander'
import type { Input } from '#contract/commands'
import { tellCapture } from '../tellCapture'
import type { CommonOptions, RegisterCommand } from '../Cli'
import { common } from '../options'

type Corners = NonNullable<Input<'import'>['corners']>

interface Options extends CommonOptions {
  readonly corners?: Corners
  readonly again?: boolean
}

export const importCommand: RegisterCommand = (program, cli) => {
  common(program.command('import'))
    .argument('<experiment>', 'its name')
    .argument('<photos...>', 'photos of the printed sheets (JPEG, PNG, HEIC), or folders of them')
    .description('crop the images from photos of the printed sheets')
    .option(
      '--corners <FILE=x,y,x,y,x,y,x,y>',
      "the paper's corners in pixels of a photo in which the sheet is not found; may be given several times",
      readCorners,
    )
    .option('--again', 'forget the photos that were imported before')
    .action((experiment: string, photos: string[], options: Options) =>
      cli.withLab(options, async (session) => {
        const { corners, again } = options
        const reply = await session.send('import', {
          experiment,
          paths: photos,
          ...(corners && { corners }),
          ...(again && { again }),
        })
        tellCapture(cli, options, reply, experiment)
      }),
    )
}

function readCorners(text: string, before: Corners = {}): Corners {
  const cut = text.lastIndexOf('=')
  const values = text
    .slice(cut + 1)
    .split(',')
    .map((part) => (part.trim() === '' ? NaN : Number(part)))
  const [x0, y0, x1, y1, x2, y2, x3, y3] = values as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  if (cut < 1 || values.length !== 8 || !values.every(Number.isFinite)) {
    throw new InvalidArgumentError('Expected a file, = and eight numbers with commas between them.')
  }
  const points: Corners[string]['points'] = [
    { x: x0, y: y0 },
    { x: x1, y: y1 },
    { x: x2, y: y2 },
    { x: x3, y: y3 },
  ]
  return { ...before, [text.slice(0, cut)]: { of: 'paper', points } }
}
