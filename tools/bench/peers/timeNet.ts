import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toBytes } from '#core/tensor/Images'
import type { DifferentiableModel } from '#core/models/DifferentiableModel'
import type { Row } from '../table'
import type { Machine } from './Machine'
import type { Net } from './nets'
import { quiet, stepsWithin, takeTurns, type Ours, type Spent, type Theirs } from './takeTurns'
import { tasks, type Batch, type Outcome, type Task } from './tasks'
import type { Peer } from './TorchPeer'

/** Turns by default: single images are quick, and the more of them are needed. */
const turnsAt = (batch: number): number => (batch < 4 ? 5 : 3)
/** Steps of the run that tells how long a step takes. */
const trialSteps = 3

/** One net on both sides. */
export interface Pair {
  readonly net: Net
  readonly model: DifferentiableModel
  readonly torch: Peer
  readonly machine: Machine
  /** Floating-point operations of a forward pass of one image, in 1e9. */
  readonly gigaflop: number
  /** Where both sides put files for the other. */
  readonly folder: string
}

/** Both sides draw nothing: the images are PyTorch's, handed over as a file. */
export async function drawBatch({ torch, model, folder }: Pair, count: number): Promise<Batch> {
  const path = join(folder, 'images.f32')
  const { labels } = await torch.ask<{ labels: number[] }>({ do: 'draw', count, images: path })
  const images = { ...model.input, count, data: await readFloats(path) }
  return { images, bytes: toBytes(images), labels }
}

/** Times one task on both sides in turn, and compares what they came to. */
export async function timeTask(pair: Pair, batch: Batch, name: string, asked?: number): Promise<Row> {
  const { net, model, torch, machine } = pair
  const task = tasks[name]!
  const { count } = batch.images
  let outcome: Outcome | undefined
  const ours =
    (steps: number): Ours =>
    async (calls) => {
      if (calls > 1) await task.run(model, batch, steps)
      const start = machine.now()
      for (let call = 0; call < calls; call++) outcome = await task.run(model, batch, steps)
      return (machine.now() - start) / calls
    }
  const theirs =
    (steps: number): Theirs =>
    (calls) =>
      torch.ask<Spent>({ do: 'run', task: name, calls, steps })
  // The first run of each makes what is made once; the faster one tells how long one takes.
  const trial = task.steps === undefined ? 1 : trialSteps
  const expected: [number, number] = [Infinity, Infinity]
  for (let run = 0; run < 2; run++) {
    expected[0] = Math.min(expected[0], (await ours(trial)(1)) / trial)
    expected[1] = Math.min(expected[1], (await theirs(trial)(1)).each / trial)
  }
  const steps = task.steps === undefined ? 1 : stepsWithin(task.steps, Math.max(...expected))
  const turns = await takeTurns(
    ours(steps),
    theirs(steps),
    { expected: [expected[0] * steps, expected[1] * steps], usual: turnsAt(count), asked },
    machine,
  )
  const checked = await compare(pair, name, outcome!)
  const times = `${ms(turns.ours / count)} ms an image beside ${ms(turns.theirs / count)}`
  return {
    name: `${net.title}, batch ${count}: ${titleOf(task, steps)}`,
    value: turns.ratio,
    unit: 'times as fast',
    reference: task.passes === undefined ? 'never below 1' : `aim ${net.aim}`,
    note: [
      times,
      ...speeds(pair, task, [turns.ours / count, turns.theirs / count]),
      checked,
      turns.count === 1 ? 'one turn' : `${turns.count} turns`,
      ...(task.more === undefined ? [] : [task.more]),
      ...(turns.others > quiet
        ? [`other programs took ${(100 * turns.others).toFixed(0)} % of the machine`]
        : []),
    ].join('; '),
  }
}

/** Tasks whose steps were cut say so: their time an image is that of the steps that were run. */
function titleOf({ title, steps: all }: Task, steps: number): string {
  return all === undefined || all === steps ? title : `${title}, of which ${steps} were timed`
}

function speeds({ gigaflop }: Pair, { passes }: Task, times: readonly [number, number]): string[] {
  if (passes === undefined) return []
  const [ours, theirs] = times.map((time) => ((passes * gigaflop) / time) * 1000)
  return [`${ours!.toFixed(0)} and ${theirs!.toFixed(0)} GFLOP/s`]
}

async function compare({ torch, folder }: Pair, task: string, outcome: Outcome): Promise<string> {
  const path = join(folder, 'gradient.f32')
  const { loss } = await torch.ask<{ loss: number }>({ do: 'check', task, gradient: path })
  const losses = `losses ${(await outcome.loss()).toFixed(4)} and ${loss.toFixed(4)}`
  if (!outcome.gradient) return losses
  return `${losses}, gradients ${apart(outcome.gradient, await readFloats(path)).toExponential(0)} apart`
}

/** Relative L2 distance. */
function apart(found: Float32Array, expected: Float32Array): number {
  let [difference, length] = [0, 0]
  for (let i = 0; i < expected.length; i++) {
    difference += (found[i]! - expected[i]!) ** 2
    length += expected[i]! ** 2
  }
  return Math.sqrt(difference / length)
}

/** Little-endian, as both sides write them. */
async function readFloats(path: string): Promise<Float32Array> {
  const bytes = await readFile(path)
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength))
}

const ms = (time: number): string => (time < 10 ? time.toFixed(2) : time.toFixed(time < 100 ? 1 : 0))
