import { describe, expect, it } from 'vitest'
import { images, type ByteImages } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import { transforms, type TransformId } from '#core/transforms/index'
import { throughJpeg } from '#node/simulator/jpeg'

const spec = { channels: 3, height: 32, width: 150 }

/** Two smooth pictures with some texture, away from 0 and 255. */
function pictures(): ByteImages {
  const random = new Random('pictures')
  const data = new Uint8Array(2 * 3 * 32 * 150)
  let i = 0
  for (let n = 0; n < 2; n++) {
    for (let c = 0; c < 3; c++) {
      for (let y = 0; y < 32; y++) {
        for (let x = 0; x < 150; x++) {
          data[i++] = 128 + 50 * Math.sin(x / (4 + c) + n) + 20 * Math.cos(y / 3) + random.uniform(-8, 8)
        }
      }
    }
  }
  return images(data, spec)
}

const context = (seed = 'a') => ({ random: new Random(seed), jpeg: throughJpeg })

function distance(a: ByteImages, b: ByteImages): number {
  let sum = 0
  for (let i = 0; i < a.data.length; i++) sum += (a.data[i]! - b.data[i]!) ** 2
  return Math.sqrt(sum / a.data.length)
}

describe.each(Object.keys(transforms) as TransformId[])('%s', (id) => {
  const transform = transforms[id]

  it('changes images more from strength to strength, leaves the input alone and repeats for a seed', async () => {
    const before = pictures()
    let last = 0
    for (const strength of transform.strengths) {
      expect(strength).toBeGreaterThanOrEqual(transform.min)
      expect(strength).toBeLessThanOrEqual(transform.max)
      const after = await transform.apply(before, strength, context())
      expect(after).toMatchObject({ ...spec, count: 2 })
      expect(after.data).toBeInstanceOf(Uint8Array)
      expect(distance(before, after)).toBeGreaterThan(last)
      last = distance(before, after)
      expect(distance(after, await transform.apply(before, strength, context()))).toBe(0)
    }
    expect(distance(before, pictures())).toBe(0)
  })

  it('takes no images at all', async () => {
    const none = images(new Uint8Array(0), spec)
    expect((await transform.apply(none, transform.strengths[0]!, context())).count).toBe(0)
  })
})

it('adds brightness in levels and clips', async () => {
  const ramp = images(Uint8Array.from([0, 100, 240, 255]), { channels: 1, height: 2, width: 2 })
  expect([...(await transforms.brightness.apply(ramp, 20, context())).data]).toEqual([20, 120, 255, 255])
  expect([...(await transforms.brightness.apply(ramp, -20, context())).data]).toEqual([0, 80, 220, 235])
})

it('stretches contrast about middle grey', async () => {
  const ramp = images(Uint8Array.from([0, 64, 128, 192]), { channels: 1, height: 2, width: 2 })
  const factor = (259 * (30 + 255)) / (255 * (259 - 30))
  const after = await transforms.contrast.apply(ramp, 30, context())
  expect([...after.data]).toEqual([0, Math.round(128 - 64 * factor), 128, Math.round(128 + 64 * factor)])
  expect([...(await transforms.contrast.apply(ramp, 0, context())).data]).toEqual([...ramp.data])
})

it('blurs an edge into the normal distribution, and keeps flat pictures and means', async () => {
  const width = 299
  const edge = images(
    Uint8Array.from({ length: width * 3 }, (_, i) => (i % width < 149 ? 0 : 200)),
    { channels: 1, height: 3, width },
  )
  const after = await transforms['gaussian-blur'].apply(edge, 2, context())
  // Phi(0.25), Phi(0.75), Phi(1.25) at half pixels from the edge for sigma 2.
  expect(after.data[149]! / 200).toBeCloseTo(0.5987, 1.9)
  expect(after.data[150]! / 200).toBeCloseTo(0.7734, 1.9)
  expect(after.data[151]! / 200).toBeCloseTo(0.8944, 1.9)
  const flat = images(new Uint8Array(width * 3).fill(77), { channels: 1, height: 3, width })
  expect([...new Set((await transforms['gaussian-blur'].apply(flat, 3, context())).data)]).toEqual([77])
})

it('adds noise of the deviation asked for', async () => {
  const flat = images(new Uint8Array(3 * 200 * 200).fill(128), { channels: 3, height: 200, width: 200 })
  const after = await transforms['gaussian-noise'].apply(flat, 12, context())
  expect(distance(flat, after)).toBeCloseTo(12, 0)
  const other = await transforms['gaussian-noise'].apply(flat, 12, context('b'))
  expect(distance(other, after)).toBeGreaterThan(10)
})
