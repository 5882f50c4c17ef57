import { HalftoneError, throwIfCancelled, type CancelSignal } from '#core/errors'
import { checkClasses } from '#core/models/checkClasses'
import { checkImages } from '#core/models/checkImages'
import type { DifferentiableModel } from '#core/models/DifferentiableModel'
import { resolveParams, type ParamSpecs } from '#core/paramValues'
import { Workroom } from '#core/simd/Workroom'
import { concatImages, sliceImages, type ByteImages, type Images } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import type { Attack } from './Attack'
import { isBall, regionRound, roundInside } from './bounds'
import { changesOf, judgementsOf, reachedUnrounded } from './judge'
import { levelProgram } from './levelKernels'
import { CountingOracle } from './oracle'
import { quantizer } from './quantizer'
import type { AttackOutcome, ImageOutcome } from './outcome'

/** How far a run has come. `fraction` grows smoothly from 0 to 1; `done` counts finished images. */
export interface AttackProgress {
  readonly done: number
  readonly total: number
  readonly fraction: number
  /** Random transformations drawn so far, where the model is an expectation over them. */
  readonly draws?: number
}

/** What {@link runAttack} attacks. */
export interface AttackJob {
  readonly attack: Attack
  /** By name; absent ones take their defaults. */
  readonly params?: Readonly<Record<string, unknown>> | undefined
  readonly model: DifferentiableModel
  /** Who judges the clean and the saved images; by default the model. */
  readonly judge?: DifferentiableModel | undefined
  /**
   * The images that the attacked ones stand for, where the attack moves another variable (reparameterization). They are what
   * is saved, judged and measured, against the given clean ones; a bound then holds for the variable.
   */
  readonly realise?: ((images: ByteImages) => Promise<ByteImages>) | undefined
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
  /** Memory of an earlier run that has ended, to serve again; by default the run makes its own. */
  readonly workroom?: Workroom | undefined
}

export interface AttackHooks {
  readonly signal?: CancelSignal | undefined
  readonly onProgress?: ((progress: AttackProgress) => void) | undefined
  /** A clock in ms, for the time that images took; without one none is told. */
  readonly now?: (() => number) | undefined
}

/** Images attacked together where nothing else is asked for. */
export const defaultBatch = 8

/**
 * Runs one attack over a set of images: batch by batch, within its bound and within 0..255 exactly after rounding to
 * 8 bits, and judges the rounded images.
 * @throws HalftoneError `invalid-argument` (parameters, labels, targets), `shape-mismatch`, `cancelled`
 */
export async function runAttack(job: AttackJob, hooks: AttackHooks = {}): Promise<AttackOutcome> {
  const { attack, images } = job
  const params = resolveParams(`Attack ${attack.id}`, attack.params as ParamSpecs, job.params)
  checkAttackJob(job)
  const batch = job.batch ?? defaultBatch
  const parts: ByteImages[] = []
  const results: ImageOutcome[] = []
  const { workroom = new Workroom() } = job
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
    try {
      const part = await attackBatch(job, params, start, end, workroom, hooks, (share) => {
        report(start + share * (end - start))
      })
      parts.push(part.images)
      results.push(...part.results)
    } finally {
      workroom.clear()
    }
    report(end)
  }
  return {
    attack: attack.id,
    params,
    seed: job.seed,
    images: parts.length === 1 ? parts[0]! : parts.length > 1 ? concatImages(parts) : images,
    results,
  }
}

async function attackBatch(
  job: AttackJob,
  params: Readonly<Record<string, number | boolean | string>>,
  start: number,
  end: number,
  workroom: Workroom,
  { signal, now }: AttackHooks,
  report: (share: number) => void,
): Promise<{ images: ByteImages; results: ImageOutcome[] }> {
  const { attack, model, judge = model, realise } = job
  const started = now?.()
  const cleanBytes = sliceImages(job.images, start, end)
  const kernels = workroom.kernels(levelProgram())
  const floatsOf = (bytes: ByteImages): Images => {
    const data = workroom.floats(bytes.data.length)
    kernels.run('floats', [bytes.data, data])
    return { ...bytes, data }
  }
  const images = floatsOf(cleanBytes)
  const labels = job.labels.slice(start, end)
  throwIfCancelled(signal)
  const given = job.targets?.slice(start, end)
  // An expectation over photos takes long to answer: it is asked only where targets come of it.
  const chooses = !given && attack.chooseTargets !== undefined
  const comesLater = judge === model && attack.startsClean === true
  const before = comesLater ? undefined : await judge.logits(images)
  const seen = judge === model || !chooses ? before : await model.logits(images)
  const targets = given ?? (seen && attack.chooseTargets?.(seen)) ?? []
  const bound = attack.bound?.(params)
  const region = regionRound(images, bound, workroom, attack.calls?.(params))
  const oracle = new CountingOracle(model, images.count, signal, workroom)
  const random = labels.map(
    (_, i) => new Random(`${job.seed}/${attack.id}/${job.keys?.[start + i] ?? start + i}`),
  )
  const steps = attack.run({
    oracle,
    params,
    images,
    classes: model.classes.length,
    labels,
    targets,
    random,
    workroom,
    start: region.start,
    project: region.project,
    move: region.step,
    quantize: quantizer(cleanBytes, bound, region, kernels, workroom),
  })
  let next = await steps.next()
  while (!next.done) {
    throwIfCancelled(signal)
    report(next.value.steps > 0 ? Math.min(next.value.step / next.value.steps, 1) : 0)
    next = await steps.next()
  }
  // In place: the attack is over.
  const exact = next.value
  if (isBall(bound)) region.project(exact)
  const judgedFloats = workroom.floats(exact.data.length)
  const levels = new Uint8Array(exact.data.length)
  const variable = roundInside(exact, cleanBytes, bound, kernels, levels, judgedFloats)
  const adversarial = realise ? await realise(variable) : variable
  throwIfCancelled(signal)
  const judged = realise ? floatsOf(adversarial) : { ...exact, data: judgedFloats }
  const final = await judge.logits(judged)
  const clean = before ?? oracle.firstScores ?? (await judge.logits(images))
  const judgements = judgementsOf(clean, final, labels, given)
  const held = [...judgements.keys()].filter((i) => judgements[i]!.verdict === 'held')
  // A changed variable has no unrounded image to compare with.
  let lost: ReadonlySet<number> | undefined
  if (held.length > 0 && !realise) {
    if (!isBall(bound)) region.project(exact)
    lost = await reachedUnrounded(judge, held, exact, judged, labels, given, workroom)
  }
  const milliseconds = started === undefined ? undefined : (now!() - started) / images.count
  const results = judgements.map((judgement, i): ImageOutcome => {
    const target = targets[i]
    const pair = [sliceImages(adversarial, i, i + 1).data, sliceImages(cleanBytes, i, i + 1).data] as const
    return {
      label: labels[i]!,
      ...(target === undefined ? {} : { target }),
      ...judgement,
      ...changesOf(...pair, images.channels, kernels),
      lostInRounding: lost?.has(i) ?? false,
      gradients: oracle.gradients[i]!,
      queries: oracle.queries[i]!,
      ...(milliseconds === undefined ? {} : { milliseconds }),
    }
  })
  return { images: adversarial, results }
}

/** @throws HalftoneError `invalid-argument` (labels, targets, keys, batch), `shape-mismatch` */
export function checkAttackJob({ attack, model, images, labels, targets, keys, batch }: AttackJob): void {
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
