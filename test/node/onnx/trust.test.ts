import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { attackOf } from '#core/attacks/index'
import { runAttack } from '#core/attacks/run'
import type { Loss } from '#core/models/DifferentiableModel'
import type { OnnxModel } from '#core/models/OnnxModel'
import { sliceImages, type ByteImages, type Images } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import { openModel } from '#node/onnx/openModel'
import { collectGarbage } from '../../support/collectGarbage'
import { convNetBytes } from '../../support/onnxNets'

const spec = { channels: 3, height: 8, width: 8 }
const pixels = 192

const open = async (): Promise<OnnxModel> => {
  const bytes = convNetBytes({ size: 8, channels: 4 })
  const { model } = await openModel({ bytes, name: 'net', hash: 'h' }, { provider: 'cpu', threads: 1 })
  return model
}

const noise = (count: number, seed: string): Images => {
  const random = new Random(seed)
  return { ...spec, count, data: Float32Array.from({ length: count * pixels }, () => random.uniform()) }
}

const apart = (a: Float32Array, b: Float32Array): number =>
  Math.hypot(...a.map((value, i) => value - b[i]!)) / Math.hypot(...b)

describe('many gradients of one model', () => {
  it('take no more memory after 10,000 runs than after 2,000', { timeout: 120_000 }, async () => {
    await using model = await open()
    const images = noise(2, 'memory')
    const loss: Loss = { kind: 'cross-entropy', labels: [1, 2] }
    const run = async (times: number): Promise<NodeJS.MemoryUsage> => {
      for (let i = 0; i < times; i++) await model.gradient(images, loss)
      collectGarbage()
      return process.memoryUsage()
    }
    // Caches, pools and compiled code fill up first.
    const early = await run(2000)
    const late = await run(8000)
    // A leak of the smallest thing that a run makes, its 384 gradient values, would be 12 MB.
    expect(late.heapUsed - early.heapUsed).toBeLessThan(4e6)
    expect(late.arrayBuffers - early.arrayBuffers).toBeLessThan(4e6)
    expect(late.rss - early.rss).toBeLessThan(3e7)
  })
})

describe('an image in a batch', () => {
  it('has the scores and gradient that it has alone, whatever stands beside it', async () => {
    await using model = await open()
    const images = noise(16, 'batch')
    const labels = Array.from({ length: 16 }, (_, i) => i % 10)
    const whole = await model.gradient(images, { kind: 'cross-entropy', labels })
    const random = new Random('composition')
    for (let trial = 0; trial < 12; trial++) {
      const chosen = random.shuffle(labels.map((_, i) => i)).slice(0, 1 + random.int(7))
      const data = new Float32Array(chosen.length * pixels)
      chosen.forEach((n, at) => data.set(sliceImages(images, n, n + 1).data, at * pixels))
      const some = await model.gradient(
        { ...spec, count: chosen.length, data },
        { kind: 'cross-entropy', labels: chosen.map((n) => labels[n]!) },
      )
      chosen.forEach((n, at) => {
        const of = (values: Float32Array, i: number, width: number): Float32Array =>
          values.subarray(i * width, (i + 1) * width)
        expect(apart(of(some.logits.data, at, 10), of(whole.logits.data, n, 10))).toBeLessThan(1e-6)
        expect(apart(of(some.gradient.data, at, pixels), of(whole.gradient.data, n, pixels))).toBeLessThan(
          1e-5,
        )
      })
    }
  })
})

describe('a seed', () => {
  const images: ByteImages = {
    ...spec,
    count: 4,
    data: Uint8Array.from(noise(4, 'pictures').data, (value) => Math.round(255 * value)),
  }

  /** A digest of the 8-bit images that an attack makes, on a model that was opened anew. */
  async function made(attack: string, seed: string): Promise<string> {
    await using model = await open()
    const outcome = await runAttack({ attack: attackOf(attack), model, images, labels: [0, 1, 2, 3], seed })
    return createHash('sha256').update(outcome.images.data).digest('hex')
  }

  it.each(['fgsm', 'bim', 'pgd'])('gives the same 8-bit images run after run: %s', async (attack) => {
    const first = await made(attack, 'seed 1')
    expect(await made(attack, 'seed 1')).toBe(first)
    expect(await made(attack, 'seed 1')).toBe(first)
    if (attack === 'pgd') expect(await made(attack, 'seed 2')).not.toBe(first)
  })
})
