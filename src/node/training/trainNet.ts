import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { HalftoneError, type CancelSignal } from '#core/errors'
import { Random } from '#core/tensor/Random'
import type { Recipe, Schedule } from '#core/training/recipes/Recipe'
import { TrainingRun, type TrainingPorts } from '#core/training/TrainingRun'
import { runGraph } from '../onnx/runGraph'
import { sliceLabelled } from '#core/datasets/files/LabelledImages'
import type { Identity, TrainingCard } from './card'
import { readCheckpoint, writeCheckpoint } from './checkpoint'
import { batchesOf, judgeNet } from './judgeNet'
import { Clock } from './Clock'
import { notesOf, stateOf } from './notes'
import { openSteps } from './openSteps'
import { readCard, trainingFiles, writeCurve, writeResults } from './results'
import { trainingData, type DataChoice, type TrainingData } from './trainingData'

export interface TrainingRequest {
  readonly recipe: Recipe
  readonly data: DataChoice
  /** Of the first weights and of the order of the pictures. */
  readonly seed: string
  readonly lambda: number
  readonly schedule: Schedule
  readonly threads: number
  /** Folder for the net, its card, its curve and, while it is in the making, its checkpoint. */
  readonly out: string
}

export interface TrainingHooks {
  readonly signal: CancelSignal
  readonly onProgress: (event: { phase: string; done: number; total: number }) => void
  /** What is worth a line of its own: that a run goes on where it stopped. */
  readonly onNote: (text: string) => void
  /** Takes the place of worker threads; for tests. */
  readonly openSteps?: TrainingPorts['openSteps']
}

/** Pictures that the averaged net is judged on after each epoch. */
const heldOut = 2000
/** A checkpoint is written at least this often, in ms. */
const checkpointEvery = 15_000

/**
 * Trains a net and writes it with its card and its curve. A run that was stopped, or killed, goes on from its last
 * checkpoint and comes to the same weights, bit for bit, on as many threads; a finished one is not done again.
 * @throws HalftoneError `conflict` when the folder holds another run; `cancelled` after a checkpoint; what
 *   {@link trainingData} throws
 */
export async function trainNet(request: TrainingRequest, hooks: TrainingHooks): Promise<TrainingCard> {
  const { recipe, out, seed, lambda, schedule, threads } = request
  const { signal, onProgress } = hooks
  await mkdir(out, { recursive: true })
  const clock = new Clock()
  const data = await trainingData(request.data, signal, (done, total) => {
    onProgress({ phase: `drawing pictures: ${done} of ${total}`, done, total })
  })
  const identity = identityOf(request, data)
  const finished = await readCard(out)
  if (finished) {
    if (JSON.stringify(finished.run) !== JSON.stringify(identity)) throw otherRun(out)
    hooks.onNote(`${out} holds this very net already.`)
    return finished
  }
  const { images, classes } = data.train
  const spec = {
    input: { channels: images.channels, height: images.height, width: images.width },
    classes: classes.length,
  }
  const plan = recipe.plan({ spec, random: new Random(`${seed}/net`), lambda, schedule })
  const stopped = await readCheckpoint(join(out, trainingFiles.checkpoint))
  if (stopped && stopped.notes.get('run') !== JSON.stringify(identity)) throw otherRun(out)
  const resumed = stopped && stateOf(stopped)
  const few = sliceLabelled(data.test, 0, Math.min(heldOut, data.test.images.count))
  const run = new TrainingRun(
    plan,
    data.train,
    seed,
    {
      openSteps: hooks.openSteps ?? openSteps(threads),
      runGraph,
      judge: async (net) => (await judgeNet(net, batchesOf(few), threads)).top1,
    },
    resumed?.state,
  )
  clock.add(resumed?.spent)
  const save = async (): Promise<void> => {
    const state = run.state
    await writeCheckpoint(join(out, trainingFiles.checkpoint), {
      parameters: state.parameters,
      averages: state.averages,
      optimiser: state.optimiser,
      notes: notesOf(state, clock.spent, JSON.stringify(identity)),
    })
    await writeCurve(out, run, recipe)
  }
  let saved = performance.now()
  if (resumed)
    hooks.onNote(
      `Goes on after step ${resumed.state.step} of the ${plan.stages[resumed.state.stage]?.title ?? 'last stage'}.`,
    )
  for await (const { stage, epoch, epochs, done, total, loss } of run.run()) {
    const title = plan.stages.length > 1 ? `${stage}, ` : ''
    onProgress({ phase: `${title}epoch ${epoch} of ${epochs}, loss ${loss.toFixed(4)}`, done, total })
    const now = performance.now()
    if (!signal.aborted && now - saved < checkpointEvery) continue
    saved = now
    await save()
    if (signal.aborted) {
      throw new HalftoneError(
        'cancelled',
        `Stopped. The same command goes on from here; its state is in ${out}.`,
      )
    }
  }
  return writeResults({ recipe, identity, data, run, threads, out, spent: () => clock.spent })
}

function identityOf(
  { recipe, data, seed, lambda, schedule }: TrainingRequest,
  { train, sha256 }: TrainingData,
): Identity {
  return {
    net: recipe.id,
    lambda: recipe.lambda === null ? null : lambda,
    seed,
    ...schedule,
    data: data.data,
    dataSeed: data.seed,
    part: `${data.part.index}/${data.part.of}`,
    pictures: train.images.count,
    dataSha256: sha256,
  }
}

function otherRun(out: string): HalftoneError {
  return new HalftoneError(
    'conflict',
    `The folder ${out} holds another training run (net, data, seed or schedule differ). Name another one with --out.`,
  )
}
