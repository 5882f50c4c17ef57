import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { inceptionV3 } from '#core/onnx/nets/inceptionV3'
import { writeModel } from '#core/onnx/writeModel'
import { pixelsPerImage, type Images } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import type { ModelSource } from '#lab/ports/Engine'
import { projectFolder } from '#node/lab/projectFolder'
import { inspectModel } from '#node/onnx/inspectModel'
import { readModelFile } from '#node/onnx/modelFile'
import { openModel } from '#node/onnx/openModel'
import { median, type Row } from './table'

/**
 * Length of a timed block. Forward and gradient have sessions of their own, whose threads go on spinning for a while after a
 * run: small nets timed in turn, run by run, would mostly measure the other session's threads.
 */
const blockMs = 100
const repeats = { one: 9, many: 5 }

interface Case {
  readonly name: string
  readonly source: ModelSource
  readonly batch: number
}

/**
 * Forward alone, and loss, scores and input gradient in one run: time an image, their ratio, and GFLOP/s, the gradient
 * counted as one forward pass more. Forward and gradient runs alternate, so that a busy machine slows both.
 */
export async function benchEngine(): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const each of cases()) rows.push(...(await measure(each)))
  return rows
}

function cases(): Case[] {
  const bytes = writeModel(inceptionV3(new Random('bench')))
  const inception = { kind: 'bytes', bytes, name: 'inception' } as const
  const found: Case[] = [
    { name: 'Inception v3 299', source: inception, batch: 1 },
    { name: 'Inception v3 299', source: inception, batch: 8 },
  ]
  const embedded = join(projectFolder(), 'assets', 'models', 'signs.onnx')
  if (existsSync(embedded)) {
    const source = { kind: 'file', path: embedded } as const
    found.unshift({ name: 'road signs 128', source, batch: 1 }, { name: 'road signs 128', source, batch: 16 })
  }
  return found
}

/** Milliseconds a call, over `times` calls and one before them that is not counted. */
async function timed(call: () => Promise<unknown>, times: number): Promise<number> {
  await call()
  const start = performance.now()
  for (let i = 0; i < times; i++) await call()
  return (performance.now() - start) / times
}

async function measure({ name, source, batch }: Case): Promise<Row[]> {
  const file = await readModelFile(source)
  const { graph } = await inspectModel(file, { provider: 'cpu' })
  const { model: opened, info } = await openModel(file, { provider: 'cpu' })
  await using model = opened
  const random = new Random('bench images')
  const data = new Float32Array(batch * pixelsPerImage(model.input)).map(() => random.uniform())
  const images: Images = { ...model.input, count: batch, data }
  const labels = Array.from({ length: batch }, (_, i) => i % model.classes.length)
  const scores = (): Promise<unknown> => model.logits(images)
  const slopes = (): Promise<unknown> => model.gradient(images, { kind: 'cross-entropy', labels })
  // The first run of each makes its session; the second says how many make a block that can be timed.
  await timed(scores, 1)
  await timed(slopes, 1)
  const block = Math.min(64, Math.max(1, Math.round(blockMs / (await timed(slopes, 1)))))
  const forward: number[] = []
  const gradient: number[] = []
  for (let run = 0; run < (batch === 1 ? repeats.one : repeats.many); run++) {
    forward.push((await timed(scores, block)) / batch)
    gradient.push((await timed(slopes, block)) / batch)
  }
  const [forwardMs, gradientMs] = [median(forward), median(gradient)]
  const ratio = median(gradient.map((time, run) => time / forward[run]!))
  const gigaflop = graph.flops / 1e9
  const label = `${name}, batch ${batch}`
  const note = `${info.provider}, ${info.threads} threads`
  return [
    { name: `${label}: forward`, value: forwardMs, unit: 'ms an image', note },
    { name: `${label}: forward and gradient`, value: gradientMs, unit: 'ms an image', note },
    { name: `${label}: gradient over forward`, value: ratio, unit: 'times', reference: 'at most 2.3' },
    {
      name: `${label}: forward speed`,
      value: gigaflop / (forwardMs / 1000),
      unit: 'GFLOP/s',
      note: `${gigaflop.toFixed(2)} GFLOP an image`,
    },
    { name: `${label}: gradient speed`, value: (2 * gigaflop) / (gradientMs / 1000), unit: 'GFLOP/s' },
  ]
}
