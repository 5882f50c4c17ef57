import { attackOf } from '#core/attacks/index'
import type { AttackOutcome } from '#core/attacks/outcome'
import { checkAttackJob, defaultBatch, type AttackHooks } from '#core/attacks/run'
import { throwIfCancelled } from '#core/errors'
import type { DifferentiableModel } from '#core/models/DifferentiableModel'
import { concatImages, sliceImages } from '#core/tensor/Images'
import { CancelSource } from '#lab/CancelSource'
import type { AbortEvents } from '#lab/ports/Engine'
import type { Crew } from './Crew'
import type { PlainAttackJob } from './protocol'
import { cut, share } from './share'
import type { CrewMember } from './threads'

/** As an attack's, with a signal that tells when it aborts: the threads hear of it then. */
export type PartHooks = AttackHooks & { readonly signal?: AbortEvents | undefined }

interface Place {
  readonly crew: Crew
  /** The model's number in the crew. */
  readonly model: number
  /** How many threads may work at once. */
  readonly threads: number
  /** How many images a run of the model takes; 1 where it takes any number. */
  readonly unit: number
  readonly whole: DifferentiableModel
  /** Attacks so few images that most threads would have none. */
  alone(): Promise<AttackOutcome>
  /** At most so many threads. */
  members(count: number): Promise<readonly CrewMember[]>
}

/**
 * Attacks images on all threads of a crew at once, a piece of the batch on each. Each image's random numbers follow its key, so the
 * result does not depend on who attacked it.
 * @throws HalftoneError as `runAttack`
 */
export async function attackInParts(
  job: PlainAttackJob,
  { signal, onProgress, now }: PartHooks,
  { crew, model, threads, unit, whole, alone, members }: Place,
): Promise<AttackOutcome> {
  const { images, labels, targets, batch = defaultBatch } = job
  if (threads === 1 || images.count * 2 <= threads * unit) return await alone()
  checkAttackJob({ ...job, attack: attackOf(job.attack), model: whole })
  const keys = job.keys ?? Array.from({ length: images.count }, (_, i) => String(i))
  const pieces = cut(images.count, threads, Math.max(unit, Math.floor(batch / threads)), unit)
  const done = pieces.map(() => 0)
  const report = (): void => {
    const sum = done.reduce((total, images) => total + images, 0)
    onProgress?.({ done: Math.floor(sum + 1e-6), total: images.count, fraction: sum / images.count })
  }
  const attack = crew.number()
  const cancel = new CancelSource()
  const abort = (): void => {
    cancel.abort()
  }
  signal?.addEventListener('abort', abort)
  const outcomes: AttackOutcome[] = []
  const crewed = await members(pieces.length)
  throwIfCancelled(signal)
  report()
  try {
    await share(
      crewed,
      pieces,
      async (member, { start, end }, index) => {
        const part = sliceImages(images, start, end)
        const piece: PlainAttackJob = {
          ...job,
          // A view would take all images along.
          images: { ...part, data: part.data.slice() },
          labels: labels.slice(start, end),
          ...(targets && { targets: targets.slice(start, end) }),
          keys: keys.slice(start, end),
          batch: end - start,
        }
        outcomes[index] = await member.call(
          'attack',
          { model, attack, job: piece, timed: now !== undefined },
          {
            signal: cancel.signal,
            onProgress: (fraction) => {
              done[index] = fraction * (end - start)
              report()
            },
          },
        )
      },
      abort,
    )
  } finally {
    signal?.removeEventListener('abort', abort)
    for (const member of crewed)
      if (member.alive) await member.call('endAttack', { model, attack, name: job.attack })
  }
  return {
    ...outcomes[0]!,
    images: concatImages(outcomes.map((outcome) => outcome.images)),
    results: outcomes.flatMap(({ results }) => results),
  }
}
