import { join } from 'node:path'
import { attackIds, attackOf } from '#core/attacks/index'
import { HalftoneError } from '#core/errors'
import { paramsFromText } from '#core/paramText'
import { slug } from '#contract/paths'
import { EngineProcess } from '#node/engine/EngineProcess'
import { openImages } from '#node/lab/openImages'
import { projectFolder } from '#node/lab/projectFolder'
import { attackImages, type AttackImages } from '../attackImages'
import type { RegisterCommand } from '../Cli'
import { inferenceOptions, openOptions, sourceOf, type ModelOptions } from '../modelOptions'
import { imagesHelp, imageSource } from '../imageSource'
import { fitOption, splitOption, whole } from '../options'
import { ProgressLine } from '../ProgressLine'
import { attackText } from '../attackText'

interface Options extends ModelOptions {
  readonly out: string
  readonly model?: string
  readonly images?: string
  readonly fit: 'crop' | 'pad' | 'stretch'
  readonly split: 'train' | 'validation' | 'test'
  readonly count: number
  readonly seed: string
  readonly target?: string
  readonly param: readonly string[]
}

/** `halftone attack`: any attack, without an experiment round it. */
export const attack: RegisterCommand = (program, cli) => {
  inferenceOptions(program.command('attack'))
    .argument('<method>', `one of ${attackIds.map(slug).join(', ')}`)
    .description('run one attack on labelled images, and write 8-bit pictures, results.json and results.csv')
    .requiredOption('--out <folder>', 'where the results go: a new or empty folder')
    .option('--model <file>', 'ONNX model (default: the embedded road sign classifier)')
    .option('--images <source>', imagesHelp)
    .addOption(fitOption())
    .addOption(splitOption())
    .option('--count <number>', 'images', whole(1), 16)
    .option('--seed <text>', 'the same seed gives the same images and results', '1')
    .option(
      '--target <class>',
      'the class to reach, by name or index; images of that class are passed over (default: any wrong class)',
    )
    .option(
      '--param <name=value>',
      'a parameter of the attack, as often as needed',
      (text: string, before: readonly string[]) => [...before, text],
      [],
    )
    .addHelpText('after', `\nParameters:\n${parametersHelp()}`)
    .action(async (method: string, options: Options) => {
      const request = requestOf(method, options)
      await using engine = new EngineProcess()
      const path = options.model ?? join(projectFolder(), 'assets', 'models', 'signs.onnx')
      const model = await engine.open(sourceOf(path, options), openOptions(options))
      const line = new ProgressLine(request.attack, cli.err, cli.now)
      try {
        const results = await attackImages(model, openImages, request, ({ done, total, fraction }) => {
          line.update({ phase: `image ${done} of ${total}`, done: fraction, total: 1 })
        })
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
  const { out, count, seed, images, fit, split, target } = options
  return {
    attack: id,
    params: paramsFromText(`Attack ${id}`, attackOf(id).params, options.param),
    images: imageSource({ images, split, fit, seed }),
    count,
    seed,
    target,
    out,
  }
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
