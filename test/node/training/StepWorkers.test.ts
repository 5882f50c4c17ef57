import { describe, expect, it } from 'vitest'
import { learnFacts } from '#core/onnx/facts'
import { Random } from '#core/tensor/Random'
import { autoencoderLoss } from '#core/training/nets/autoencoder'
import { fullyConnected } from '#core/training/nets/fullyConnected'
import { parameterNames, readParameters } from '#core/training/parameters'
import { buildLossStepGraph, buildStepGraph, stepNames, type StepGraph } from '#core/training/stepGraph'
import { meanTargets, type StepFeeds } from '#core/training/Trainer'
import type { StepSession } from '#core/training/TrainingRun'
import { runGraph } from '#node/onnx/runGraph'
import { openStepSession } from '#node/training/stepRunner'
import { StepWorkers } from '#node/training/StepWorkers'

const spec = { input: { channels: 1, height: 4, width: 5 }, classes: 3 }
const count = 7
const random = new Random('workers')
const image: { shape: number[]; data: Float32Array } = {
  shape: [count, 1, 4, 5],
  data: Float32Array.from({ length: count * 20 }, () => random.uniform()),
}

async function outputs(session: StepSession, feeds: StepFeeds): Promise<ReadonlyMap<string, Float32Array>> {
  await using opened = session
  await opened.run(feeds)
  return await opened.run(feeds)
}

/** The largest difference of two sets of outputs. */
function difference(a: ReadonlyMap<string, Float32Array>, b: ReadonlyMap<string, Float32Array>): number {
  expect([...b.keys()]).toEqual([...a.keys()])
  return Math.max(
    ...[...a].flatMap(([name, values]) => [...values].map((v, i) => Math.abs(v - b.get(name)![i]!))),
  )
}

/** A step of a small classifier, and what it is fed. */
async function classifierStep(): Promise<{ step: StepGraph; feeds: StepFeeds }> {
  const net = fullyConnected(spec, [6], new Random('net'))
  const names = parameterNames(net)
  const step = buildStepGraph(net, await learnFacts(net, runGraph), names)
  const feeds = new Map([
    ['image', image],
    [stepNames.targets, { shape: [count, 3], data: meanTargets([0, 1, 2, 2, 1, 0, 0], 3) }],
  ])
  for (const [name, data] of readParameters(net, names)) {
    feeds.set(name, { shape: [...net.initializers.get(name)!.shape], data })
  }
  return { step, feeds }
}

describe('StepWorkers', () => {
  it('give the loss, the logits and the gradients of one session, and the same ones each time', async () => {
    const { step, feeds } = await classifierStep()
    const alone = await outputs(await openStepSession(step), feeds)
    const shared = await outputs(await StepWorkers.open(step, 'sum', 3), feeds)
    expect(difference(alone, shared)).toBeLessThan(1e-6)
    expect(shared.get(stepNames.logits)).toHaveLength(count * 3)
    expect(await outputs(await StepWorkers.open(step, 'sum', 3), feeds)).toEqual(shared)
  })

  it('let the step that is under way end before they do', async () => {
    const { step, feeds } = await classifierStep()
    const session = await StepWorkers.open(step, 'sum', 2)
    const running = session.run(feeds)
    await session[Symbol.asyncDispose]()
    expect((await running).get(stepNames.logits)).toHaveLength(count * 3)
  })

  it('weight the means of unequal parts by their size', async () => {
    const net = autoencoderLoss(spec, 4, { activity: 0.1, weight: 0 }, new Random('net'))
    const names = parameterNames(net)
    const step = buildLossStepGraph(net, await learnFacts(net, runGraph), names)
    const feeds = new Map([['image', image]])
    for (const [name, data] of readParameters(net, names)) {
      feeds.set(name, { shape: [...net.initializers.get(name)!.shape], data })
    }
    const alone = await outputs(await openStepSession(step), feeds)
    const shared = await outputs(await StepWorkers.open(step, 'mean', 2), feeds)
    expect(difference(alone, shared)).toBeLessThan(1e-6)
  })
})
