import { Option, type Command } from 'commander'
import { HalftoneError } from '#core/errors'
import type { NewExperiment } from '#contract/commands'
import type { ProfileInput } from '#contract/profile'
import { plural } from '#core/report/format'
import { paperNames, type PaperName } from '#core/sheet/paper'
import { defaultLevel, defaultResolution, levels, resolutions } from '#core/simulator/levels'
import { attackIds, epsilonAttackIds } from '#core/attacks/index'
import { slug } from '#contract/paths'
import { addAttackFlags, matrix } from '../attackFlags'
import type { CommonOptions, RegisterCommand } from '../Cli'
import { trainedImages } from '../trainedImages'
import { imagesHelp, imageSource } from '../imageSource'
import { profileOption } from '../profileFlags'
import { between, common, fitOption, names, numbers, splitOption, whole } from '../options'

/** The options of `new`, by commander's names. */
export interface NewOptions extends CommonOptions {
  readonly model?: string
  readonly labels?: string
  readonly profile?: ProfileInput
  readonly images?: string
  readonly fit?: 'crop' | 'pad' | 'stretch'
  readonly split: 'train' | 'validation' | 'test'
  readonly count: number
  readonly seed: string
  readonly case: 'average' | 'prefiltered' | 'both'
  readonly confidence: number
  readonly search?: number
  readonly methods: string[]
  readonly epsilons: number[]
  readonly paper: PaperName
  readonly orientation: 'portrait' | 'landscape'
  readonly imageMm?: number
  readonly columns?: number
  readonly level: string
  readonly resolution: string
}

export const newCommand: RegisterCommand = (program, cli) => {
  const command = common(program.command('new'))
    .argument('[name]', 'what to call it; its folder is named after it', 'experiment')
    .description('make an experiment: model, images, settings, sheets; nothing is computed yet')
  addNewOptions(command, 102)
  command.action((name: string, given: NewOptions) =>
    cli.withLab(given, async (session) => {
      const images = await trainedImages(given.images, given.model, cli.err)
      const options = { ...given, ...(images !== undefined && { images }) }
      const experiment = await session.send('experiment.create', newInput(name, options), 'new')
      const { id, settings, count, cases, model } = experiment
      cli.result(
        options,
        experiment,
        `Made ${options.folder}/${id}: ${plural(settings.length, 'setting')} on ${model.name}, ${plural(count, 'image')}, ${cases.join(' and ')} case.\n` +
          `Next: halftone generate ${id}`,
      )
    }),
  )
}

/** Adds what can be chosen of a new experiment. */
export function addNewOptions(command: Command, count: number): void {
  command
    .option(
      '--model <file>',
      'ONNX model, or the folder of a TF.js model (default: the embedded road sign classifier)',
    )
    .option('--labels <file>', "the model's class names, one a line or a JSON array")
    .addOption(profileOption())
    .option('--images <source>', imagesHelp)
    .addOption(fitOption())
    .addOption(splitOption())
    .option('--count <number>', 'images of each case', whole(1), count)
    .option('--seed <text>', 'the same seed gives the same images and results', '1')
    .addOption(
      new Option('--case <name>', 'images at random, or only sure ones, or both')
        .choices(['average', 'prefiltered', 'both'])
        .default('both'),
    )
    .option(
      '--confidence <p>',
      'of the prefiltered case, for the right and for the wrong answer',
      between(0, 1),
      0.8,
    )
    .option(
      '--search <number>',
      'most images looked at per setting for the prefiltered case (default: 4 x count)',
      whole(1),
    )
    .option('--methods <list>', `of ${epsilonAttackIds.map(slug).join(', ')}`, names, [
      'fgsm',
      'bim',
      'least-likely',
    ])
    .option('--epsilons <list>', 'greatest change of a pixel, 0..255', numbers, [16, 8, 4, 2])
    .addOption(new Option('--paper <name>', 'paper of the sheets').choices(paperNames).default('A4'))
    .addOption(
      new Option('--orientation <name>', 'of the paper')
        .choices(['portrait', 'landscape'])
        .default('portrait'),
    )
    .option('--image-mm <mm>', 'printed width of an image (default: what suits the camera)', between(1, 300))
    .option('--columns <number>', 'pairs side by side (default: as many as fit)', whole(1))
    .addOption(
      new Option('--level <name>', 'how roughly the simulator photographs')
        .choices(Object.keys(levels))
        .default(defaultLevel),
    )
    .addOption(
      new Option('--resolution <name>', 'of the simulated camera')
        .choices(Object.keys(resolutions))
        .default(defaultResolution),
    )
  addAttackFlags(command)
}

/** What the lab is asked for. @throws HalftoneError `not-found` for an unknown method */
export function newInput(name: string, options: NewOptions): NewExperiment {
  const { count, seed } = options
  return {
    name,
    ...(options.model === undefined
      ? {}
      : {
          model: {
            path: options.model,
            ...(options.labels === undefined ? {} : { labels: options.labels }),
            ...(options.profile && { profile: options.profile }),
          },
        }),
    images: imageSource({ images: options.images, split: options.split, fit: options.fit, seed }),
    count,
    seed,
    cases: options.case === 'both' ? ['average', 'prefiltered'] : [options.case],
    prefilter: { confidence: options.confidence, searchLimit: options.search ?? 4 * count },
    settings: matrix(options.methods.map(attackNamed), options.epsilons, { ...options }),
    sheets: {
      paper: options.paper,
      orientation: options.orientation,
      imageMm: options.imageMm ?? null,
      columns: options.columns ?? null,
    },
    capture: { kind: 'simulator', level: options.level, resolution: options.resolution, seed },
  }
}

/** On a command line "least-likely" is easier to type than "leastLikely": both do. */
function attackNamed(name: string): string {
  const id = attackIds.find((attack) => attack === name || slug(attack) === name.toLowerCase())
  if (id) return id
  throw new HalftoneError(
    'not-found',
    `There is no method "${name}". There are: ${epsilonAttackIds.map(slug).join(', ')}.`,
  )
}
