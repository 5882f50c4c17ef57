import { describe, expect, it } from 'vitest'
import { learnFacts } from '#core/onnx/facts'
import { findLogits } from '#core/onnx/findLogits'
import { buildGradientGraph, buildLogitsGraph } from '#core/onnx/gradientGraph'
import type { LossKind } from '#core/onnx/gradientGraph'
import { inspectGraph } from '#core/onnx/inspectGraph'
import { writeModel } from '#core/onnx/writeModel'
import { Random } from '#core/tensor/Random'
import { floats, longs, openGraph, runGraph } from '../../support/ort'
import { smallNet } from './smallNet'

const count = 3
const random = new Random('gradient graph')
const pixels = Float32Array.from({ length: count * 192 }, () => random.uniform())

async function prepared(loss: LossKind, ending: 'logits' | 'softmax' = 'logits') {
  const graph = smallNet(ending)
  const facts = await learnFacts(graph, runGraph)
  const logits = findLogits(graph, facts)
  return { graph, facts, built: buildGradientGraph(graph, facts, { input: 'image', logits, loss }) }
}

/** Runs the gradient graph and checks every 37th pixel's gradient against the central difference of the losses' sum. */
async function run(loss: LossKind, labels: readonly number[], extra: number | readonly number[] = 0) {
  const { built } = await prepared(loss)
  const open = await openGraph(writeModel(built.graph))
  const feeds = (image: Float32Array) => ({
    [built.input]: floats(image, [count, 3, 8, 8]),
    ...(built.labels && { [built.labels]: longs(labels) }),
    ...(built.confidence && { [built.confidence]: floats([Number(extra)], []) }),
    ...(built.cotangent && { [built.cotangent]: floats(extra as readonly number[], [count, 5]) }),
  })
  const out = await open.run(feeds(pixels))
  const total = async (image: Float32Array): Promise<number> =>
    Array.from((await open.run(feeds(image)))[built.loss]!.data, Number).reduce(
      (sum, value) => sum + value,
      0,
    )
  for (let i = 0; i < pixels.length; i += 37) {
    const [up, down] = [pixels.slice(), pixels.slice()]
    up[i]! += 2e-3
    down[i]! -= 2e-3
    const expected = ((await total(up)) - (await total(down))) / (up[i]! - down[i]!)
    expect(Number(out[built.gradient]!.data[i]), `pixel ${i}`).toBeCloseTo(expected, 2)
  }
  await open.close()
  const rows = (name: string) => Array.from(out[name]!.data, Number)
  return {
    loss: rows(built.loss),
    logits: rows(built.logits),
    gradient: rows(built.gradient),
    dims: out[built.gradient]!.dims,
  }
}

const row = (logits: readonly number[], n: number) => logits.slice(n * 5, n * 5 + 5)

