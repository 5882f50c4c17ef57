import { readFile } from 'node:fs/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { regionRound, roundImages } from '#core/attacks/bounds'
import { attackOf } from '#core/attacks/index'
import { CountingOracle } from '#core/attacks/oracle'
import { runAttack } from '#core/attacks/run'
import { int, ints } from '#core/onnx/attributes'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import { writeModel } from '#core/onnx/writeModel'
import { predictedLabels } from '#core/metrics/classification'
import { resolveParams } from '#core/paramValues'
import { Workroom } from '#core/simd/Workroom'
import { toFloats, type ByteImages, type ImageSpec } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import { openModel } from '#node/onnx/openModel'

interface Peers {
  readonly classes: number
  readonly input: ImageSpec
  readonly weights: Readonly<Record<'conv' | 'convBias' | 'dense' | 'denseBias', readonly number[]>>
  readonly images: readonly number[]
  readonly labels: readonly number[]
  readonly targets: readonly number[]
  readonly cases: readonly {
    readonly attack: string
    readonly params: Readonly<Record<string, number>>
    readonly targeted: boolean
    readonly alsoRun: readonly string[]
    /** Adversarial pixels in levels, not rounded to whole ones. */
    readonly levels: readonly number[]
  }[]
}

/** What torchattacks and Foolbox gave; made by make_peers.py beside it. */
const peers = JSON.parse(
  await readFile(new URL('../../fixtures/attacks/peers.json', import.meta.url), 'utf8'),
) as Peers

function net(): Uint8Array {
  const { input, classes, weights } = peers
  const filters = weights.convBias.length
  const builder = new GraphBuilder()
  const tensor = (name: keyof Peers['weights'], shape: number[]): string =>
    builder.floats(Float32Array.from(weights[name]), shape)
  const x = builder.input('image', 'float', ['n', input.channels, input.height, input.width])
  const same = { kernel_shape: ints([3, 3]), pads: ints([1, 1, 1, 1]) }
  const kernel = tensor('conv', [filters, input.channels, 3, 3])
  const hidden = builder.node('Relu', [
    builder.node('Conv', [x, kernel, tensor('convBias', [filters])], same),
  ])
  const dense = tensor('dense', [classes, filters * input.height * input.width])
  const flat = builder.node('Flatten', [hidden])
  const scores = builder.node('Gemm', [flat, dense, tensor('denseBias', [classes])], { transB: int(1) })
  builder.output(scores, 'float', ['n', classes])
  return writeModel(builder.build('peers'))
}

describe('the formulas of torchattacks and Foolbox', async () => {
  const { model } = await openModel(
    { bytes: net(), name: 'peers', hash: 'peers', classes: undefined },
    { provider: 'cpu', threads: 1 },
  )
  afterAll(() => model[Symbol.asyncDispose]())
  const images: ByteImages = { ...peers.input, count: 3, data: Uint8Array.from(peers.images) }
  const { labels } = peers

  it('see the same net', async () => {
    expect(predictedLabels(await model.logits(toFloats(images)))).toEqual(labels)
    for (const { alsoRun } of peers.cases) expect(alsoRun).toEqual(['torchattacks', 'Foolbox'])
  })

  it.each(peers.cases)(
    '$attack $params, targeted: $targeted',
    async ({ attack: id, params: given, targeted, levels }) => {
      const attack = attackOf(id)
      const params = resolveParams(
        id,
        attack.params,
        id === 'fgsm' ? given : { ...given, randomStart: false },
      )
      const targets = targeted ? peers.targets : []
      const bound = attack.bound!(params)
      const clean = toFloats(images)
      const region = regionRound(clean, bound)
      const run = attack.run({
        oracle: new CountingOracle(model, 3),
        params,
        images: clean,
        classes: model.classes.length,
        labels,
        targets,
        random: labels.map((_, i) => new Random(i)),
        workroom: new Workroom(),
        start: () => region.start(),
        project: (batch) => {
          region.project(batch)
        },
        move: (batch, gradient, by) => {
          region.step(batch, gradient, by)
        },
        quantize: (batch) => toFloats(roundImages(batch, images, bound)),
      })
      let next = await run.next()
      while (!next.done) next = await run.next()
      const greatest = next.value.data.reduce(
        (most, value, i) => Math.max(most, Math.abs(255 * value - levels[i]!)),
        0,
      )
      // The fixture keeps three digits of a level.
      expect(greatest).toBeLessThan(0.001)
      // Whole steps stay whole levels, so that the saved image is theirs to the last bit.
      if (bound.norm.id !== 'linf') return
      const job = { attack, params, model, images, labels, seed: '1' }
      const outcome = await runAttack({ ...job, targets: targeted ? targets : undefined })
      expect(Array.from(outcome.images.data)).toEqual(levels.map(Math.round))
    },
  )
})
