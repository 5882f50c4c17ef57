import { parentPort, workerData } from 'node:worker_threads'
import { attackOf, type AttackId } from '#core/attacks/index'
import { runAttack } from '#core/attacks/run'
import { predictedLabels } from '#core/metrics/classification'
import type { DifferentiableModel } from '#core/models/DifferentiableModel'
import { OnnxModel } from '#core/models/OnnxModel'
import { Workroom } from '#core/simd/Workroom'
import { pixelsPerImage, sliceImages, toFloats, type ByteImages } from '#core/tensor/Images'
import { Random } from '#core/tensor/Random'
import type { GraphHandlers, ModelTerms } from '#node/crew/protocol'
import { neverKilled, portChild, type ThreadData } from '#node/crew/threads'
import { openPrepared } from '#node/onnx/openPrepared'
import { Connection } from '#node/process/Connection'
import { params, slow, usualBatches } from './settings'
import { TimedModel } from './TimedModel'

/** What one of the threads is started with. */
export interface TimerStart extends ThreadData {
  readonly terms: ModelTerms
  /** Images that this thread attacks together. */
  readonly batch: number
  /** Which of the threads this is: each has images of its own. */
  readonly thread: number
}

/** What an attack took in one thread, in ms. */
export interface TimerReply {
  readonly total: number
  /** Of it, in the model's runs. */
  readonly model: number
  readonly images: number
}

/*
 * Times attacks as a thread of the engine's crew runs them: on images of its own, by a session of one thread, of a graph that the
 * starting thread has built, while the other threads do the same. Answers the name of an attack.
 */
const { terms, graphs, batch, thread } = workerData as TimerStart
const starter = new Connection<GraphHandlers>(portChild(graphs), neverKilled)
const { model: number, id, summary, memory } = terms
const model = new TimedModel(
  new OnnxModel(
    id,
    summary,
    (kind) => openPrepared((refused) => starter.call('graph', { model: number, kind, refused }), 1),
    memory,
  ),
)
const most = usualBatches * batch
const images = noise(most, model)
const labels: number[] = []
for (let start = 0; start < most; start += batch) {
  labels.push(...predictedLabels(await model.logits(toFloats(sliceImages(images, start, start + batch)))))
}

/** As in the engine, where an attack's memory serves its next run. */
const workrooms = new Map<AttackId, Workroom>()

async function time(id: AttackId): Promise<TimerReply> {
  const count = Object.hasOwn(slow, id) ? Math.min(slow[id]!.images ?? batch, batch) : most
  const workroom = workrooms.get(id) ?? new Workroom()
  workrooms.set(id, workroom)
  model.spent = 0
  const start = performance.now()
  await runAttack({
    attack: attackOf(id),
    model,
    params: params[id] ?? {},
    images: sliceImages(images, 0, count),
    labels: labels.slice(0, count),
    seed: 'bench',
    batch,
    workroom,
  })
  return { total: performance.now() - start, model: model.spent, images: count }
}

function noise(count: number, { input }: DifferentiableModel): ByteImages {
  const random = new Random(`bench images ${thread}`)
  return { ...input, count, data: new Uint8Array(count * pixelsPerImage(input)).map(() => random.int(256)) }
}

parentPort!.on('message', (id: AttackId) => {
  void time(id).then((reply) => {
    parentPort!.postMessage(reply)
  })
})
parentPort!.postMessage('ready')
