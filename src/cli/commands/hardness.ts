import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { jsma } from '#core/attacks/jsma'
import { paramsFromText } from '#core/paramText'
import { rasterOf } from '#core/tensor/Raster'
import { csv } from '#lab/csv'
import { formatJson } from '#lab/formatJson'
import { EngineProcess } from '#node/engine/EngineProcess'
import { drawGrid } from '#node/images/drawGrid'
import { openImages } from '#node/lab/openImages'
import { projectFolder } from '#node/lab/projectFolder'
import type { RegisterCommand } from '../Cli'
import { hardnessText } from '../hardnessText'
import { imagesHelp, imageSource } from '../imageSource'
import { measureHardness, type Example, type HardnessResult } from '../measureHardness'
import { inferenceOptions, openOptions, sourceOf, type ModelOptions } from '../modelOptions'
import { fitOption, splitOption, whole } from '../options'
import { ProgressLine } from '../ProgressLine'
import { trainedImages } from '../trainedImages'
import { useFolder } from '../useFolder'

interface Options extends ModelOptions {
  readonly out: string
  readonly model?: string
  readonly images?: string
  readonly fit?: 'crop' | 'pad' | 'stretch'
  readonly split: 'train' | 'validation' | 'test'
  readonly perClass: number
  readonly levels: number
  readonly seed: string
  readonly param: readonly string[]
}

/** `halftone hardness`: the measures of Papernot 2016, section V, from the saliency map attack on every pair of classes. */
export const hardness: RegisterCommand = (program, cli) => {
  inferenceOptions(program.command('hardness'))
    .description(
      'turn images of every class into every other by the saliency map attack: success, hardness, adversarial distance, robustness',
    )
    .requiredOption('--out <folder>', 'where hardness.json, pairs.csv and grid.png go: a new or empty folder')
    .option(
      '--model <file>',
      'ONNX model, or the folder of a TF.js model (default: the embedded road sign classifier)',
    )
    .option('--images <source>', imagesHelp)
    .addOption(fitOption())
    .addOption(splitOption())
    .option('--per-class <number>', 'images of each class', whole(1), 1)
    .option('--levels <number>', 'maximum distortions that hardness is integrated over', whole(2), 20)
    .option('--seed <text>', 'of the images', '1')
    .option(
      '--param <name=value>',
      'a parameter of the saliency map attack, as for `halftone attack jsma`, as often as needed',
      (text: string, before: readonly string[]) => [...before, text],
      [],
    )
    .action(async (options: Options) => {
      const { out, perClass, levels, seed } = options
      const params = paramsFromText('Attack jsma', jsma.params, options.param)
      const given = await trainedImages(options.images, options.model, cli.err)
      const images = imageSource({ ...options, images: given })
      await useFolder(out)
      await using engine = new EngineProcess()
      const path = options.model ?? join(projectFolder(), 'assets', 'models', 'signs.onnx')
      const model = await engine.open(sourceOf(path, options), openOptions(options))
      const line = new ProgressLine('hardness', cli.err, cli.now)
      try {
        const request = { params, images, perClass, levels, seed }
        const { result, examples } = await measureHardness(model, openImages, request, (progress) => {
          const { done, total, fraction } = progress
          line.update({ phase: `pair ${done} of ${total}`, done: fraction, total: 1 })
        })
        await write(out, result, examples)
        cli.result(
          options,
          result,
          `${hardnessText(result)}\n\nWrote hardness.json, pairs.csv, grid.png to ${out}.`,
        )
      } finally {
        line.end()
      }
    })
}

const columns = [
  'source',
  'target',
  'images',
  'reached',
  'distortion',
  'successfulDistortion',
  'hardness',
  'distance',
] as const

async function write(out: string, result: HardnessResult, examples: readonly Example[]): Promise<void> {
  const { classes, pairs, model } = result
  await writeFile(
    join(out, 'pairs.csv'),
    csv(
      columns,
      pairs.map(({ source, target, success, distortion, successfulDistortion, hardness, distance }) => [
        source,
        target,
        success.of,
        success.count,
        distortion,
        successfulDistortion,
        hardness,
        distance,
      ]),
    ),
  )
  const picture = await drawGrid({
    title: `From each class (row) to each other (column), faint where it is not reached: ${model.name}`,
    heads: classes,
    rows: examples.map(({ source, clean, towards }) => ({
      title: source,
      cells: towards.map((cell) =>
        cell ? { picture: rasterOf(cell.image, 0), faint: !cell.reached } : { picture: rasterOf(clean, 0) },
      ),
    })),
  })
  await writeFile(join(out, 'grid.png'), picture)
  // Last: its presence says that all the rest is there.
  await writeFile(join(out, 'hardness.json'), formatJson(result))
}
