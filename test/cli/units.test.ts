import { afterAll, describe, expect, it } from 'vitest'
import { findMaximisers, type UnitsRequest } from '#cli/findMaximisers'
import { layersOf } from '#core/units/findLayer'
import { concatImages, toFloats, type ByteImages } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import type { OpenImages, SourceImage } from '#lab/ports/ImageSource'
import { openModel } from '#node/onnx/openModel'
import { engineModelOf } from '../support/engineModel'
import { convNet, convNetBytes } from '../support/onnxNets'

const { model: net } = await openModel(
  { bytes: convNetBytes(), name: 'net', hash: 'net', classes: undefined },
  { provider: 'cpu', threads: 1 },
)
afterAll(() => net[Symbol.asyncDispose]())
const model = engineModelOf(net)

/** Fifty pictures, the fourth unreadable. */
const pictures: SourceImage[] = Array.from({ length: 50 }, (_, n) => {
  const random = new Random(`picture ${n}`)
  const image: ByteImages = { ...net.input, count: 1, data: new Uint8Array(432).map(() => random.int(256)) }
  return { image, label: n % 10, origin: `picture ${n}` }
})
const openImages: OpenImages = () =>
  Promise.resolve({
    size: 50,
    skipped: [],
    take: (number) =>
      Promise.resolve(number === 3 ? { file: '3.png', reason: 'damaged' } : pictures[number]!),
  })

const features = layersOf(convNet()).find(({ op }) => op === 'Flatten')!.name
const convolution = layersOf(convNet()).find(({ op }) => op === 'Conv')!.name
const request: UnitsRequest = {
  layer: features,
  positions: 'each',
  named: [],
  units: 3,
  directions: 2,
  top: 4,
  images: { kind: 'folder', path: 'pictures', fit: 'crop' },
  count: 100,
  seed: '1',
}
const find = (over: Partial<UnitsRequest> = {}) =>
  findMaximisers(model, openImages, { ...request, ...over }, () => undefined)

describe('halftone units', () => {
  it('finds the images with the greatest activations of the layer itself', async () => {
    const { result, imageOf } = await find({ named: [17, 5], directions: 0 })
    const readable = [...pictures.keys()].filter((n) => n !== 3)
    const all = concatImages(readable.map((n) => pictures[n]!.image))
    const { data, shape } = await net.activations!(toFloats(all), features)
    expect(result).toMatchObject({ layerUnits: shape[1], looked: 49 })
    for (const [row, unit] of [17, 5].entries()) {
      const wanted = readable
        .map((image, n) => ({ image, value: data[n * shape[1]! + unit]! }))
        .sort((a, b) => b.value - a.value || a.image - b.image)
        .slice(0, 4)
      const { name, images } = result.maximisers[row]!
      expect(name).toBe(`unit ${unit}`)
      expect(images.map(({ image }) => image)).toEqual(wanted.map(({ image }) => image))
      images.forEach(({ image, origin, label, response }, n) => {
        expect(response).toBeCloseTo(wanted[n]!.value, 3)
        expect(origin).toBe(`picture ${image}`)
        expect(label).toBe(net.classes[image % 10])
        expect(imageOf(image)).toBe(pictures[image])
      })
    }
  })

  it('takes random units and directions by the seed', async () => {
    const { result } = await find()
    expect(result.maximisers.map(({ kind }) => kind)).toEqual(['unit', 'unit', 'unit', 'random', 'random'])
    expect((await find()).result).toEqual(result)
    expect((await find({ seed: '2' })).result.maximisers).not.toEqual(result.maximisers)
    expect((await find({ count: 10 })).result.looked).toBe(9)
  })

  it("takes a convolution's values, or its channels", async () => {
    expect((await find({ layer: convolution })).result.layerUnits).toBe(8 * 12 * 12)
    expect((await find({ layer: convolution, positions: 'greatest' })).result.layerUnits).toBe(8)
  })

  it('says which layers and units there are not', async () => {
    await expect(find({ layer: 'nowhere' })).rejects.toThrow(/no inner tensor 'nowhere'/)
    await expect(find({ named: [288] })).rejects.toThrow(/has 288 units, 0 to 287; there is no unit 288/)
    const none: OpenImages = () =>
      Promise.resolve({ size: 2, skipped: [], take: () => Promise.resolve({ file: 'a', reason: 'b' }) })
    await expect(findMaximisers(model, none, request, () => undefined)).rejects.toThrow(/No image/)
  })
})
