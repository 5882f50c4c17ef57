import { describe, expect, it } from 'vitest'
import { learnFacts } from '#core/onnx/facts'
import { Random } from '#core/tensor/Random'
import { autoencoderLoss } from '#core/training/nets/autoencoder'
import { curveCsv } from '#core/training/curve'
import { curveSvg } from '#core/training/curveSvg'
import { parameterNames, readParameters } from '#core/training/parameters'
import { recipeOf, recipes } from '#core/training/recipes/index'
import type { Plan } from '#core/training/recipes/Recipe'
import { buildLossStepGraph } from '#core/training/stepGraph'
import { Tally } from '#core/training/Tally'
import { Trainer } from '#core/training/Trainer'
import { runGraph } from '#node/onnx/runGraph'
import { createStepRunner } from '#node/training/stepRunner'

const digits = { input: { channels: 1, height: 28, width: 28 }, classes: 10 }
const colours = { input: { channels: 3, height: 32, width: 32 }, classes: 10 }

const plans = new Map<string, Plan>()

/** Drawing millions of first weights takes its time: each net is made once. */
function planOf(id: string): Plan {
  const recipe = recipeOf(id)
  const spec = id === 'cw-cifar' || id === 'allconv' ? colours : digits
  const { schedule } = recipe
  const plan =
    plans.get(id) ?? recipe.plan({ spec, random: new Random('net'), lambda: recipe.lambda ?? 0, schedule })
  plans.set(id, plan)
  return plan
}

/** Numbers in the shipped net, by parameter. */
function sizes(plan: Plan): Record<string, number> {
  const values = readParameters(plan.net, parameterNames(plan.net))
  return Object.fromEntries([...values].map(([name, { length }]) => [name, length]))
}

const total = (plan: Plan): number => Object.values(sizes(plan)).reduce((a, b) => a + b, 0)

describe('the recipes', () => {
  it('have the sizes of the papers’ nets', () => {
    expect(total(planOf('fc10'))).toBe(784 * 10 + 10)
    expect(total(planOf('fc100-100-10'))).toBe(784 * 100 + 100 + 100 * 100 + 100 + 100 * 10 + 10)
    expect(sizes(planOf('fc123-456-10'))['hidden2.weight']).toBe(123 * 456)
    expect(sizes(planOf('ae400-10'))).toEqual({
      'hidden1.weight': 784 * 400,
      'hidden1.bias': 400,
      'logits.weight': 4000,
      'logits.bias': 10,
    })
    // Carlini and Wagner's MNIST net has 4 x 4 x 64 features, their CIFAR net 5 x 5 x 128.
    expect(sizes(planOf('cw-mnist'))['hidden1.weight']).toBe(1024 * 200)
    expect(sizes(planOf('cw-cifar'))['hidden1.weight']).toBe(3200 * 256)
    expect(sizes(planOf('madry-mnist'))['hidden1.weight']).toBe(7 * 7 * 64 * 1024)
  })

  it.each(recipes.map(({ id }) => id))('%s gives logits for any number of pictures', async (id) => {
    const { net } = planOf(id)
    const facts = await learnFacts(net, runGraph)
    expect(net.outputs).toHaveLength(1)
    expect(facts.tensors.get(net.outputs[0]!.name)?.shape).toEqual([null, 10])
    expect(net.inputs.map(({ name }) => name)).toEqual(['image'])
  })

  it('decay each layer by lambda over its units, the top one a tenth', () => {
    const [stage] = planOf('fc100-100-10').stages
    expect(stage!.penalties.get('hidden1.weight')).toBeCloseTo(1e-5 / 100, 12)
    expect(stage!.penalties.get('logits.weight')).toBeCloseTo(1e-6 / 10, 12)
    expect(planOf('fc10').stages[0]!.penalties.get('logits.weight')).toBeCloseTo(1e-4 / 10, 12)
  })

  it('leave the autoencoder’s code alone while the softmax learns', () => {
    const [, classifier] = planOf('ae400-10').stages
    expect(classifier!.parameters).toEqual(['logits.weight', 'logits.bias'])
  })

  it('say which there are', () => {
    expect(() => recipeOf('resnet')).toThrow(/no net "resnet" to train.*fc10, .*allconv/)
  })
})

