import { describe, expect, it } from 'vitest'
import { gaussianNoise } from '#core/attacks/gaussianNoise'
import { runAttack } from '#core/attacks/run'
import { Random } from '#core/tensor/Random'
import type { ByteImages } from '#core/tensor/Images'
import { linearNet } from '../../support/analyticNets'

const spec = { channels: 3, height: 20, width: 20 }
const random = new Random('noise')
// Half the pixels black or white, so that clipping takes much of the noise.
const images: ByteImages = {
  ...spec,
  count: 2,
  data: new Uint8Array(2400).map(() => random.pick([0, 255, random.int(256), random.int(256)])),
}
const run = (deviation: number) =>
  runAttack({
    attack: gaussianNoise,
    params: { deviation },
    model: linearNet('g', spec, 3),
    images,
    labels: [0, 1],
    seed: '1',
  })

describe('Gaussian noise', () => {
  it.each([0.3, 1, 8, 40, 100])('has a distortion of %d after clipping and rounding', async (deviation) => {
    for (const { distances, gradients, queries } of (await run(deviation)).results) {
      const distortion = distances.l2 / Math.sqrt(1200)
      expect(distortion).toBeLessThanOrEqual(deviation)
      expect(distortion).toBeGreaterThan(0.99 * deviation)
      expect([gradients, queries]).toEqual([0, 0])
    }
  })

  it('is bell-shaped where there is room for it', async () => {
    const { data } = (await run(10)).images
    const changes = Array.from(data, (value, i) => value - images.data[i]!).filter(
      (_, i) => images.data[i]! > 60 && images.data[i]! < 195,
    )
    const mean = changes.reduce((sum, value) => sum + value, 0) / changes.length
    const deviation = Math.sqrt(changes.reduce((sum, value) => sum + (value - mean) ** 2, 0) / changes.length)
    const within = changes.filter((value) => Math.abs(value) < deviation).length / changes.length
    expect(Math.abs(mean)).toBeLessThan(2)
    expect(within).toBeGreaterThan(0.62)
    expect(within).toBeLessThan(0.74)
  })

  it('does as much as it can where the range holds no more', async () => {
    const { data } = (await run(255)).images
    expect(data.every((value, i) => value === 0 || value === 255 || value === images.data[i])).toBe(true)
  })
})
