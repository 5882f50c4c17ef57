import { InferenceSession, Tensor } from 'onnxruntime-node'
import { learnFacts } from '#core/onnx/facts'
import { writeModel } from '#core/onnx/writeModel'
import { Random } from '#core/tensor/Random'
import { signsNet } from '#core/training/nets/signsNet'
import { AdamW } from '#core/training/Optimiser'
import { parameterNames, readParameters } from '#core/training/parameters'
import { buildStepGraph } from '#core/training/stepGraph'
import { meanTargets, Trainer } from '#core/training/Trainer'
import { runGraph } from '#node/onnx/runGraph'
import { createStepRunner } from '#node/training/stepRunner'
import { median, type Row } from './table'

const [classes, count, threads, rounds] = [50, 64, 2, 7]

/** Whole training steps of the embedded net (forward, all gradients, optimiser) beside its forward pass alone, in turn. */
export async function benchTraining(): Promise<readonly Row[]> {
  const net = signsNet(classes, new Random('bench'))
  const names = parameterNames(net)
  const step = buildStepGraph(net, await learnFacts(net, runGraph), names)
  const parameters = readParameters(net, names)
  const trainer = new Trainer({
    step,
    run: await createStepRunner(step, threads),
    parameters,
    averages: readParameters(net, names),
    optimiser: new AdamW(parameters),
    clip: 1,
    keep: 0.99,
  })
  const session = await InferenceSession.create(writeModel(net), { intraOpNumThreads: threads })
  const random = new Random('pixels')
  const data = Float32Array.from({ length: count * 3 * 128 * 128 }, () => random.uniform())
  const images = { count, channels: 3, height: 128, width: 128, data }
  const targets = meanTargets(
    Array.from({ length: count }, (_, n) => n % classes),
    classes,
  )
  const feeds = { image: new Tensor('float32', data, [count, 3, 128, 128]) }

  const forward: number[] = []
  const whole: number[] = []
  const timed = async (into: number[], work: () => Promise<unknown>): Promise<void> => {
    const began = performance.now()
    await work()
    into.push(performance.now() - began)
  }
  await session.run(feeds)
  await trainer.step({ images, targets }, 1e-3)
  for (let round = 0; round < rounds; round++) {
    await timed(forward, () => session.run(feeds))
    await timed(whole, () => trainer.step({ images, targets }, 1e-3))
  }
  await session.release()
  const perSecond = (times: readonly number[]): number => (1000 * count) / median(times)
  return [
    { name: 'Embedded net, forward', value: perSecond(forward), unit: 'images/s', note: `batch ${count}` },
    { name: 'Embedded net, training', value: perSecond(whole), unit: 'images/s', note: `${threads} threads` },
    {
      name: 'Training step / forward pass',
      value: median(whole.map((time, i) => time / forward[i]!)),
      unit: 'x',
      reference: '3 by operations alone',
      note: `median of ${rounds} pairs`,
    },
  ]
}
