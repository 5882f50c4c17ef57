import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { signClasses } from '#core/datasets/signs'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { readModel } from '#core/onnx/readModel'
import { writeModel } from '#core/onnx/writeModel'
import type { ParameterValues } from '#core/training/Optimiser'
import { withParameters } from '#core/training/parameters'
import { foldModel } from '#node/onnx/fold'
import { perClass } from '#node/training/card'
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
  const names = signClasses.map(({ id }) => id)
  const classes = perClass(test, names).map((result, label) => ({
    id: names[label]!,
    ...result,
    name: signClasses[label]!.name,
  }))
  const figures = {
    pictures: count,
    top1: test.top1,
    top5: test.top5,
    loss: test.loss,
    confident: test.confident,
    perClass: classes,
  }
  await writeFile(out.replace(/\.onnx$/, '.json'), `${JSON.stringify({ recipe, test: figures }, null, 2)}\n`)
  console.log(`wrote ${out}: top-1 ${(100 * test.top1).toFixed(2)} % of ${count} test pictures`)
}