describe('the autoencoder', () => {
  it('has the loss of the formula, and its gradient', async () => {
    const spec = { input: { channels: 1, height: 2, width: 3 }, classes: 2 }
    const net = autoencoderLoss(spec, 4, { activity: 0.1, weight: 0.7 }, new Random('ae'))
    const names = parameterNames(net)
    const step = buildLossStepGraph(net, await learnFacts(net, runGraph), names)
    const run = await createStepRunner(step, 1)
    const parameters = readParameters(net, names)
    const random = new Random('pixels')
    const data: Float32Array = Float32Array.from({ length: 30 }, () => random.uniform())
    const lossOf = async (): Promise<ReadonlyMap<string, Float32Array>> => {
      const feeds = new Map([['image', { shape: [5, 1, 2, 3], data }]])
      for (const [name, values] of parameters) {
        feeds.set(name, { shape: [...net.initializers.get(name)!.shape], data: values })
      }
      return run(feeds)
    }
    const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
    const [w, b, v, c] = ['hidden1.weight', 'hidden1.bias', 'decoder.weight', 'decoder.bias'].map((name) =>
      parameters.get(name)!,
    ) as [Float32Array, Float32Array, Float32Array, Float32Array]
    let error = 0
    const mean = [0, 0, 0, 0]
    for (let n = 0; n < 5; n++) {
      const x = data.subarray(6 * n, 6 * n + 6)
      const code = mean.map((_, j) =>
        sigmoid(x.reduce((sum, value, i) => sum + w[j * 6 + i]! * value, b[j]!)),
      )
      code.forEach((value, j) => (mean[j]! += value / 5))
      x.forEach((value, i) => {
        const rebuilt = sigmoid(code.reduce((sum, unit, j) => sum + v[i * 4 + j]! * unit, c[i]!))
        error += (rebuilt - value) ** 2 / 2 / 5
      })
    }
    const divergence = mean.reduce(
      (sum, m) => sum + 0.1 * Math.log(0.1 / m) + 0.9 * Math.log(0.9 / (1 - m)),
      0,
    )
    const results = await lossOf()
    expect(results.get('loss')![0]).toBeCloseTo(error + 0.7 * divergence, 4)

    for (const [name, output] of step.gradients) {
      const gradient = results.get(output)!
      const values = parameters.get(name)!
      const at = values.length - 1
      const held = values[at]!
      const at_ = async (shift: number): Promise<number> => {
        values[at] = held + shift
        const loss = (await lossOf()).get('loss')![0]!
        values[at] = held
        return loss
      }
      const difference = ((await at_(0.01)) - (await at_(-0.01))) / 0.02
      expect(Math.abs(gradient[at]! - difference), name).toBeLessThan(2e-3 + 0.02 * Math.abs(difference))
    }
  })
})

describe('a quadratic penalty', () => {
  it('adds c w^2 to the loss and 2 c w to the gradient', async () => {
    const spec = { input: { channels: 1, height: 1, width: 2 }, classes: 2 }
    const net = autoencoderLoss(spec, 2, { activity: 0.5, weight: 0 }, new Random('penalty'))
    const names = parameterNames(net)
    const step = buildLossStepGraph(net, await learnFacts(net, runGraph), names)
    const run = await createStepRunner(step, 1)
    const images = { count: 1, ...spec.input, data: Float32Array.of(0.2, 0.9) }
    const stepped = async (penalties: ReadonlyMap<string, number>) => {
      const parameters = readParameters(net, names)
      const seen: Float32Array[] = []
      const optimiser = {
        state: new Map(),
        step: (_: unknown, gradients: ReadonlyMap<string, Float32Array>) => {
          seen.push(Float32Array.from(gradients.get('hidden1.weight')!))
        },
      }
      const parts = {
        step,
        run,
        parameters,
        averages: readParameters(net, names),
        optimiser,
        clip: 1e9,
        keep: 0,
      }
      const { loss } = await new Trainer({ ...parts, penalties }).step({ images }, 1)
      return { loss, gradient: seen[0]!, weight: parameters.get('hidden1.weight')! }
    }
    const [without, with_] = [await stepped(new Map()), await stepped(new Map([['hidden1.weight', 0.25]]))]
    const squares = without.weight.reduce((sum, value) => sum + value * value, 0)
    expect(with_.loss - without.loss).toBeCloseTo(0.25 * squares, 5)
    with_.gradient.forEach((value, i) => {
      expect(value - without.gradient[i]!).toBeCloseTo(0.5 * without.weight[i]!, 5)
    })
  })
})

describe('what a run tells', () => {
  const rows = [
    { stage: 'classifier', step: 10, epoch: 0.5, loss: 2.3, accuracy: 0.25, heldOut: null },
    { stage: 'classifier', step: 20, epoch: 1, loss: 0.01234567, accuracy: 1, heldOut: 0.985 },
  ]
  it('as CSV', () => {
    expect(curveCsv(rows)).toBe(
      'stage,step,epoch,loss,accuracy,heldOut\nclassifier,10,0.5,2.3,0.25,\nclassifier,20,1,0.0123457,1,0.985\n',
    )
  })
  it('as a picture with finite places, even from one row or none', () => {
    for (const some of [rows, rows.slice(0, 1), []]) {
      const svg = curveSvg(some, 'a < b')
      expect(svg).toContain('a &lt; b')
      expect(svg).not.toMatch(/NaN|Infinity|undefined/)
    }
    expect(curveSvg(rows, 'x').match(/<circle/g)).toHaveLength(1)
  })
  it('as counts of right and mistaken answers', () => {
    const tally = new Tally(2)
    tally.add({ data: Float32Array.of(3, 0, 0, 1, 2, 0), count: 3, classes: 2 }, [0, 1, 1])
    const { top1, pictures, confusion, confident } = tally.judgement
    expect([top1, pictures, confident]).toEqual([2 / 3, 3, 1 / 3])
    expect(confusion).toEqual([1, 0, 1, 1])
  })
})
