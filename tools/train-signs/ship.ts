import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { signClasses } from '#core/datasets/signs'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { readModel } from '#core/onnx/readModel'
import { writeModel } from '#core/onnx/writeModel'
import type { ParameterValues } from '#core/training/Optimiser'
import { withParameters } from '#core/training/parameters'
import { foldModel } from '#node/onnx/fold'
import { evaluate } from './evaluate'

export interface Shipment {
  readonly net: OnnxGraph
  readonly averages: ParameterValues
  readonly seed: string
  readonly threads: number
  readonly out: string
  /** What would make the same file again. */
  readonly recipe: Readonly<Record<string, unknown>>
}

/** Folds the trained net into plain convolutions, adds the class names, judges it, and writes model and figures. */
export async function ship({ net, averages, seed, threads, out, recipe }: Shipment): Promise<void> {
  const folded = readModel(await foldModel(writeModel(withParameters(net, averages))))
  const metadata = new Map([
    ['classes', JSON.stringify(signClasses.map(({ name }) => name))],
    ['classIds', JSON.stringify(signClasses.map(({ id }) => id))],
    ['data', 'halftone procedural road signs'],
    ['recipe', JSON.stringify(recipe)],
  ])
  await mkdir(dirname(out), { recursive: true })
  await writeFile(out, writeModel({ ...folded, name: 'signs', metadata }))

  const count = signClasses.length * 100
  const test = await evaluate(folded, new Map(), { split: 'test', seed, count }, threads)
  const perClass = signClasses.map(({ id, name }, label) => {
    const row = test.confusion.slice(label * test.classes, (label + 1) * test.classes)
    const total = row.reduce((sum, value) => sum + value, 0)
    const mistaken = row
      .map((times, other) => ({ times, other }))
      .filter(({ times, other }) => times > 0 && other !== label)
      .sort((a, b) => b.times - a.times)
      .slice(0, 2)
      .map(({ times, other }) => `${signClasses[other]!.id} ${times}`)
    return { id, name, top1: row[label]! / total, mistaken }
  })
  const figures = {
    pictures: count,
    top1: test.top1,
    top5: test.top5,
    loss: test.loss,
    confident: test.confident,
    perClass,
  }
  await writeFile(out.replace(/\.onnx$/, '.json'), `${JSON.stringify({ recipe, test: figures }, null, 2)}\n`)
  console.log(`wrote ${out}: top-1 ${(100 * test.top1).toFixed(2)} % of ${count} test pictures`)
}
