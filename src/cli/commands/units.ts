import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Option } from 'commander'
import { HalftoneError } from '#core/errors'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { readModel } from '#core/onnx/readModel'
import { rasterOf } from '#core/tensor/Raster'
import { featureLayer, layersOf, type Layer } from '#core/units/findLayer'
import type { Positions } from '#core/units/layerUnits'
import { formatJson } from '#lab/formatJson'
import type { SourceImage } from '#lab/ports/ImageSource'
import { EngineProcess } from '#node/engine/EngineProcess'
import { drawGrid, type Grid } from '#node/images/drawGrid'
import { openImages } from '#node/lab/openImages'
import { projectFolder } from '#node/lab/projectFolder'
import { readModelFile } from '#node/onnx/modelFile'
import type { RegisterCommand } from '../Cli'
import { findMaximisers, type UnitsResult } from '../findMaximisers'
import { imagesHelp, imageSource } from '../imageSource'
import { inferenceOptions, openOptions, sourceOf, type ModelOptions } from '../modelOptions'
import { fitOption, numbers, splitOption, whole } from '../options'
import { ProgressLine } from '../ProgressLine'
import { trainedImages } from '../trainedImages'
import { table } from '../table'
import { useFolder } from '../useFolder'

interface Options extends ModelOptions {
  readonly out?: string
  readonly model?: string
  readonly images?: string
  readonly fit?: 'crop' | 'pad' | 'stretch'
  readonly split: 'train' | 'validation' | 'test'
  readonly layer?: string
  readonly layers?: boolean
  readonly unit: readonly number[]
  readonly units: number
  readonly directions: number
  readonly positions: Positions
  readonly top: number
  readonly count: number
  readonly seed: string
}

/** `halftone units`: the images that a unit or a direction of a layer responds to most (Szegedy 2014, section 3). */
export const units: RegisterCommand = (program, cli) => {
  inferenceOptions(program.command('units'))
    .description(
      'find the held-out images that maximise units and random directions of a layer, and draw them',
    )
    .option('--out <folder>', 'where units.png, directions.png and units.json go: a new or empty folder')
    .option(
      '--model <file>',
      'ONNX model, or the folder of a TF.js model (default: the embedded road sign classifier)',
    )
    .option('--images <source>', imagesHelp)
    .addOption(fitOption())
    .addOption(splitOption())
    .option('--layers', "only list the model's layers")
    .option('--layer <name>', 'tensor of the model file (default: what goes into its last dense layer)')
    .option(
      '--unit <numbers>',
      'units by number, with commas between them (default: random ones)',
      numbers,
      [],
    )
    .option('--units <number>', 'how many random units', whole(0), 6)
    .option('--directions <number>', 'how many random directions', whole(0), 6)
    .addOption(
      new Option(
        '--positions <how>',
        "what a convolution's units are: each value, or channels by greatest or mean",
      )
        .choices(['each', 'greatest', 'mean'])
        .default('each'),
    )
    .option('--top <number>', 'images for each unit and direction', whole(1), 8)
    .option('--count <number>', 'images to look through', whole(1), 1000)
    .option('--seed <text>', 'of the images and the directions', '1')
    .action(async (options: Options) => {
      const path = options.model ?? join(projectFolder(), 'assets', 'models', 'signs.onnx')
      const graph = await graphOf(path)
      if (options.layers) {
        const layers = layersOf(graph)
        cli.result(options, layers, layersText(layers))
        return
      }
      const { out } = options
      if (out === undefined) {
        throw new HalftoneError('invalid-argument', 'Say with --out where the pictures go: a new folder.')
      }
      const layer = options.layer ?? featureLayer(graph)
      if (layer === undefined) {
        throw new HalftoneError(
          'invalid-argument',
          'The model has no dense layer after another layer. Name one with --layer; --layers lists them.',
        )
      }
      await useFolder(out)
      await using engine = new EngineProcess()
      const model = await engine.open(sourceOf(path, options), openOptions(options))
      const images = await trainedImages(options.images, options.model, cli.err)
      const line = new ProgressLine('units', cli.err, cli.now)
      try {
        const { unit, units, directions, positions, top, count, seed } = options
        const { result, imageOf } = await findMaximisers(
          model,
          openImages,
          {
            layer,
            positions,
            named: unit,
            units,
            directions,
            top,
            images: imageSource({ ...options, images }),
            count,
            seed,
          },
          (done) => {
            line.update({ phase: `image ${done} of ${count}`, done, total: count })
          },
        )
        const files = await write(out, result, imageOf)
        cli.result(options, result, `${unitsText(result)}\n\nWrote ${files.join(', ')} to ${out}.`)
      } finally {
        line.end()
      }
    })
}

async function graphOf(path: string): Promise<OnnxGraph> {
  const { bytes, external } = await readModelFile({ kind: 'file', path })
  return readModel(bytes, external)
}

async function write(
  out: string,
  result: UnitsResult,
  imageOf: (number: number) => SourceImage,
): Promise<string[]> {
  const files: string[] = []
  for (const [kind, file] of [
    ['unit', 'units.png'],
    ['random', 'directions.png'],
  ] as const) {
    const rows = result.maximisers.filter((row) => row.kind === kind)
    if (rows.length === 0) continue
    const grid: Grid = {
      title: `${kind === 'unit' ? 'Units' : 'Random directions'} of ${result.layer}, ${result.model.name}`,
      rows: rows.map(({ name, images }) => ({
        title: name,
        cells: images.map(({ image, label, response }) => ({
          picture: rasterOf(imageOf(image).image, 0),
          caption: [label, response.toPrecision(4)],
        })),
      })),
    }
    await writeFile(join(out, file), await drawGrid(grid))
    files.push(file)
  }
  // Last: its presence says that all the rest is there.
  await writeFile(join(out, 'units.json'), formatJson(result))
  return [...files, 'units.json']
}

function unitsText({ layer, layerUnits, looked, maximisers, top }: UnitsResult): string {
  const shown = Math.min(top, 3)
  return [
    `${layer}: ${layerUnits} units, ${looked} images`,
    '',
    table(
      ['', 'greatest', ...Array.from({ length: shown }, (_, i) => `image ${i + 1}`)],
      maximisers.map(({ name, images }) => [
        name,
        images[0] ? images[0].response.toPrecision(4) : '',
        ...images.slice(0, shown).map(({ label, image }) => `${label} (${image})`),
      ]),
    ),
  ].join('\n')
}

const layersText = (layers: readonly Layer[]): string =>
  table(
    ['layer', 'operator'],
    layers.map(({ name, op }) => [name, op]),
  )
