import { HalftoneError, throwIfCancelled, type CancelSignal } from '#core/errors'
import { predictionOf, rowOf, type Prediction } from '#core/metrics/classification'
import { checkClasses } from '#core/models/checkClasses'
import { checkImages } from '#core/models/checkImages'
import type { DifferentiableModel } from '#core/models/DifferentiableModel'
import { resolveParams, type ParamSpecs } from '#core/paramValues'
import { concatImages, sliceImages, toFloats, type ByteImages } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import type { Attack } from './Attack'
import { regionRound, roundImages } from './bounds'
import { CountingOracle } from './oracle'
import type { AttackOutcome, Distances, ImageOutcome, Verdict } from './outcome'

/** How far a run has come. `fraction` grows smoothly from 0 to 1; `done` counts finished images. */
export interface AttackProgress {
  readonly done: number
  readonly total: number
  readonly fraction: number
}

/** What {@link runAttack} attacks. */
export interface AttackJob {
  readonly attack: Attack
  /** By name; absent ones take their defaults. */
  readonly params?: Readonly<Record<string, unknown>> | undefined
  readonly model: DifferentiableModel
  readonly images: ByteImages
  /** True labels, one per image. */
  readonly labels: readonly number[]
  /** Classes to reach, one per image, for attacks that are given targets. */
  readonly targets?: readonly number[] | undefined
  readonly seed: string
  /** Names of the images, by default their indices: image random numbers come from seed, attack and name. */
  readonly keys?: readonly string[] | undefined
  /** Images attacked together. */
  readonly batch?: number | undefined
}

export interface AttackHooks {
  readonly signal?: CancelSignal | undefined
  readonly onProgress?: ((progress: AttackProgress) => void) | undefined
}

const defaultBatch = 8

/**
 * Runs one attack over a set of images: batch by batch, within its bound and within 0..255 exactly after rounding to
 * 8 bits, and judges the rounded images.
 * @throws HalftoneError `invalid-argument` (parameters, labels, targets), `shape-mismatch`, `cancelled`
 */
export async function runAttack(job: AttackJob, hooks: AttackHooks = {}): Promise<AttackOutcome> {
  const { attack, images } = job
  const params = resolveParams(`Attack ${attack.id}`, attack.params as ParamSpecs, job.params)
  checkJob(job)
  const batch = job.batch ?? defaultBatch
  const parts: ByteImages[] = []
  const results: ImageOutcome[] = []
  const report = (done: number): void => {
    hooks.onProgress?.({
      done: Math.floor(done),
      total: images.count,
      fraction: images.count ? done / images.count : 1,
    })
  }
  report(0)
  for (let start = 0; start < images.count; start += batch) {
    const end = Math.min(start + batch, images.count)
    const part = await attackBatch(job, params, start, end, hooks, (share) => {
      report(start + share * (end - start))
    })
    parts.push(part.images)
    results.push(...part.results)
    report(end)
  }
  return {
    attack: attack.id,
    params,
    seed: job.seed,
    images: parts.length > 0 ? concatImages(parts) : images,
    results,
  }
}

async function attackBatch(
  job: AttackJob,
  params: Readonly<Record<string, number | boolean | string>>,
  start: number,
  end: number,
  { signal }: AttackHooks,
  report: (share: number) => void,
): Promise<{ images: ByteImages; results: ImageOutcome[] }> {
  const { attack, model } = job
  const cleanBytes = sliceImages(job.images, start, end)
  const images = toFloats(cleanBytes)
  const labels = job.labels.slice(start, end)
  throwIfCancelled(signal)
  const clean = await model.logits(images)
  const given = job.targets?.slice(start, end)
  const targets = given ?? attack.chooseTargets?.(clean) ?? []
  const bound = attack.bound?.(params)
  const region = regionRound(cleanBytes, bound)
  const oracle = new CountingOracle(model, images.count, signal)
  const random = labels.map(
    (_, i) => new Random(`${job.seed}/${attack.id}/${job.keys?.[start + i] ?? start + i}`),
  )
  const steps = attack.run({
    oracle,
    params,
    images,
    clean,
    labels,
    targets,
    random,
    project: region.project,
    move: region.step,
    quantize: (batch) => toFloats(roundImages(batch, cleanBytes, bound)),
  })
  let next = await steps.next()
  while (!next.done) {
    throwIfCancelled(signal)
    report(next.value.steps > 0 ? Math.min(next.value.step / next.value.steps, 1) : 0)
    next = await steps.next()
  }
  const adversarial = roundImages(next.value, cleanBytes, bound)
  throwIfCancelled(signal)
  const final = await model.logits(toFloats(adversarial))
  const results = labels.map((label, i): ImageOutcome => {
    const before = predictionOf(rowOf(clean, i), label)
    const after = predictionOf(rowOf(final, i), label)
    const target = targets[i]
    return {
      label,
      ...(target === undefined ? {} : { target }),
      clean: before,
      adversarial: after,
      verdict: verdictOf(before, after, given?.[i]),
      distances: distancesOf(sliceImages(adversarial, i, i + 1).data, sliceImages(cleanBytes, i, i + 1).data),
      gradients: oracle.gradients[i]!,
      queries: oracle.queries[i]!,
    }
  })
  return { images: adversarial, results }
}

function verdictOf(clean: Prediction, adversarial: Prediction, wanted: number | undefined): Verdict {
  if (!clean.top1) return 'wrong-from-start'
  const reached = wanted === undefined ? !adversarial.top1 : adversarial.top[0]?.label === wanted
  return reached ? 'fooled' : 'held'
}

/** Sizes of a perturbation in 8-bit units, all in one pass. */
export function distancesOf(adversarial: Uint8Array, clean: Uint8Array): Distances {
  let [l0, l1, squares, linf] = [0, 0, 0, 0]
  for (let i = 0; i < clean.length; i++) {
    const change = Math.abs(adversarial[i]! - clean[i]!)
    if (change === 0) continue
    l0++
    l1 += change
    squares += change * change
    if (change > linf) linf = change
  }
  return { l0, l1, l2: Math.sqrt(squares), linf }
}

function checkJob({ attack, model, images, labels, targets, keys, batch }: AttackJob): void {
  const { input, classes } = model
  checkImages(input, images)
  if (batch !== undefined && !(Number.isInteger(batch) && batch >= 1)) {
    throw new HalftoneError('invalid-argument', `The batch must be a whole number of images, got ${batch}.`)
  }
  checkClasses('label', labels, images.count, classes.length)
  if (targets && attack.targets === 'none') {
    throw new HalftoneError('invalid-argument', `Attack ${attack.id} takes no targets; leave them out.`)
  }
  if (!targets && attack.targets === 'required') {
    throw new HalftoneError('invalid-argument', `Attack ${attack.id} needs a target class for each image.`)
  }
  if (targets) checkClasses('target', targets, images.count, classes.length)
  if (keys && keys.length !== images.count) {
    throw new HalftoneError('invalid-argument', `Expected ${images.count} image keys, got ${keys.length}.`)
  }
}
