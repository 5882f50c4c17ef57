import type { CurveRow } from '#core/training/curve'
import type { Recipe } from '#core/training/recipes/Recipe'
import type { Judgement } from '#core/training/Tally'
import { machine } from '../lab/machine'
import type { Spent } from './notes'
import type { TrainingData } from './trainingData'

/** What would make the same net again: two runs with one identity are one run. */
export interface Identity {
  readonly net: string
  readonly lambda: number | null
  readonly seed: string
  readonly epochs: number
  readonly batch: number
  readonly rate: number
  readonly data: string
  readonly dataSeed: string
  readonly part: string
  readonly pictures: number
  readonly dataSha256: string
}

/** card.json: what a trained net is, what it was made from, and how good it is. */
export interface TrainingCard {
  readonly title: string
  readonly paper: string
  readonly run: Identity
  readonly data: { readonly trainedOn: string; readonly judgedOn: string }
  readonly model: {
    readonly file: string
    readonly sha256: string
    readonly bytes: number
    readonly parameters: number
    readonly input: { readonly channels: number; readonly height: number; readonly width: number }
    readonly classes: readonly string[]
  }
  /** Of the test pictures. */
  readonly test: Pick<Judgement, 'pictures' | 'top1' | 'loss' | 'confident'> & {
    readonly perClass: readonly ClassResult[]
  }
  /** Of the last stretch of training. */
  readonly training: { readonly loss: number; readonly top1: number | null }
  readonly time: Spent & { readonly threads: number; readonly finished: string }
  readonly made: {
    readonly halftone: string
    readonly node: string
    readonly onnxruntime: string
    readonly cpu: string
    readonly os: string
  }
}

interface ClassResult {
  readonly name: string
  readonly top1: number
  /** The two classes it is most often taken for, with how often. */
  readonly mistaken: readonly string[]
}

export function cardOf(of: {
  recipe: Recipe
  identity: Identity
  data: TrainingData
  test: Judgement
  spent: Spent
  threads: number
  bytes: Uint8Array
  parameters: number
  rows: readonly CurveRow[]
}): TrainingCard {
  const { recipe, identity, data, test, spent, threads, bytes, parameters, rows } = of
  const { channels, height, width } = data.train.images
  const last = rows.at(-1)
  return {
    title: recipe.title,
    paper: recipe.paper,
    run: identity,
    data: { trainedOn: data.trainedOn, judgedOn: data.judgedOn },
    model: {
      file: 'model.onnx',
      sha256: machine.sha256(bytes),
      bytes: bytes.length,
      parameters,
      input: { channels, height, width },
      classes: data.train.classes,
    },
    test: {
      pictures: test.pictures,
      top1: test.top1,
      loss: test.loss,
      confident: test.confident,
      perClass: perClass(test, data.train.classes),
    },
    training: { loss: last?.loss ?? NaN, top1: last?.accuracy ?? null },
    time: {
      seconds: Math.round(10 * spent.seconds) / 10,
      cpuSeconds: Math.round(10 * spent.cpuSeconds) / 10,
      threads,
      finished: machine.now(),
    },
    made: machine.environment(),
  }
}

/** Accuracy of each class, and what it is taken for. */
export function perClass({ confusion, classes }: Judgement, names: readonly string[]): ClassResult[] {
  return names.map((name, label) => {
    const row = confusion.slice(label * classes, (label + 1) * classes)
    const total = row.reduce((sum, value) => sum + value, 0)
    const mistaken = row
      .map((times, other) => ({ times, other }))
      .filter(({ times, other }) => times > 0 && other !== label)
      .sort((a, b) => b.times - a.times)
      .slice(0, 2)
      .map(({ times, other }) => `${names[other]} ${times}`)
    return { name, top1: total > 0 ? row[label]! / total : 0, mistaken }
  })
}
