import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ImageSourceRef, ModelRef } from '#contract/experiment'
import type { AttackProgress } from '#core/attacks/run'
import { summarize, type ImageOutcome, type OutcomeSummary } from '#core/attacks/outcome'
import { attackOf } from '#core/attacks/index'
import { classLookup, unknownLabel } from '#core/datasets/labels/classLookup'
import { describeSource } from '#core/datasets/describeSource'
import { HalftoneError } from '#core/errors'
import type { ParamValues } from '#core/paramValues'
import { concatImages } from '#core/tensor/Images'
import { rasterOf } from '#core/tensor/Raster'
import { csv, type CsvValue } from '#lab/csv'
import { formatJson } from '#lab/formatJson'
import { slug } from '#contract/paths'
import { sixDigits } from '#lab/predictions'
import type { EngineModel } from '#lab/ports/Engine'
import type { OpenImages, SourceImage } from '#lab/ports/ImageSource'
import { encodePng } from '#node/images/encodePicture'
import { useFolder } from './useFolder'

/** What `halftone attack` is asked for. */
export interface AttackImages {
  readonly attack: string
  readonly params: ParamValues
  readonly images: ImageSourceRef
  readonly count: number
  readonly seed: string
  /** Name or index of the class to reach. */
  readonly target: string | undefined
  /** A new or empty folder. */
  readonly out: string
}

/** One row of results.csv; distances in 8-bit units, all of the saved picture. */
export type AttackedImage = Readonly<Record<(typeof columns)[number], CsvValue>>

/** What results.json holds. */
export interface AttackResults extends Omit<AttackImages, 'out' | 'target'> {
  readonly title: string
  readonly paper: string
  readonly model: Pick<ModelRef, 'name' | 'sha256'>
  readonly provider: string
  /** Which data the images came from, in words. */
  readonly data: string
  readonly target: string | null
  readonly summary: OutcomeSummary
  readonly results: readonly AttackedImage[]
}

const columns = [
  'image',
  'origin',
  'verdict',
  'label',
  'target',
  'clean',
  'cleanConfidence',
  'adversarial',
  'adversarialConfidence',
  'labelConfidence',
  'l0',
  'l1',
  'l2',
  'linf',
  'gradients',
  'queries',
  'cleanFile',
  'adversarialFile',
] as const

/**
 * Attacks labelled images and writes them, before and after, with results.json and results.csv.
 * @throws HalftoneError `conflict` when the folder is not empty, `invalid-argument` for a class that there is not or a
 * target that is needed, `not-found` when the source has no usable image
 */
export async function attackImages(
  model: EngineModel,
  openImages: OpenImages,
  request: AttackImages,
  onProgress: (progress: AttackProgress) => void,
): Promise<AttackResults> {
  const { attack, params, seed, out } = request
  const { classes, name, id, input, provider } = model.info
  const target = targetOf(request, classes)
  await useFolder(out)
  const source = { name, path: null, labels: null, sha256: id, classes, input }
  const taken = await take(await openImages(request.images, source, seed), request.count, target)
  const clean = concatImages(taken.map(({ image }) => image))
  const outcome = await model.attack(
    {
      attack,
      params,
      images: clean,
      labels: taken.map(({ label }) => label),
      ...(target !== undefined && { targets: taken.map(() => target) }),
      seed,
    },
    { onProgress },
  )
  const rows: AttackedImage[] = []
  for (const [n, result] of outcome.results.entries()) {
    const file = `${String(n).padStart(4, '0')}-${slug(classes[result.label]!)}`
    const files = { cleanFile: `${file}-clean.png`, adversarialFile: `${file}-${slug(attack)}.png` }
    await writeFile(join(out, files.cleanFile), await encodePng(rasterOf(clean, n)))
    await writeFile(join(out, files.adversarialFile), await encodePng(rasterOf(outcome.images, n)))
    rows.push({ image: n, origin: taken[n]!.origin, ...rowOf(result, classes), ...files })
  }
  const { title, paper } = attackOf(attack)
  const results: AttackResults = {
    attack,
    title,
    paper,
    params: outcome.params,
    model: { name, sha256: id },
    provider,
    images: request.images,
    data: describeSource(request.images),
    count: rows.length,
    seed,
    target: target === undefined ? null : classes[target]!,
    summary: summarize(outcome.results),
    results: rows,
  }
  await writeFile(
    join(out, 'results.csv'),
    csv(
      columns,
      rows.map((row) => columns.map((column) => row[column])),
    ),
  )
  // Last: its presence says that all the rest is there.
  await writeFile(join(out, 'results.json'), formatJson(results))
  return results
}

function rowOf(result: ImageOutcome, classes: readonly string[]) {
  const { label, target, clean, adversarial, verdict, distances, gradients, queries } = result
  const [before, after] = [clean.top[0]!, adversarial.top[0]!]
  return {
    verdict,
    label: classes[label]!,
    target: target === undefined ? null : classes[target]!,
    clean: classes[before.label]!,
    cleanConfidence: sixDigits(before.confidence),
    adversarial: classes[after.label]!,
    adversarialConfidence: sixDigits(after.confidence),
    labelConfidence: sixDigits(adversarial.trueConfidence),
    ...distances,
    l2: sixDigits(distances.l2),
    gradients,
    queries,
  }
}

function targetOf({ attack, target }: AttackImages, classes: readonly string[]): number | undefined {
  const { targets } = attackOf(attack)
  if (target === undefined) {
    if (targets !== 'required') return undefined
    throw new HalftoneError('invalid-argument', `Attack ${attack} needs a class to reach: give --target.`)
  }
  if (targets === 'none') {
    throw new HalftoneError('invalid-argument', `Attack ${attack} takes no target; leave --target out.`)
  }
  const found = classLookup(classes)(target)
  if (found === undefined) throw new HalftoneError('invalid-argument', unknownLabel(target, classes))
  return found
}

/** The first images of the source's order that can be read and are not of the target's class. */
async function take(
  source: Awaited<ReturnType<OpenImages>>,
  count: number,
  target: number | undefined,
): Promise<SourceImage[]> {
  const taken: SourceImage[] = []
  for (let number = 0; number < source.size && taken.length < count; number++) {
    const image = await source.take(number)
    if ('image' in image && image.label !== target) taken.push(image)
  }
  if (taken.length > 0) return taken
  throw new HalftoneError('not-found', 'No image of the source can be used. Check --images and --target.')
}
