import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { basename, join } from 'node:path'
import { MessageChannel, Worker } from 'node:worker_threads'
import { attackIds, type AttackId } from '#core/attacks/index'
import { inceptionV3 } from '#core/onnx/nets/inceptionV3'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { writeModel } from '#core/onnx/writeModel'
import { Random } from '#core/tensor/Random'
import { signsNet } from '#core/training/nets/signsNet'
import type { ModelSource } from '#lab/ports/Engine'
import type { GraphHandlers } from '#node/crew/protocol'
import { portOf } from '#node/crew/threads'
import { projectFolder } from '#node/lab/projectFolder'
import { readModelFile } from '#node/onnx/modelFile'
import { memoryOfRun, openModel } from '#node/onnx/openModel'
import { builtFile } from '#node/process/builtFile'
import { serve } from '#node/process/serve'
import { params } from './attacks/settings'
import type { TimerReply, TimerStart } from './attacks/worker'
import { median, type Row } from './table'

const usualTurns = 5

export interface AttackBench {
  /** Another net than the usual ones, as a file. */
  readonly model?: string | undefined
  /** Images attacked together, on all threads. */
  readonly batch?: number | undefined
  /** How many threads attack at once, each with images of its own; by default as many as the machine has. */
  readonly threads?: number | undefined
  readonly attacks?: readonly AttackId[] | undefined
  /** How often each attack is timed. */
  readonly turns?: number | undefined
}

/**
 * For each model and attack: all of the attack's own work (update rule, bounds, rounding, counting, judging but for the model's
 * part in it) over the time of the model's runs that it asked for, by the clock; and the time an image takes. As in the engine each
 * thread has a part of the images and a session of its own, and all work at once. The attacks take turns, so that a busy machine
 * slows all of them.
 */
export async function benchAttacks(options: AttackBench = {}): Promise<readonly Row[]> {
  const rows: Row[] = []
  for (const each of cases(options)) rows.push(...(await measure(each, options)))
  return rows
}

async function measure(
  { name, source, batch, attacks }: Case,
  { threads = availableParallelism(), turns: repeats = usualTurns }: AttackBench,
): Promise<Row[]> {
  const each = Math.max(1, Math.floor(batch / threads))
  const { model, summary, graphs } = await openModel(await readModelFile(source), {
    provider: 'cpu',
    threads: 1,
  })
  const terms = { model: 1, id: model.id, summary, memory: memoryOfRun.cpu / threads }
  const prepare: GraphHandlers = { graph: ({ kind, refused }) => graphs.prepare(kind, refused) }
  const workers = Array.from({ length: threads }, (_, thread) => {
    const { port1, port2 } = new MessageChannel()
    serve(portOf(port1), prepare)
    const start: TimerStart = { terms, graphs: port2, batch: each, thread }
    return new Worker(builtFile('bench-attacks.js'), { workerData: start, transferList: [port2] })
  })
  try {
    await Promise.all(workers.map((worker) => once(worker, 'message')))
    const turns = new Map(attacks.map((id) => [id, { shares: [] as number[], times: [] as number[] }]))
    // The first turn makes the sessions and is not counted.
    for (let turn = 0; turn <= repeats; turn++) {
      for (const [id, { shares, times }] of turns) {
        const replies = await Promise.all(workers.map((worker) => ask(worker, id)))
        if (turn === 0) continue
        const sum = (of: (reply: TimerReply) => number): number =>
          replies.reduce((total, reply) => total + of(reply), 0)
        const model = sum((reply) => reply.model)
        shares.push((100 * (sum(({ total }) => total) - model)) / model)
        times.push(Math.max(...replies.map(({ total }) => total)) / sum(({ images }) => images))
      }
    }
    return [...turns].flatMap(([id, { shares, times }]): Row[] => [
      {
        name: `${name}, ${id}: own time over model time`,
        value: median(shares),
        unit: '%',
        reference: 'at most 10 %',
        note: `from ${Math.min(...shares).toFixed(1)} to ${Math.max(...shares).toFixed(1)}`,
      },
      {
        name: `${name}, ${id}`,
        value: median(times),
        unit: 'ms an image',
        note: `${threads} ${threads === 1 ? 'thread' : 'threads'}, each with batches of ${each}`,
      },
    ])
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

async function ask(worker: Worker, id: AttackId): Promise<TimerReply> {
  worker.postMessage(id)
  // What goes wrong in a thread is thrown here.
  const [reply] = (await once(worker, 'message')) as [TimerReply]
  return reply
}

interface Case {
  readonly name: string
  readonly source: ModelSource
  readonly batch: number
  readonly attacks: readonly AttackId[]
}

/** Without a model: the embedded net, which is so small that an attack's own work shows, and a large one with random weights. */
function cases({ model, batch, attacks }: AttackBench): readonly Case[] {
  const all = attacks ?? attackIds.filter((id) => Object.hasOwn(params, id))
  if (model !== undefined) {
    return [{ name: basename(model), source: { kind: 'file', path: model }, batch: batch ?? 8, attacks: all }]
  }
  const random = new Random('bench')
  const signs = join(projectFolder(), 'assets', 'models', 'signs.onnx')
  const bytes = (graph: OnnxGraph, name: string): ModelSource => ({
    kind: 'bytes',
    bytes: writeModel(graph),
    name,
  })
  return [
    {
      name: 'road sign net 128',
      source: existsSync(signs) ? { kind: 'file', path: signs } : bytes(signsNet(50, random), 'signs'),
      batch: batch ?? 16,
      attacks: all,
    },
    {
      name: 'Inception v3 299',
      source: bytes(inceptionV3(random), 'inception'),
      batch: 2,
      attacks: (['bim', 'carliniWagnerL2'] as const).filter((id) => all.includes(id)),
    },
  ]
}
