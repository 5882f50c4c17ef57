import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { attackOf } from '#core/attacks/index'
import { runAttack } from '#core/attacks/run'
import type { DifferentiableModel, Loss } from '#core/models/DifferentiableModel'
import { toFloats, type ByteImages } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import { openModel } from '#node/onnx/openModel'
import type { TfjsBackEnd } from '#core/models/ModelInfo'
import { openTfjs } from '#node/tfjs/openTfjs'
import { readTfjsFile } from '#node/tfjs/tfjsFile'
import { asking, installedNative, testedEngines } from '../../support/tfjsEngines'
import { smallClasses, smallNet, smallOnnx, smallSpec, writeGraph, writeLayers } from '../../support/tfjsNets'

const random = new Random('agreement')
const count = 4
const bytes: ByteImages = {
  ...smallSpec,
  count,
  data: Uint8Array.from({ length: count * 360 }, () => random.int(256)),
}
const pixels = toFloats(bytes)
const labels = [0, 1, 2, 3]
const losses: readonly Loss[] = [
  { kind: 'cross-entropy', labels },
  { kind: 'margin', labels, targeted: false, confidence: 50 },
  { kind: 'margin', labels, targeted: true, confidence: 0 },
  {
    kind: 'cotangent',
    cotangent: Float32Array.from({ length: count * smallClasses }, () => random.normal()),
  },
]

/** Relative L2 difference. */
function apart(a: Float32Array, b: Float32Array): number {
  expect(a.length).toBe(b.length)
  return Math.hypot(...a.map((value, i) => value - b[i]!)) / Math.hypot(...b)
}

let root: string
const opened: DifferentiableModel[] = []
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'halftone-tfjs-'))
})
afterAll(async () => {
  for (const model of opened) await model[Symbol.asyncDispose]()
  await rm(root, { recursive: true, force: true })
})

const formats = { 'layers-model': writeLayers, 'graph-model': writeGraph } as const

const cases = (await testedEngines()).flatMap((engine) =>
  (Object.keys(formats) as (keyof typeof formats)[]).map((format): [TfjsBackEnd, keyof typeof formats] => [
    engine,
    format,
  ]),
)

it('runs on a native package too', async (context) => {
  const native = await installedNative()
  if (typeof native === 'string') return context.skip(native)
  expect(cases.map(([engine]) => engine)).toContain(native.provider)
})

describe.each(cases)('%s: %s against ONNX', (engine, format) => {
  describe.each([false, true])('ending in a softmax: %s', (softmax) => {
    let tfjs: Awaited<ReturnType<typeof openTfjs>>
    let onnx: DifferentiableModel
    beforeAll(async () => {
      const net = smallNet({ softmax })
      const folder = await formats[format](join(root, `${engine}-${format}-${softmax}`), net)
      tfjs = await openTfjs(await readTfjsFile(join(folder, 'model.json')), asking[engine])
      const file = { bytes: smallOnnx(net), name: 'net', hash: 'h' }
      onnx = (await openModel(file, { provider: 'cpu', threads: 1 })).model
      opened.push(tfjs.model, onnx)
    })

    it('tells what it is', () => {
      const { info } = tfjs
      expect(info.provider).toBe(engine)
      expect(info.input).toEqual(smallSpec)
      expect(info.classes).toHaveLength(smallClasses)
      expect(info.differentiable).toEqual({ ok: true })
      expect(info.profile.layout).toBe('NHWC')
      expect(info.notes).toEqual(
        softmax ? ['The model ends in Softmax; attacks work on the scores before it.'] : [],
      )
    })

    it('gives the same scores', async () => {
      const [a, b] = [await tfjs.model.logits(pixels), await onnx.logits(pixels)]
      expect(apart(a.data, b.data)).toBeLessThan(1e-4)
    })

    it.each(losses)('gives the same loss and gradient: $kind', async (loss) => {
      const [a, b] = [await tfjs.model.gradient(pixels, loss), await onnx.gradient(pixels, loss)]
      expect(apart(a.loss, b.loss)).toBeLessThan(1e-4)
      expect(apart(a.logits.data, b.logits.data)).toBeLessThan(1e-4)
      expect(apart(a.gradient.data, b.gradient.data)).toBeLessThan(1e-4)
    })

    it.each(['fgsm', 'bim', 'pgd'])('is attacked alike: %s', async (attack) => {
      const job = { attack: attackOf(attack), images: bytes, labels, seed: 's', params: {} }
      const [a, b] = [
        await runAttack({ ...job, model: tfjs.model }),
        await runAttack({ ...job, model: onnx }),
      ]
      const changed = a.images.data.filter((level, i) => level !== bytes.data[i]).length
      const different = a.images.data.filter((level, i) => level !== b.images.data[i]).length
      expect(changed).toBeGreaterThan(bytes.data.length / 2)
      expect(different / bytes.data.length).toBeLessThan(0.002)
    })
  })
})
