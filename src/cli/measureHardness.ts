import type { ImageSourceRef, ModelRef } from '#contract/experiment'
import type { AttackProgress } from '#core/attacks/run'
import { saliencyDistances } from '#core/attacks/saliencyDistances'
import type { Direction } from '#core/attacks/saliencyMap'
import { HalftoneError } from '#core/errors'
import { robustness } from '#core/metrics/adversarialDistance'
import { sourceTargets, type SourceTarget } from '#core/metrics/sourceTarget'
import type { ParamValues } from '#core/paramValues'
import { concatImages, pixelsPerImage, sliceImages, toFloats, type ByteImages } from '#core/tensor/Images'
import type { EngineModel } from '#lab/ports/Engine'
import type { OpenImages, SourceImage } from '#lab/ports/ImageSource'

/** What `halftone hardness` is asked for. */
export interface HardnessRequest {
  /** Parameters of the saliency map attack; its maximum distortion is the greatest that is integrated over. */
  readonly params: ParamValues
  readonly images: ImageSourceRef
  /** Images of each class. */
  readonly perClass: number
  /** Maximum distortions up to the greatest, at equal steps. */
  readonly levels: number
  readonly seed: string
}

/** One pair of classes. */
export interface HardnessPair extends Omit<SourceTarget, 'source' | 'target'> {
  readonly source: string
  readonly target: string
  /** Mean of A(X, t) over the images of the source. */
  readonly distance: number
}

/** What hardness.json holds. */
export interface HardnessResult extends HardnessRequest {
  readonly model: Pick<ModelRef, 'name' | 'sha256'>
  readonly classes: readonly string[]
  /** Images that were attacked, each towards every other class. */
  readonly attacked: number
  /** Maximum distortions Upsilon_k, shares of the features. */
  readonly limits: readonly number[]
  /** R(F), over the images and targets looked at. */
  readonly robustness: number
  readonly pairs: readonly HardnessPair[]
}

/** The first image of each class, and what the attack made of it for each target; null for its own class. */
export interface Example {
  readonly source: string
  readonly clean: ByteImages
  readonly towards: readonly ({ readonly image: ByteImages; readonly reached: boolean } | null)[]
}

/** Numbers drawn from the source before it is given up to find every class in it. */
const triesPerImage = 20

/**
 * Runs the saliency map attack on some images of each class towards every other class, and measures what Papernot 2016
 * measures: success and distortion by source and target, hardness, adversarial distance and robustness.
 * @throws HalftoneError `not-found` when the source has no usable image
 */
export async function measureHardness(
  model: EngineModel,
  openImages: OpenImages,
  request: HardnessRequest,
  onProgress: (progress: AttackProgress) => void,
): Promise<{ result: HardnessResult; examples: readonly Example[] }> {
  const { name, id, classes, input, profile } = model.info
  const ref: ModelRef = { name, path: null, labels: null, sha256: id, classes, input, profile }
  const source = await openImages(request.images, ref, request.seed)
  const taken = await takePerClass(source, request.perClass, classes.length)
  const jobs = taken.flatMap((image, n) =>
    [...classes.keys()].filter((target) => target !== image.label).map((target) => ({ image, n, target })),
  )
  const outcome = await model.attack(
    {
      attack: 'jsma',
      params: request.params,
      images: concatImages(jobs.map(({ image }) => image.image)),
      labels: jobs.map(({ image }) => image.label),
      targets: jobs.map(({ target }) => target),
      keys: jobs.map(({ n, target }) => `${n} to ${target}`),
      seed: request.seed,
    },
    { onProgress },
  )
  const { params } = outcome
  const images = toFloats(concatImages(taken.map(({ image }) => image)))
  const distances = await saliencyDistances(
    (batch, loss) => model.gradient(batch, loss),
    images,
    classes.length,
    params['direction'] as Direction,
  )
  const limits = Array.from(
    { length: request.levels },
    (_, k) => ((Number(params['distortion']) / 100) * (k + 1)) / request.levels,
  )
  const steps = { features: pixelsPerImage(input), perStep: params['features'] === 'pair' ? 2 : 1 }
  const all = jobs.map(({ n, target }) => distances[n]![target]!)
  const result: HardnessResult = {
    ...request,
    params,
    model: { name, sha256: id },
    classes,
    attacked: taken.length,
    limits,
    robustness: robustness(all)!,
    pairs: sourceTargets(outcome.results, steps, limits).map(({ source, target, ...pair }) => {
      const own = taken.flatMap((image, n) => (image.label === source ? [distances[n]![target]!] : []))
      return {
        source: classes[source]!,
        target: classes[target]!,
        ...pair,
        distance: own.reduce((sum, value) => sum + value, 0) / own.length,
      }
    }),
  }
  const examples = [...classes.entries()].flatMap(([label, title]): Example[] => {
    const n = taken.findIndex((image) => image.label === label)
    if (n < 0) return []
    const towards = [...classes.keys()].map((target) => {
      const at = jobs.findIndex((job) => job.n === n && job.target === target)
      if (at < 0) return null
      const image = sliceImages(outcome.images, at, at + 1)
      return { image, reached: outcome.results[at]!.adversarial.top[0]?.label === target }
    })
    return [{ source: title, clean: taken[n]!.image, towards }]
  })
  return { result, examples }
}

/** The first so many images of each class in the source's order. */
async function takePerClass(
  source: Awaited<ReturnType<OpenImages>>,
  perClass: number,
  classes: number,
): Promise<SourceImage[]> {
  const taken: SourceImage[] = []
  const counts = new Array<number>(classes).fill(0)
  const last = Math.min(source.size, triesPerImage * perClass * classes)
  for (let number = 0; number < last && taken.length < perClass * classes; number++) {
    const image = await source.take(number)
    if (!('image' in image) || counts[image.label]! >= perClass) continue
    counts[image.label]!++
    taken.push(image)
  }
  if (taken.length > 0) return taken.sort((a, b) => a.label - b.label)
  throw new HalftoneError('not-found', 'No image of the source can be used. Check --images.')
}
