import { describe, expect, it } from 'vitest'
import { float, int } from '#core/onnx/attributes'
import { blockedWeights } from '#core/onnx/dense/blockedWeights'
import { denseLayer } from '#core/onnx/dense/denseLayer'
import { makeTensor } from '#core/onnx/elementTypes'
import type { Attributes, OnnxNode, OnnxTensor } from '#core/onnx/OnnxGraph'

const floats = (...shape: number[]): OnnxTensor => {
  const count = shape.reduce((product, length) => product * length, 1)
  return makeTensor(
    'float',
    shape,
    Float32Array.from({ length: count }, (_, i) => i),
  )
}

const constants = new Map<string, OnnxTensor>([
  ['w', floats(4, 6)],
  ['cube', floats(2, 4, 6)],
  ['row', floats(6)],
  ['rows', floats(3, 6)],
])

const node = (op: string, inputs: readonly string[], attributes: Attributes = {}, domain = ''): OnnxNode => ({
  name: op,
  op,
  domain,
  inputs,
  outputs: ['y'],
  attributes,
})

const layer = (...given: Parameters<typeof node>) => denseLayer(node(...given), (name) => constants.get(name))

describe('denseLayer', () => {
  it('knows the forms that exporters and the optimiser write', () => {
    expect(layer('MatMul', ['x', 'w'])).toMatchObject({
      width: 4,
      outputs: 6,
      turned: false,
      scale: 1,
      bias: null,
    })
    expect(layer('Gemm', ['x', 'w', 'row'], { alpha: float(2) })).toMatchObject({ outputs: 6, scale: 2 })
    expect(layer('Gemm', ['x', 'w'], { transB: int(1) })).toMatchObject({
      width: 6,
      outputs: 4,
      turned: true,
    })
    const fused = { transB: int(1), alpha: float(0.5) }
    expect(layer('FusedMatMul', ['x', 'w'], fused, 'com.microsoft')).toMatchObject({
      turned: true,
      scale: 0.5,
    })
  })

  it.each([
    ['a product of two computed matrices', layer('MatMul', ['x', 'z'])],
    ['constants on the left', layer('MatMul', ['w', 'x'])],
    ['several matrices', layer('MatMul', ['x', 'cube'])],
    ['a turned input', layer('Gemm', ['x', 'w'], { transA: int(1) })],
    ['a bias of several rows', layer('Gemm', ['x', 'w', 'rows'])],
    ['a computed bias', layer('Gemm', ['x', 'w', 'z'])],
    ['a scaled bias', layer('Gemm', ['x', 'w', 'row'], { beta: float(2) })],
    ['another axis of images', layer('FusedMatMul', ['x', 'w'], { transBatchA: int(1) }, 'com.microsoft')],
    ['an operator of somebody else', layer('MatMul', ['x', 'w'], {}, 'other')],
  ])('leaves %s', (_, found) => {
    expect(found).toBeNull()
  })
})

describe('blockedWeights', () => {
  it.each([false, true])('puts outputs of a block side by side, turned %s', (turned) => {
    const [width, outputs, block] = [4, 6, 2]
    const at = (k: number, output: number): number => 10 * k + output
    const weights = new Float32Array(width * outputs)
    for (let k = 0; k < width; k++) {
      for (let o = 0; o < outputs; o++) weights[turned ? o * width + k : k * outputs + o] = at(k, o)
    }
    const blocked = blockedWeights(
      { input: 'x', weights, turned, scale: 3, bias: null, width, outputs },
      block,
    )
    for (let k = 0; k < width; k++) {
      for (let o = 0; o < outputs; o++) {
        const [oo, ki] = [Math.floor(o / block), Math.floor(k / block)]
        const place = (((oo * width) / block + ki) * block + (k % block)) * block + (o % block)
        expect(blocked[place]).toBe(3 * at(k, o))
      }
    }
  })
})
