import { expect, it } from 'vitest'
import { ints } from '#core/onnx/attributes'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import { nameLengths } from '#core/onnx/nameLengths'
import { writeModel } from '#core/onnx/writeModel'
import { inferOutputs } from '#node/onnx/inferShapes'
import { runGraph } from '#node/onnx/runGraph'

it('calls lengths that follow the batch alike by one name', async () => {
  const b = new GraphBuilder()
  const x = b.input('x', 'float', ['batch', 2, 3])
  const rows = b.node('Reshape', [x, b.ints([-1, 3])])
  const turned = b.node('Transpose', [rows], { perm: ints([1, 0]) })
  const whole = b.node('ArgMax', [b.node('Reshape', [turned, b.ints([2, -1, 3])])])
  b.output(whole)
  const named = await nameLengths(b.build(), inferOutputs)
  const found = new Map((named.values ?? []).map(({ name, type, shape }) => [name, { type, shape }]))
  const [length] = found.get(rows)!.shape as [string]
  expect(typeof length).toBe('string')
  expect(found.get(rows)).toEqual({ type: 'float', shape: [length, 3] })
  expect(found.get(turned)).toEqual({ type: 'float', shape: [3, length] })
  expect(found.get(whole)!.type).toBe('int64')
  const data = Float32Array.from({ length: 24 }, (_, i) => (i * 7) % 5)
  const fed = { x: { type: 'float', dims: [4, 2, 3], data } } as const
  expect(await runGraph(writeModel(named), fed)).toEqual(await runGraph(writeModel(b.build()), fed))
})
