/*
 * Trains the embedded road sign classifier on the procedural data set: `npm run train:signs -- --help`.
 * Seeded; stopped runs resume from their last epoch; loss and accuracy go to a log beside the checkpoints.
 */
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { signClasses } from '#core/datasets/signs'
import { Random } from '#core/tensor/Random'
import { AdamW, cosineSchedule } from '#core/training/Optimiser'
import { parameterNames, readParameters } from '#core/training/parameters'
import { signsNet } from '#core/training/nets/signsNet'
import { meanTargets, Trainer } from '#core/training/Trainer'
import { buildStepGraph } from '#core/training/stepGraph'
import { learnFacts } from '#core/onnx/facts'
import { readCheckpoint, writeCheckpoint } from '#node/training/checkpoint'
import { createStepRunner } from '#node/training/stepRunner'
import { runGraph } from '#node/onnx/runGraph'
import { correctOf, evaluate } from './evaluate'
import { BatchMaker, renderShards } from './data'
import { openLog } from './log'
import { ship } from './ship'

const { values: flags } = parseArgs({
  options: {
    help: { type: 'boolean', default: false },
    seed: { type: 'string', default: 'signs-1' },
    folder: { type: 'string', default: 'runs/signs' },
    pictures: { type: 'string', default: '40000' },
    epochs: { type: 'string', default: '6' },
    batch: { type: 'string', default: '64' },
    rate: { type: 'string', default: '0.002' },
    decay: { type: 'string', default: '0.02' },
    threads: { type: 'string', default: String(Math.min(8, availableParallelism())) },
    out: { type: 'string', default: '' },
  },
})

if (flags.help) {
  console.log(`Usage: npm run train:signs -- [--seed TEXT] [--folder DIR] [--pictures N] [--epochs N] [--batch N]
       [--rate X] [--decay X] [--threads N] [--out FILE.onnx]

Draws the training pictures once (kept in the folder), trains, writes a checkpoint and a line of log.csv per epoch, and
in the end folds the averaged net into FILE.onnx, judges it on the test split, and writes its figures beside it.
Run it again with the same flags to resume.`)
  process.exit(0)
}

const number = (name: 'pictures' | 'epochs' | 'batch' | 'rate' | 'decay' | 'threads'): number => {
  const value = Number(flags[name])
  if (Number.isFinite(value) && value > 0) return value
  console.error(`--${name}: expected a number above 0, got '${flags[name]}'.`)
  process.exit(2)
}

const { seed, folder } = flags
const batchSize = number('batch')
const epochs = number('epochs')
const threads = number('threads')
const shard = 1000
const shards = Math.ceil(number('pictures') / shard)
const classes = signClasses.length
const stepsPerEpoch = Math.floor((shards * shard) / batchSize)

const dataFolder = join(folder, 'data')
await renderShards({ folder: dataFolder, split: 'train', seed, shards, shard }, 2)
const maker = await BatchMaker.open({ folder: dataFolder, split: 'train', seed, shards, shard })

const fresh = signsNet(classes, new Random(`${seed}/net`))
const names = parameterNames(fresh)
const stopped = await readCheckpoint(join(folder, 'checkpoint.onnx'))
const firstEpoch = Number(stopped?.notes.get('epoch') ?? 0)
const parameters = stopped?.parameters ?? readParameters(fresh, names)
const averages = stopped?.averages ?? readParameters(fresh, names)
const optimiser = new AdamW(parameters, {
  decay: number('decay'),
  decays: (name) => name.endsWith('.weight'),
})
for (const [name, values] of stopped?.optimiser ?? []) optimiser.state.get(name)?.set(values)

const step = buildStepGraph(fresh, await learnFacts(fresh, runGraph), names)
const run = await createStepRunner(step, threads)
const trainer = new Trainer({ step, run, parameters, averages, optimiser, clip: 1, keep: 0.998 })
const rateAt = cosineSchedule(number('rate'), epochs * stepsPerEpoch, 200)
const log = await openLog(join(folder, 'log.csv'), firstEpoch > 0)

for (let epoch = firstEpoch; epoch < epochs; epoch++) {
  const order = new Random(`${seed}/order/${epoch}`).shuffle(
    Array.from({ length: shards * shard }, (_, index) => index),
  )
  const indicesOf = (at: number) => Uint32Array.from(order.slice(at * batchSize, (at + 1) * batchSize))
  const began = performance.now()
  let losses = 0
  let correct = 0
  let next = maker.batch(`${seed}`, epoch, indicesOf(0))
  for (let at = 0; at < stepsPerEpoch; at++) {
    const { images, labels } = await next
    if (at + 1 < stepsPerEpoch) next = maker.batch(`${seed}`, epoch, indicesOf(at + 1))
    const targets = meanTargets(labels, classes)
    const result = await trainer.step({ images, targets }, rateAt(epoch * stepsPerEpoch + at))
    losses += result.loss
    correct += correctOf(result.logits!, labels)
    if (at % 50 === 49 || at === stepsPerEpoch - 1) {
      const seconds = (performance.now() - began) / 1000
      const left = (seconds / (at + 1)) * (stepsPerEpoch * (epochs - epoch) - at - 1)
      console.log(
        `epoch ${epoch + 1}/${epochs}  step ${at + 1}/${stepsPerEpoch}  loss ${(losses / (at + 1)).toFixed(4)}  ` +
          `top-1 ${((100 * correct) / ((at + 1) * batchSize)).toFixed(2)} %  ` +
          `${(((at + 1) * batchSize) / seconds).toFixed(0)} images/s  ${Math.ceil(left / 60)} min left`,
      )
    }
  }
  const judged = await evaluate(fresh, averages, { split: 'validation', seed, count: classes * 40 }, threads)
  await writeCheckpoint(join(folder, 'checkpoint.onnx'), {
    parameters,
    averages,
    optimiser: optimiser.state,
    notes: new Map([['epoch', String(epoch + 1)]]),
  })
  await log({
    epoch: epoch + 1,
    loss: losses / stepsPerEpoch,
    trainTop1: correct / (stepsPerEpoch * batchSize),
    validationTop1: judged.top1,
    validationLoss: judged.loss,
    imagesPerSecond: (stepsPerEpoch * batchSize) / ((performance.now() - began) / 1000),
  })
}
await maker.close()
await ship({
  net: fresh,
  averages,
  seed,
  threads,
  out: flags.out === '' ? join(folder, 'signs.onnx') : flags.out,
  recipe: {
    seed,
    pictures: shards * shard,
    epochs,
    batch: batchSize,
    rate: number('rate'),
    decay: number('decay'),
    steps: epochs * stepsPerEpoch,
  },
})
