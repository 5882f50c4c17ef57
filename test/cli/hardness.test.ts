import { describe, expect, it } from 'vitest'
import { hardnessText } from '#cli/hardnessText'
import { measureHardness, type HardnessRequest } from '#cli/measureHardness'
import { predictedLabels } from '#core/metrics/classification'
import { toFloats, type ByteImages } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import type { OpenImages, SourceImage } from '#lab/ports/ImageSource'
import { tanhNet } from '../support/analyticNets'
import { engineModelOf } from '../support/engineModel'

const spec = { channels: 1, height: 6, width: 6 }
const net = tanhNet('hard', spec, 4)
const model = engineModelOf(net)

const random = new Random('pictures')
const batch: ByteImages = { ...spec, count: 60, data: new Uint8Array(60 * 36).map(() => random.int(256)) }
const labels = predictedLabels(await net.logits(toFloats(batch)))
const pictures = labels.map((label, n): SourceImage => ({
  image: { ...spec, count: 1, data: batch.data.slice(n * 36, (n + 1) * 36) },
  label,
  origin: String(n),
}))
const openImages: OpenImages = () =>
  Promise.resolve({ size: 60, skipped: [], take: (number) => Promise.resolve(pictures[number]!) })

const request: HardnessRequest = {
  params: { distortion: 30 },
  images: { kind: 'folder', path: 'pictures', fit: 'crop' },
  perClass: 2,
  levels: 5,
  seed: '1',
}

describe('halftone hardness', async () => {
  const { result, examples } = await measureHardness(model, openImages, request, () => undefined)

  it('turns images of every class into every other', () => {
    expect(new Set(labels).size).toBe(4)
    expect(result.attacked).toBe(8)
    expect(result.pairs.length).toBe(12)
    expect(result.limits).toEqual([0.06, 0.12, 0.18, 0.24, 0.3])
    for (const { source, target, success, distortion } of result.pairs) {
      expect(source).not.toBe(target)
      expect(success.of).toBe(2)
      expect(distortion).toBeGreaterThan(0)
      expect(distortion).toBeLessThanOrEqual(0.3)
    }
    expect(result.pairs.some(({ success }) => success.count === 2)).toBe(true)
  })

  it('has the least adversarial distance for its robustness', () => {
    for (const { distance } of result.pairs) {
      expect(distance).toBeGreaterThanOrEqual(result.robustness)
      expect(distance).toBeLessThanOrEqual(1)
    }
    expect(result.robustness).toBeGreaterThan(0)
    expect(result.robustness).toBeLessThan(1)
  })

  it('shows one image of each class, clean on the diagonal', async () => {
    expect(examples.map(({ source }) => source)).toEqual([...net.classes])
    for (const [source, { towards }] of examples.entries()) {
      expect(towards[source]).toBeNull()
      for (const [target, cell] of towards.entries()) {
        if (cell === null) continue
        const [label] = predictedLabels(await net.logits(toFloats(cell.image)))
        expect(cell.reached).toBe(label === target)
      }
    }
  })

  it('prints matrices, or the weakest pairs where there are many classes', () => {
    const text = hardnessText(result)
    expect(text).toContain('8 images towards 3 classes each, at most 30 % of the values changed')
    expect(text).toContain('Hardness H(s, t)')
    expect(text.match(/class 3/g)!.length).toBe(6)
    const many = { ...result, classes: Array.from({ length: 50 }, (_, i) => `class ${i}`) }
    expect(hardnessText(many)).toContain('pairs that give way most often')
    expect(hardnessText(many)).not.toContain('Hardness H')
  })
})
