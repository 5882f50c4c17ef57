import { int } from '#core/onnx/attributes'
import { GraphBuilder } from '#core/onnx/GraphBuilder'
import type { RunTensor } from '#core/onnx/facts'
import { writeModel } from '#core/onnx/writeModel'

/** A graph of one node: the sums of a million numbers, row by row. Hardware of any kind has them at once. */
export function startTrial(): { readonly bytes: Uint8Array; readonly feeds: Record<string, RunTensor> } {
  const side = 1024
  const builder = new GraphBuilder()
  const x = builder.input('x', 'float', [side, side])
  builder.output(builder.node('ReduceSum', [x, builder.ints([1])], { keepdims: int(0) }))
  const data = new Float32Array(side * side).fill(1)
  return { bytes: writeModel(builder.build()), feeds: { x: { type: 'float', dims: [side, side], data } } }
}
