import { describe, expect, it } from 'vitest'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import { crossEntropy } from '#core/onnx/losses'
import { floats, runGraph } from '../../support/ort'
import { writeModel } from '#core/onnx/writeModel'

async function cotangentOf(logits: readonly number[], targets: readonly number[]): Promise<number[]> {
  const classes = logits.length
  const b = new GraphBuilder()
  b.input('z', 'float', ['batch', classes])
  b.input('t', 'float', ['batch', classes])
  const { cotangent } = crossEntropy(b, 'z', 't', classes)
  b.output(cotangent)
  const out = await runGraph(writeModel(b.build()), {
    z: floats(logits, [1, classes]),
    t: floats(targets, [1, classes]),
  })
  return Array.from(out[cotangent]!.data, Number)
}

/** p_k sum(t) - t_k in float64, without 1 - p where p is near 1. */
function exact(logits: readonly number[], targets: readonly number[]): number[] {
  const largest = Math.max(...logits)
  const e = logits.map((z) => Math.exp(z - largest))
  const sum = e.reduce((a, b) => a + b)
  const p = e.map((value) => value / sum)
  return p.map((own, k) =>
    p.reduce((total, other, j) => (j === k ? total : total + targets[j]! * own - targets[k]! * other), 0),
  )
}

describe("the cross-entropy's cotangent", () => {
  /** Soft targets leave a difference of numbers of order 1, and so float32's rounding. */
  const rounding = 1e-7
  const cases: [string, number[], number[], number?][] = [
    ['an unsure model', [0.3, -0.2, 0.5], [0, 1, 0]],
    ['a model so sure that 1 - p is 0 in float32', [40, 1, -3, 2], [1, 0, 0, 0]],
    ['a margin of 60', [98, 38, 33, 20], [1, 0, 0, 0]],
    ['a sure model and another label', [40, 1, -3, 2], [0, 0, 1, 0]],
    ['soft targets', [2, 1, -1], [0.25, 0.125, 0.125], rounding],
    ['two classes at the top', [7, 7, 1], [0, 1, 0]],
  ]
  it.each(cases)('is exact for %s', async (_, logits, targets, absolute = 1e-37) => {
    const found = await cotangentOf(logits, targets)
    exact(logits, targets).forEach((value, k) => {
      expect(Math.abs(found[k]! - value), `class ${k}`).toBeLessThanOrEqual(2e-6 * Math.abs(value) + absolute)
    })
  })

  it('sums to nothing over the classes', async () => {
    const found = await cotangentOf([40, 1, -3, 2], [1, 0, 0, 0])
    expect(Math.abs(found.reduce((a, b) => a + b))).toBeLessThan(1e-6 * Math.abs(found[0]!))
  })
})
