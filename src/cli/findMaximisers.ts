import type { ImageSourceRef, ModelRef } from '#contract/experiment'
import { HalftoneError } from '#core/errors'
import { concatImages, toFloats } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import { nameOf, randomDirections, randomUnits, type Direction } from '#core/units/directions'
import { layerUnits, type Positions } from '#core/units/layerUnits'
import { Maximisers } from '#core/units/Maximisers'
import { sixDigits } from '#lab/predictions'
import type { EngineModel } from '#lab/ports/Engine'
import type { ImageSource, OpenImages, SourceImage } from '#lab/ports/ImageSource'

/** What `halftone units` is asked for. */
export interface UnitsRequest {
  readonly layer: string
  readonly positions: Positions
  /** Units by number; none for random ones. */
  readonly named: readonly number[]
  /** Random units, where none are named. */
  readonly units: number
  readonly directions: number
  readonly top: number
  readonly images: ImageSourceRef
  readonly count: number
  readonly seed: string
}

export interface MaximisingImage {
  /** Its number in the source's order. */
  readonly image: number
  readonly origin: string
  readonly label: string
  /** <phi(x), v>. */
  readonly response: number
}

/** What units.json holds. */
export interface UnitsResult extends UnitsRequest {
  readonly model: Pick<ModelRef, 'name' | 'sha256'>
  /** Units that the layer has. */
  readonly layerUnits: number
  /** Images that were looked at; fewer than asked for where the source has no more. */
  readonly looked: number
  readonly maximisers: readonly {
    readonly kind: Direction['kind']
    readonly name: string
    readonly images: readonly MaximisingImage[]
  }[]
}

/** Images whose inner tensor is fetched in one run. */
const together = 32

/**
 * The images of a source that maximise units and random directions of a layer.
 * @returns the result, and a way to the images in it by their number
 * @throws HalftoneError `not-found` for a layer that there is not or a source without images, `invalid-argument` for a unit that
 * the layer does not have
 */
export async function findMaximisers(
  model: EngineModel,
  openImages: OpenImages,
  request: UnitsRequest,
  onProgress: (done: number) => void,
): Promise<{ result: UnitsResult; imageOf: (number: number) => SourceImage }> {
  const { name, id, classes, input, profile } = model.info
  const source = await openImages(
    request.images,
    { name, path: null, labels: null, sha256: id, classes, input, profile },
    request.seed,
  )
  let maximisers: Maximisers | undefined
  let [units, looked] = [0, 0]
  const last = Math.min(request.count, source.size)
  for (let start = 0; start < last; start += together) {
    const batch = await take(source, start, Math.min(start + together, last))
    if (batch.length === 0) continue
    const images = concatImages(batch.map(({ image }) => image.image))
    const layer = await model.activations(toFloats(images), request.layer)
    const { data, shape } = layerUnits(layer, batch.length, request.positions)
    units = shape[1]!
    maximisers ??= new Maximisers(directionsOf(request, units), request.top)
    for (const [n, { number }] of batch.entries()) {
      maximisers.offer(number, data.subarray(n * units, (n + 1) * units))
    }
    looked += batch.length
    onProgress(Math.min(start + together, last))
  }
  if (!maximisers) {
    throw new HalftoneError('not-found', 'No image of the source can be used. Check --images.')
  }
  const found = maximisers
  const shown = new Map<number, SourceImage>()
  for (const [n] of found.directions.entries()) {
    for (const { image } of found.of(n)) {
      for (const { image: taken } of shown.has(image) ? [] : await take(source, image, image + 1))
        shown.set(image, taken)
    }
  }
  const result: UnitsResult = {
    ...request,
    model: { name, sha256: id },
    layerUnits: units,
    looked,
    maximisers: found.directions.map((direction, n) => ({
      kind: direction.kind,
      name: nameOf(direction),
      images: found.of(n).map(({ image, value }) => {
        const { origin, label } = shown.get(image)!
        return { image, origin, label: classes[label]!, response: sixDigits(value) }
      }),
    })),
  }
  return { result, imageOf: (number) => shown.get(number)! }
}

function directionsOf({ named, units, directions, seed, layer }: UnitsRequest, size: number): Direction[] {
  const wrong = named.find((unit) => unit >= size)
  if (wrong !== undefined) {
    throw new HalftoneError(
      'invalid-argument',
      `Layer ${layer} has ${size} units, 0 to ${size - 1}; there is no unit ${wrong}.`,
    )
  }
  const random = new Random(seed)
  const chosen =
    named.length > 0
      ? named.map((unit): Direction => ({ kind: 'unit', unit }))
      : randomUnits(units, size, random.fork('units'))
  return [...chosen, ...randomDirections(directions, size, random.fork('directions'))]
}

/** The images of the source from one number to another that can be read. */
async function take(
  source: ImageSource,
  start: number,
  end: number,
): Promise<{ number: number; image: SourceImage }[]> {
  const taken: { number: number; image: SourceImage }[] = []
  for (let number = start; number < end; number++) {
    const image = await source.take(number)
    if ('image' in image) taken.push({ number, image })
  }
  return taken
}
