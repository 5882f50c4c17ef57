import type { Speed } from '#contract/models'
import { throwIfCancelled } from '#core/errors'
import { median } from '#core/metrics/median'
import { pixelsPerImage, toFloats, type ByteImages } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import type { EngineModel } from '../ports/Engine'
import type { StepContext } from '../StepContext'

/** Images at once that are timed: what the playground and what attacks run. */
const batches = [1, 8] as const

/** Each time is the median of this many runs, fewer for a slow model, after runs that do not count. */
const mostRuns = 25
const leastRuns = 5
const warmUps = 2

/** A slow model is timed for about this long each, in ms. */
const longEnough = 3000

/**
 * Times forward runs and input gradients. The clock stands outside the engine, so that a time has in it what any caller
 * waits for: the run, and bringing pictures there and scores back.
 */
export async function measureModel(model: EngineModel, context: StepContext): Promise<Speed> {
  const { info } = model
  const kinds = info.differentiable.ok ? (['forward', 'gradient'] as const) : (['forward'] as const)
  const total = batches.length * kinds.length
  let part = 0
  const runs: { batch: number; forward: number; gradient: number | null }[] = []
  for (const batch of batches) {
    const images = noise(model, batch)
    const floats = toFloats(images)
    const labels = Array.from({ length: batch }, () => 0)
    const work = {
      forward: () => model.classify(images, { batch }),
      gradient: () => model.gradient(floats, { kind: 'cross-entropy', labels }, { batch }),
    }
    const times: { forward: number; gradient: number | null } = { forward: 0, gradient: null }
    for (const kind of kinds) {
      const phase = `${kind === 'forward' ? 'scores' : 'gradients'} of ${batch === 1 ? '1 image' : `${batch} images`}`
      const report = (share: number): void => {
        context.progress(phase, part + share, total)
      }
      report(0)
      times[kind] = (await timed(work[kind], context, report)) / batch
      part++
    }
    runs.push({ batch, ...times })
  }
  context.progress('measured', total, total)
  return { provider: info.provider, threads: info.threads, runs }
}

/**
 * Milliseconds of one call. A cancel is looked for between calls only: one that reached into a call would end the engine,
 * and with it what else runs there.
 */
async function timed(
  call: () => Promise<unknown>,
  { signal, ports: { machine } }: StepContext,
  report: (share: number) => void,
): Promise<number> {
  for (let i = 0; i < warmUps; i++) {
    throwIfCancelled(signal)
    await call()
  }
  const times: number[] = []
  const started = machine.ticks()
  while (times.length < mostRuns) {
    throwIfCancelled(signal)
    const before = machine.ticks()
    await call()
    times.push(machine.ticks() - before)
    const spent = machine.ticks() - started
    if (times.length >= leastRuns && spent > longEnough) break
    report(Math.max(times.length / mostRuns, Math.min(0.99, spent / longEnough)))
  }
  return median(times)!
}

function noise({ info: { input } }: EngineModel, count: number): ByteImages {
  const random = new Random('pictures to time a model with')
  const data = new Uint8Array(count * pixelsPerImage(input))
  for (let i = 0; i < data.length; i++) data[i] = random.int(256)
  return { ...input, count, data }
}
