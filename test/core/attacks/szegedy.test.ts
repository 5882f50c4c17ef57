import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { minimise } from '#core/attacks/lbfgs/minimise'
import { runAttack, type AttackJob } from '#core/attacks/run'
import { szegedy } from '#core/attacks/szegedy'
import { predictedLabels } from '#core/metrics/classification'
import { distortionOf } from '#core/metrics/distortion'
import type { DifferentiableModel } from '#core/models/DifferentiableModel'
import { sliceImages, toFloats, type ByteImages } from '#core/tensor/Images'
import { denseNet, type DenseLayer } from '../../support/denseNet'

/** What SciPy makes of the same problems; see make.py beside it. */
interface Reference {
  readonly size: number
  readonly images: number[][]
  readonly nets: readonly {
    readonly name: string
    readonly layers: readonly DenseLayer[]
    readonly results: readonly { label: number; target: number; distortion: number; evaluations: number }[]
    readonly minima: readonly { c: number; value: number; evaluations: number }[]
  }[]
}

const file = new URL('../../fixtures/szegedy/scipy.json', import.meta.url)
const reference = JSON.parse(readFileSync(file, 'utf8')) as Reference
const spec = { channels: 1, height: reference.size, width: reference.size }
const images: ByteImages = { ...spec, count: 10, data: Uint8Array.from(reference.images.flat()) }

describe.each(reference.nets)("Szegedy's attack on $name", ({ name, layers, results, minima }) => {
  const net = denseNet(name, spec, layers)
  const labels = results.map(({ label }) => label)
  const run = (over: Partial<AttackJob> = {}) =>
    runAttack({ attack: szegedy, model: net, images, labels, seed: '1', batch: 10, ...over })

  it('distorts by no more than 5 % more than SciPy over a fine grid of c, at a tenth of the gradients', async () => {
    const outcome = await run()
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    outcome.results.forEach(({ verdict, target, distances }, n) => {
      expect(verdict).toBe('fooled')
      expect(target).toBe(results[n]!.target)
      const share = distortionOf(distances.l2, spec) / results[n]!.distortion
      expect(share).toBeLessThan(1.05)
      // Where it is less, it is by what 60 values of c leave between them.
      expect(share).toBeGreaterThan(0.9)
    })
    const share =
      mean(outcome.results.map(({ distances }) => distortionOf(distances.l2, spec))) /
      mean(results.map(({ distortion }) => distortion))
    expect(share).toBeLessThan(1.01)
    expect(mean(outcome.results.map(({ gradients }) => gradients))).toBeLessThan(
      0.1 * mean(results.map(({ evaluations }) => evaluations)),
    )
  })

  it('finds the minima that SciPy finds', async () => {
    for (const [n, { c, value }] of minima.entries()) {
      const found = await minimum(net, sliceImages(images, n, n + 1), results[n]!.target, c)
      expect(Math.abs(found.value - value)).toBeLessThan(1e-6)
    }
  })

  it('stays at the clean image where every c is too great, and says so', async () => {
    const { images: same, results: outcomes } = await run({ params: { constant: 1e6, searches: 1 } })
    expect(same.data).toEqual(images.data)
    outcomes.forEach(({ verdict, distances, gradients }) => {
      expect(verdict).toBe('held')
      expect(distances.l0).toBe(0)
      expect(gradients).toBe(1)
    })
  })

  it('finds its way from a first constant that is far off', async () => {
    const usual = await run()
    for (const constant of [1e-3, 1e3]) {
      const outcome = await run({ params: { constant, searches: 20 } })
      outcome.results.forEach(({ distances }, n) => {
        expect(distances.l2).toBeLessThan(1.05 * usual.results[n]!.distances.l2)
      })
    }
  })

  it.each([1, 8])('finds as near images with a memory of %i steps', async (memory) => {
    const mean = ({ results: found }: Awaited<ReturnType<typeof run>>) =>
      found.reduce((sum, { distances }) => sum + distances.l2, 0) / found.length
    const [usual, other] = [await run(), await run({ params: { memory } })]
    expect(other.results.every(({ verdict }) => verdict === 'fooled')).toBe(true)
    expect(Math.abs(mean(other) / mean(usual) - 1)).toBeLessThan(0.01)
  })

  it('goes to the classes that it is given', async () => {
    const targets = labels.map((label) => (label + 5) % 10)
    const outcome = await run({ targets })
    const scores = predictedLabels(await net.logits(toFloats(outcome.images)))
    expect(scores).toEqual(targets)
    expect(outcome.results.every(({ verdict }) => verdict === 'fooled')).toBe(true)
  })

  it("leaves an image alone that has the target's class already", async () => {
    const targets = labels.map((label, n) => (n === 3 ? label : (label + 1) % 10))
    const outcome = await run({ targets })
    expect(outcome.results[3]).toMatchObject({ distances: { l0: 0 }, gradients: 1, queries: 0 })
  })
})

async function minimum(net: DifferentiableModel, image: ByteImages, target: number, c: number) {
  const clean = Float64Array.from(toFloats(image).data)
  const box = { lower: clean.map(() => 0), upper: clean.map(() => 1) }
  const search = minimise(clean, box)
  let next = search.next()
  while (!next.done) {
    const { point, gradient: slopes } = next.value
    const floats = Float32Array.from(point)
    const { loss, gradient } = await net.gradient(
      { ...spec, count: 1, data: floats },
      { kind: 'cross-entropy', labels: [target] },
    )
    const r = point.map((value, i) => value - clean[i]!)
    const length = Math.hypot(...r)
    slopes.set(r.map((value, i) => gradient.data[i]! + (length > 0 ? (c * value) / length : 0)))
    next = search.next(loss[0]! + c * length)
  }
  return next.value
}
