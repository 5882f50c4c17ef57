import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HalftoneError } from '#core/errors'
import { readModel } from '#core/onnx/readModel'
import { writeModel } from '#core/onnx/writeModel'
import { curveCsv } from '#core/training/curve'
import { curveSvg } from '#core/training/curveSvg'
import type { Recipe } from '#core/training/recipes/Recipe'
import type { TrainingRun } from '#core/training/TrainingRun'
import { foldModel } from '../onnx/fold'
import { cardOf, type Identity, type TrainingCard } from './card'
import { batchesOf, judgeNet } from './judgeNet'
import type { Spent } from './notes'
import type { TrainingData } from './trainingData'

/** Names of the files in the folder. */
export const trainingFiles = {
  net: 'model.onnx',
  card: 'card.json',
  csv: 'curve.csv',
  svg: 'curve.svg',
  checkpoint: 'checkpoint.onnx',
} as const

/** A run that has come to its end. */
export interface FinishedRun {
  readonly recipe: Recipe
  readonly identity: Identity
  readonly data: TrainingData
  readonly run: TrainingRun
  readonly threads: number
  readonly out: string
  readonly spent: () => Spent
}

/** Writes the net, its curve and, last, its card: the card's presence says that all the rest is there. */
export async function writeResults(finished: FinishedRun): Promise<TrainingCard> {
  const { recipe, identity, data, run, threads, out, spent } = finished
  const folded = readModel(await foldModel(writeModel(run.net)))
  const metadata = new Map([
    ['classes', JSON.stringify(data.train.classes)],
    ['data', data.trainedOn],
    ['recipe', JSON.stringify(identity)],
  ])
  const bytes = writeModel({ ...folded, name: recipe.id, metadata })
  const test = await judgeNet(folded, batchesOf(data.test), threads)
  const { rows } = run.state
  const card = cardOf({
    recipe,
    identity,
    data,
    test,
    threads,
    bytes,
    rows,
    parameters: run.parameterCount,
    spent: spent(),
  })
  await writeFile(join(out, trainingFiles.net), bytes, { flush: true })
  await writeCurve(out, run, recipe)
  await writeFile(join(out, trainingFiles.card), `${JSON.stringify(card, null, 2)}\n`, { flush: true })
  await rm(join(out, trainingFiles.checkpoint), { force: true })
  return card
}

export async function writeCurve(out: string, run: TrainingRun, { title }: Recipe): Promise<void> {
  const { rows } = run.state
  await writeFile(join(out, trainingFiles.csv), curveCsv(rows))
  await writeFile(join(out, trainingFiles.svg), curveSvg(rows, title))
}

/** The card of a finished run; undefined when there is none. @throws HalftoneError `unreadable-file` */
export async function readCard(out: string): Promise<TrainingCard | undefined> {
  try {
    return JSON.parse(await readFile(join(out, trainingFiles.card), 'utf8')) as TrainingCard
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new HalftoneError('unreadable-file', `${join(out, trainingFiles.card)} is damaged.`, {
      cause: error,
    })
  }
}