describe('the gradient graph', () => {
  it('gives cross-entropy, logits and input gradient in one run', async () => {
    const labels = [4, 0, 2]
    const { loss, logits, dims } = await run({ kind: 'cross-entropy' }, labels)
    expect(dims).toEqual([count, 3, 8, 8])
    labels.forEach((label, n) => {
      const z = row(logits, n)
      const expected = Math.log(z.reduce((sum, value) => sum + Math.exp(value), 0)) - z[label]!
      expect(loss[n]).toBeCloseTo(expected, 4)
    })
  })

  it.each([true, false])('gives the margin of Carlini and Wagner, targeted %s', async (targeted) => {
    const labels = [1, 3, 0]
    const { loss, logits } = await run({ kind: 'margin', targeted }, labels, 50)
    labels.forEach((label, n) => {
      const z = row(logits, n)
      const rival = Math.max(...z.filter((_, i) => i !== label))
      expect(loss[n]).toBeCloseTo(targeted ? rival - z[label]! : z[label]! - rival, 4)
    })
  })

  it('bounds the margin by the confidence and has no gradient there', async () => {
    const { logits } = await run({ kind: 'cotangent' }, [], new Array<number>(count * 5).fill(0))
    const best = [0, 1, 2].map((n) => row(logits, n).indexOf(Math.max(...row(logits, n))))
    const { loss, gradient } = await run({ kind: 'margin', targeted: true }, best, 0)
    expect(loss.map(Math.abs)).toEqual([0, 0, 0])
    expect(gradient.every((value) => value === 0)).toBe(true)
  })

  it('takes a cotangent on the logits', async () => {
    const cotangent = Array.from({ length: count * 5 }, () => random.uniform(-1, 1))
    const { loss, logits } = await run({ kind: 'cotangent' }, [], cotangent)
    const expected = row(logits, 1).reduce((sum, z, i) => sum + z * cotangent[5 + i]!, 0)
    expect(loss[1]).toBeCloseTo(expected, 4)
  })

  it('stays finite where the softmax is saturated', async () => {
    const { built } = await prepared({ kind: 'cross-entropy' })
    const out = await runGraph(writeModel(built.graph), {
      image: floats(
        pixels.map((value) => value * 1e4),
        [count, 3, 8, 8],
      ),
      labels: longs([0, 1, 2]),
    })
    expect(Array.from(out[built.loss]!.data, Number).every(Number.isFinite)).toBe(true)
    expect(Array.from(out[built.gradient]!.data, Number).every(Number.isFinite)).toBe(true)
  })

  it('finds the scores before a softmax', async () => {
    const { facts, graph } = await prepared({ kind: 'cross-entropy' }, 'softmax')
    expect(graph.outputs[0]!.name).toBe('probabilities')
    expect(findLogits(graph, facts)).toEqual({ name: 'scores', classes: 5, squeezedBy: 'Softmax' })
    const forward = buildLogitsGraph(graph, facts, findLogits(graph, facts))
    expect(forward.graph.nodes.some(({ op }) => op === 'Softmax')).toBe(false)
  })

  it('serves a model that was saved for one image at a time with any number', async () => {
    const graph = smallNet()
    const single = { ...graph, inputs: [{ ...graph.inputs[0]!, shape: [1, 3, 8, 8] }] }
    const facts = await learnFacts(single, runGraph)
    expect(facts.batch).toBe('free')
    const logits = findLogits(single, facts)
    const built = buildGradientGraph(single, facts, {
      input: 'image',
      logits,
      loss: { kind: 'cross-entropy' },
    })
    const out = await runGraph(writeModel(built.graph), {
      image: floats(pixels, [count, 3, 8, 8]),
      labels: longs([0, 1, 2]),
    })
    expect(out[built.logits]!.dims).toEqual([count, 5])
  })
})

describe('inspectGraph', () => {
  it('tells what a model is', async () => {
    const { graph, facts } = await prepared({ kind: 'cross-entropy' })
    expect(inspectGraph(graph, facts)).toMatchObject({
      inputs: [{ name: 'image', type: 'float', shape: [null, 3, 8, 8] }],
      logits: { name: 'scores', classes: 5 },
      batch: 'free',
      opset: 17,
      parameters: 4 * 27 + 4 + 6 * 36 + 6 + 30 + 5,
      flops: 2 * (64 * 4 * 27 + 4 * 6 * 36 + 30),
      differentiable: true,
    })
    expect(inspectGraph(graph, facts).ops[0]).toEqual({ op: 'Conv', count: 2 })
  })

  it('says why a model is not differentiable', async () => {
    const { graph, facts } = await prepared({ kind: 'cross-entropy' })
    const nodes = graph.nodes.map((node) => (node.op === 'Relu' ? { ...node, op: 'Asinh' } : node))
    const { differentiable } = inspectGraph({ ...graph, nodes }, facts)
    expect(differentiable).toMatchObject({
      reason: expect.stringMatching(/Asinh.*no gradient rule/) as string,
    })
  })
})
