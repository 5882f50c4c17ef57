import { describe, expect, it } from 'vitest'
import { learnFacts } from '#core/onnx/facts'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { Random } from '#core/tensor/Random'
import { conv, dense, residualBlock, standardisedConv } from '#core/training/nets/layers'
import { AdamW } from '#core/training/Optimiser'
import { parameterNames, readParameters } from '#core/training/parameters'
import { buildStepGraph } from '#core/training/stepGraph'
import { meanTargets, Trainer } from '#core/training/Trainer'
import type { StepRunner } from '#core/training/Trainer'
import { runGraph } from '#node/onnx/runGraph'
import { createStepRunner } from '#node/training/stepRunner'

const classes = 3

function tinyNet(): OnnxGraph {
  const random = new Random('tiny')
  const b = new GraphBuilder()
  const image = b.input('image', 'float', ['batch', 1, 9, 9])
  const first = { name: 'first', from: 1, to: 4, kernel: 3, stride: 2, gain: 1 }
  const x = b.node('Relu', [standardisedConv(b, image, first, random)])
  const features = b.node('Flatten', [b.node('GlobalAveragePool', [residualBlock(b, x, 'block', 4, random)])])
  b.output(dense(b, features, 'logits', 4, classes, random))
  return b.build('tiny')
}

/** Pictures with a bright row, column or neither: a task that the tiny net can learn. */
function pictures(count: number, seed: string) {
  const random = new Random(seed)
  const labels = Int32Array.from({ length: count }, (_, n) => n % classes)
  const data = new Float32Array(count * 81)
  for (let n = 0; n < count; n++) {
    const at = random.int(9)
    for (let i = 0; i < 81; i++) data[n * 81 + i] = random.uniform(0, 0.3)
    for (let i = 0; i < 9; i++) {
      if (labels[n] === 0) data[n * 81 + at * 9 + i]! += 0.7
      if (labels[n] === 1) data[n * 81 + i * 9 + at]! += 0.7
    }
  }
  return { images: { count, channels: 1, height: 9, width: 9, data }, labels }
}

async function tinyTrainer() {
  const net = tinyNet()
  const names = parameterNames(net)
  const step = buildStepGraph(net, await learnFacts(net, runGraph), names)
  const run = await createStepRunner(step, 1)
  const parameters = readParameters(net, names)
  const averages = readParameters(net, names)
  const optimiser = new AdamW(parameters, { decay: 0.01 })
  const trainer = new Trainer({ step, run, parameters, averages, optimiser, clip: 1, keep: 0.9 })
  const train = async (from: number, to: number): Promise<number> => {
    let loss = NaN
    for (let at = from; at < to; at++) {
      const { images, labels } = pictures(24, `batch ${at}`)
      loss = (await trainer.step({ images, targets: meanTargets(labels, classes) }, 0.02)).loss
    }
    return loss
  }
  return { net, step, run, parameters, train }
}

async function lossAt(run: StepRunner, parameters: ReadonlyMap<string, Float32Array>, net: OnnxGraph) {
  const { images, labels } = pictures(5, 'differences')
  const feeds = new Map([
    ['image', { shape: [5, 1, 9, 9], data: images.data }],
    ['targets', { shape: [5, classes], data: meanTargets(labels, classes, 0.1) }],
  ])
  for (const [name, data] of parameters) {
    feeds.set(name, { shape: [...net.initializers.get(name)!.shape], data })
  }
  return run(feeds)
}

describe('training', () => {
  it("has the loss's gradient for every parameter", async () => {
    const { net, step, run, parameters } = await tinyTrainer()
    const random = new Random('direction')
    for (const [name, output] of step.gradients) {
      const gradient = (await lossAt(run, parameters, net)).get(output)!
      const direction = Float32Array.from(gradient, () => random.normal())
      const slope = gradient.reduce((sum, g, i) => sum + g * direction[i]!, 0)
      const along = async (h: number): Promise<number> => {
        const moved = new Map(parameters)
        moved.set(
          name,
          parameters.get(name)!.map((value, i) => value + h * direction[i]!),
        )
        return (await lossAt(run, moved, net)).get('loss')![0]!
      }
      const h = 2e-3
      const difference = ((await along(h)) - (await along(-h))) / (2 * h)
      expect(Math.abs(slope - difference), name).toBeLessThan(2e-3 + 0.03 * Math.abs(difference))
    }
  })

  it('goes back through convolutions with the parameters of the step, not those that the net was built with', async () => {
    const random = new Random('plain')
    const b = new GraphBuilder()
    const image = b.input('image', 'float', ['batch', 1, 9, 9])
    const first = conv(b, image, { name: 'a', from: 1, to: 3, kernel: 3, padding: 'valid' }, random)
    const second = conv(
      b,
      b.node('Tanh', [first]),
      { name: 'b', from: 3, to: 2, kernel: 3, padding: 'same' },
      random,
    )
    b.output(dense(b, b.node('Flatten', [second]), 'logits', 2 * 49, classes, random))
    const net = b.build('plain')
    const names = parameterNames(net)
    const run = await createStepRunner(buildStepGraph(net, await learnFacts(net, runGraph), names), 1)
    const step = buildStepGraph(net, await learnFacts(net, runGraph), names)
    const moved = new Map(
      [...readParameters(net, names)].map(([name, data]) => [
        name,
        data.map((value) => value + random.normal(0, 0.2)),
      ]),
    )
    const weight = moved.get('a.weight')!
    const gradient = (await lossAt(run, moved, net)).get(step.gradients.get('a.weight')!)!
    const direction = Float32Array.from(weight, () => random.normal())
    const along = async (h: number): Promise<number> => {
      const shifted = new Map([...moved, ['a.weight', weight.map((value, i) => value + h * direction[i]!)]])
      return (await lossAt(run, shifted, net)).get('loss')![0]!
    }
    const slope = gradient.reduce((sum, g, i) => sum + g * direction[i]!, 0)
    const difference = ((await along(5e-3)) - (await along(-5e-3))) / 1e-2
    expect(Math.abs(slope - difference)).toBeLessThan(0.02 * Math.abs(difference))
  })

  it('learns, the same way each time', async () => {
    const [one, two] = [await tinyTrainer(), await tinyTrainer()]
    expect(await one.train(0, 80)).toBeLessThan(0.6)
    await two.train(0, 80)
    expect(one.parameters).toEqual(two.parameters)
  })

  it('refuses a net without logits and a parameter that the loss does not see', async () => {
    const net = tinyNet()
    const facts = await learnFacts(net, runGraph)
    expect(() => buildStepGraph({ ...net, outputs: [] }, facts, [])).toThrow(/one output of shape/)
    const b = new GraphBuilder(net)
    const idle = b.floats([1], [1], 'idle.weight')
    b.node('Relu', [idle])
    const grown = b.build()
    const grownFacts = await learnFacts(grown, runGraph)
    expect(() => buildStepGraph(grown, grownFacts, [idle])).toThrow(/does not depend on.*idle\.weight/)
  })
})
