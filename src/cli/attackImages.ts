import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ImageSourceRef, ModelRef } from '#contract/experiment'
import { slug } from '#contract/paths'
import { attackOf } from '#core/attacks/index'
import { summarize, type AttackOutcome, type OutcomeSummary } from '#core/attacks/outcome'
import { anyTargetRate, pairRates, type PairRate } from '#core/attacks/pairs'
import type { AttackProgress } from '#core/attacks/run'
import { describeSource } from '#core/datasets/describeSource'
import { predictionsOf, type Prediction } from '#core/metrics/classification'
import type { Through } from '#core/models/wrappers/through'
import type { ParamValues } from '#core/paramValues'
import type { Share } from '#core/metrics/share'
import { concatImages, type ByteImages } from '#core/tensor/Images'
import { rasterOf } from '#core/tensor/Raster'
import { csv } from '#lab/csv'
import { formatJson } from '#lab/formatJson'
import type { EngineModel } from '#lab/ports/Engine'
import type { OpenImages, SourceImage } from '#lab/ports/ImageSource'
import { drawGrid } from '#node/images/drawGrid'
import { encodePng } from '#node/images/encodePicture'
import { heatGrid, pairsGrid, targetsGrid } from './attackGrid'
import { resultColumns, resultRow, type AttackedImage } from './attackRows'
import { takeImages, targetsOf } from './attackTargets'
import { useFolder } from './useFolder'

/** What `halftone attack` is asked for. */
export interface AttackImages {
  readonly attack: string
  readonly params: ParamValues
  readonly images: ImageSourceRef
  readonly count: number
  readonly seed: string
  /** So many images of each class, in place of `count`. */
  readonly perClass?: number | undefined
  /** Names or indices of the classes to reach, or `all`. */
  readonly target: string | undefined
  /** Wrappers between the attack and the model. */
  readonly through?: Through | undefined
  /** A new or empty folder. */
  readonly out: string
}

/** What results.json holds. */
export interface AttackResults extends Omit<AttackImages, 'out' | 'target' | 'through'> {
  readonly title: string
  readonly paper: string
  readonly model: Pick<ModelRef, 'name' | 'sha256'>
  readonly provider: string
  /** Which data the images came from, in words. */
  readonly data: string
  readonly target: string | null
  readonly through: Through | null
  readonly summary: OutcomeSummary
  /** Images that reached at least one of several targets; null where there were not several. */
  readonly anyTarget: Share | null
  /** Success by source and target. */
  readonly pairs: readonly (Omit<PairRate, 'source' | 'target'> & {
    readonly source: string
    readonly target: string
  })[]
  readonly results: readonly AttackedImage[]
}

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
  const { attack, params, seed, out, through } = request
  const { classes, name, id, input, profile, provider } = model.info
  const targets = targetsOf(attack, request.target, classes)
  await useFolder(out)
  const source = { name, path: null, labels: null, sha256: id, classes, input, profile }
  const taken = await takeImages(await openImages(request.images, source, seed), classes.length, {
    count: request.count,
    perClass: request.perClass,
    targets,
  })
  const images = concatImages(taken.map(({ image }) => image))
  const attempts = attemptsOf(taken, targets)
  const clean = concatImages(attempts.map(({ source }) => taken[source]!.image))
  const outcome = await model.attack(
    {
      attack,
      params,
      images: clean,
      labels: attempts.map(({ source }) => taken[source]!.label),
      ...(targets.length > 0 && { targets: attempts.map(({ target }) => target!) }),
      keys: attempts.map(({ source, target }) =>
        targets.length > 1 ? `${source} to ${classes[target!]!}` : String(source),
      ),
      seed,
      timed: true,
      ...(through && { through }),
    },
    { onProgress },
  )
  const plain = through && (await plainAnswers(model, outcome))
  const rows: AttackedImage[] = []
  for (const [n, result] of outcome.results.entries()) {
    const { source, target } = attempts[n]!
    const file = `${String(source).padStart(4, '0')}-${slug(classes[result.label]!)}`
    const end = targets.length > 1 ? `-to-${slug(classes[target!]!)}` : ''
    const files = { cleanFile: `${file}-clean.png`, adversarialFile: `${file}-${slug(attack)}${end}.png` }
    await writeFile(join(out, files.cleanFile), await encodePng(rasterOf(clean, n)))
    await writeFile(join(out, files.adversarialFile), await encodePng(rasterOf(outcome.images, n)))
    const { origin } = taken[source]!
    rows.push({ image: source, origin, ...resultRow(result, plain?.[n], classes), ...files })
  }
  const { title, paper } = attackOf(attack)
  const pairs = pairRates(outcome.results, targets.length > 0)
  const results: AttackResults = {
    attack,
    title,
    paper,
    params: outcome.params,
    model: { name, sha256: id },
    provider,
    images: request.images,
    data: describeSource(request.images),
    count: taken.length,
    perClass: request.perClass,
    seed,
    through: through ?? null,
    target: targets.length === 0 ? null : targets.map((target) => classes[target]!).join(', '),
    summary: summarize(outcome.results),
    anyTarget:
      targets.length > 1
        ? anyTargetRate(
            outcome.results,
            attempts.map(({ source }) => source),
          )
        : null,
    pairs: pairs.map((pair) => ({
      ...pair,
      source: classes[pair.source]!,
      target: classes[pair.target]!,
    })),
    results: rows,
  }
  await drawGrids(out, title, { images, clean, outcome, attempts, targets, classes, pairs })
  const table = rows.map((row) => resultColumns.map((column) => row[column]))
  await writeFile(join(out, 'results.csv'), csv(resultColumns, table))
  // Last: its presence says that all the rest is there.
  await writeFile(join(out, 'results.json'), formatJson(results))
  return results
}

/** One image towards one class, or away from its own. */
interface Attempt {
  /** Index among the images that were taken. */
  readonly source: number
  readonly target: number | undefined
}

function attemptsOf(taken: readonly SourceImage[], targets: readonly number[]): Attempt[] {
  return taken.flatMap(({ label }, source): Attempt[] =>
    targets.length === 0
      ? [{ source, target: undefined }]
      : targets.filter((target) => target !== label).map((target) => ({ source, target })),
  )
}

/** What the model says of the saved pictures without any wrapper round it. */
async function plainAnswers(model: EngineModel, { images, results }: AttackOutcome): Promise<Prediction[]> {
  const labels = results.map(({ label }) => label)
  return predictionsOf(await model.classify(images), labels)
}

interface Drawn {
  readonly images: ByteImages
  readonly clean: ByteImages
  readonly outcome: AttackOutcome
  readonly attempts: readonly Attempt[]
  readonly targets: readonly number[]
  readonly classes: readonly string[]
  readonly pairs: readonly PairRate[]
}

async function drawGrids(out: string, title: string, drawn: Drawn): Promise<void> {
  const { images, clean, outcome, attempts, targets, classes, pairs } = drawn
  const grid =
    targets.length > 1
      ? targetsGrid(
          `${title}: source by target`,
          images,
          outcome.images,
          attempts.map(({ source }, n) => ({ source, result: outcome.results[n]! })),
          targets,
          classes,
        )
      : pairsGrid(title, clean, outcome.images, outcome.results, classes)
  await writeFile(join(out, 'grid.png'), await drawGrid(grid))
  if (pairs.length < 2) return
  const heat = heatGrid(`${title}: share of attempts that succeeded, source by target`, pairs, classes)
  await writeFile(join(out, 'heatmap.png'), await drawGrid(heat))
}
