import { join } from 'node:path'
import { attackIds, attackOf } from '#core/attacks/index'
import { HalftoneError } from '#core/errors'
import { effectIds, effects } from '#core/models/wrappers/effects'
import { drawsOf, type NamedStrength, type Through } from '#core/models/wrappers/through'
import { transforms } from '#core/transforms/index'
import { paramsFromText } from '#core/paramText'
import { slug } from '#contract/paths'
import { EngineProcess } from '#node/engine/EngineProcess'
import { openImages } from '#node/lab/openImages'
import { projectFolder } from '#node/lab/projectFolder'
import { attackImages, type AttackImages } from '../attackImages'
import type { RegisterCommand } from '../Cli'
import { inferenceOptions, openOptions, sourceOf, type ModelOptions } from '../modelOptions'
import { imagesHelp, imageSource } from '../imageSource'
import { fitOption, namedStrengths, splitOption, whole } from '../options'
import { ProgressLine } from '../ProgressLine'
import { trainedImages } from '../trainedImages'
import { attackText } from '../attackText'
import { showProgress } from '../attackProgress'

interface Options extends ModelOptions {
  readonly out: string
  readonly model?: string
  readonly images?: string
  readonly fit?: 'crop' | 'pad' | 'stretch'
  readonly split: 'train' | 'validation' | 'test'
  readonly count: number
  readonly seed: string
  readonly perClass?: number
  readonly target?: string
  readonly eot?: readonly NamedStrength[]
  readonly draws?: number
  readonly bpda?: readonly NamedStrength[]
  readonly smooth?: number
  readonly param: readonly string[]
}

/** `halftone attack`: any attack, without an experiment round it. */
export const attack: RegisterCommand = (program, cli) => {
  inferenceOptions(program.command('attack'))
    .argument('<method>', `one of ${attackIds.map(slug).join(', ')}`)
    .description('run one attack on labelled images, and write 8-bit pictures, results.json and results.csv')
    .requiredOption('--out <folder>', 'where the results go: a new or empty folder')
    .option(
      '--model <file>',
      'ONNX model, or the folder of a TF.js model (default: the embedded road sign classifier)',
    )
    .option('--images <source>', imagesHelp)
    .addOption(fitOption())
    .addOption(splitOption())
    .option('--count <number>', 'images', whole(1), 16)
    .option('--seed <text>', 'the same seed gives the same images and results', '1')
    .option(
      '--target <classes>',
      'classes to reach, by name or index with commas, or all; images of the one class are passed over (default: any wrong class)',
    )
    .option('--per-class <number>', 'so many images of each class, in place of --count', whole(1))
    .option(
      '--eot <effects>',
      `attack the expectation over these, one after the other: ${effectIds.join(', ')}; each with a strength if wanted, as in noise:8,pose:5`,
      namedStrengths,
    )
    .option(
      '--draws <number>',
      'draws averaged for each gradient of --eot (default: 8, and 4 with print-camera)',
      whole(1),
    )
    .option(
      '--bpda <transformation>',
      `the model sees its input through this, and the attack's way back is the identity: ${Object.keys(transforms).join(', ')}; as in jpeg:75`,
      namedStrengths,
    )
    .option(
      '--smooth <px>',
      'change only what a blur of this sigma lets through: the image is x = blur(z), and z is moved',
      Number,
    )
    .option(
      '--param <name=value>',
      'a parameter of the attack, as often as needed',
      (text: string, before: readonly string[]) => [...before, text],
      [],
    )
    .addHelpText('after', `\nParameters:\n${parametersHelp()}\n\nEffects of --eot:\n${effectsHelp()}`)
    .action(async (method: string, options: Options) => {
      const images = await trainedImages(options.images, options.model, cli.err)
      const request = requestOf(method, { ...options, ...(images !== undefined && { images }) })
      await using engine = new EngineProcess()
      const path = options.model ?? join(projectFolder(), 'assets', 'models', 'signs.onnx')
      const model = await engine.open(sourceOf(path, options), openOptions(options))
      const line = new ProgressLine(request.attack, cli.err, cli.now)
      try {
        const results = await attackImages(model, openImages, request, showProgress(request, line))
        cli.result(options, results, attackText(results, options.out))
      } finally {
        line.end()
      }
    })
}

function requestOf(method: string, options: Options): AttackImages {
  const id = attackIds.find((name) => name === method || slug(name) === method.toLowerCase())
  if (!id) {
    throw new HalftoneError(
      'not-found',
      `There is no method "${method}". There are: ${attackIds.map(slug).join(', ')}.`,
    )
  }
  const { out, count, perClass, seed, images, fit, split, target } = options
  const through = throughOf(options)
  return {
    attack: id,
    params: paramsFromText(`Attack ${id}`, attackOf(id).params, options.param),
    images: imageSource({ images, split, fit, seed }),
    count,
    perClass,
    seed,
    target,
    out,
    ...(through && { through }),
  }
}

function throughOf({ eot, draws, bpda, smooth }: Options): Through | undefined {
  if (!eot && !bpda && smooth === undefined) return undefined
  const [defense, ...more] = bpda ?? []
  if (more.length > 0) {
    throw new HalftoneError('invalid-argument', 'Give --bpda one transformation.')
  }
  return {
    ...(eot && {
      eot: { effects: eot, draws: drawsOf({ effects: eot, ...(draws !== undefined && { draws }) }).attacker },
    }),
    ...(defense && { bpda: defense }),
    ...(smooth !== undefined && { smooth }),
  }
}

function effectsHelp(): string {
  return effectIds
    .map((id) => {
      const { title, strength, default: usual, gradient } = effects[id]
      return `  ${id}: ${title}; ${strength} (default: ${usual}); gradient ${gradient}`
    })
    .join('\n')
}

function parametersHelp(): string {
  return attackIds
    .map((id) => {
      const lines = Object.entries(attackOf(id).params).map(
        ([name, spec]) => `    ${name}: ${spec.help} (default: ${String(spec.default)})`,
      )
      return [`  ${slug(id)}: ${attackOf(id).paper}`, ...lines].join('\n')
    })
    .join('\n')
}
