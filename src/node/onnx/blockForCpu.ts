import { int } from '#core/onnx/attributes'
import { blockedDomain } from '#core/onnx/blocked/BlockedGraph'
import { blockLayout } from '#core/onnx/blocked/blockLayout'
import { denseLayout } from '#core/onnx/dense/denseLayout'
import { inferredShapes } from '#core/onnx/inferredShapes'
import { nameLengths } from '#core/onnx/nameLengths'
import { readModel } from '#core/onnx/readModel'
import { withoutWeights } from '#core/onnx/withoutWeights'
import { writeModel } from '#core/onnx/writeModel'
import { optimisedModel } from './fold'
import { inferOutputs, inferShapes } from './inferShapes'
import { runGraph } from './runGraph'

/** Files of 2 GB and more cannot be written back as one. */
const largest = 1.5 * 2 ** 30

/**
 * A graph as this machine's CPU runs it best: optimised by ONNX Runtime, whose convolutions work on channels in blocks of as
 * many as a vector register holds, with all that stands between convolutions in the same layout
 * (docs/decisions/0034-blocked-gradients.md), and with large dense layers as such convolutions
 * (docs/decisions/0035-transformers.md). A session is to be made of it without further optimisation.
 * @returns null for a model that is too large to be written back
 * @throws HalftoneError `unreadable-file` when ONNX Runtime does not take the model
 */
export async function blockForCpu(model: Uint8Array): Promise<Uint8Array | null> {
  if (model.byteLength > largest) return null
  const optimised = await optimisedModel(model, 'all')
  const graph = readModel(optimised)
  if (!graph.nodes.some(({ domain }) => domain === blockedDomain)) return optimised
  // Shapes follow from those of the weights: without their numbers, a model loads in a moment.
  const { shapes, overflow } = await inferredShapes(withoutWeights(graph), inferShapes)
  if (overflow) return optimised
  const block = await blockSize()
  const laid = denseLayout(blockLayout(graph, shapes, block), shapes, block)
  return writeModel(await nameLengths(laid, inferOutputs))
}

/** Channels to a block on this machine: what four channels are filled up to. */
async function blockSize(): Promise<number> {
  const reorder = {
    name: 'blocked',
    op: 'ReorderInput',
    domain: blockedDomain,
    inputs: ['x'],
    outputs: ['blocked'],
    attributes: { channels_last: int(0) },
  }
  const model = writeModel({
    name: 'block',
    irVersion: 8,
    opsets: new Map([
      ['', 17],
      [blockedDomain, 1],
    ]),
    inputs: [{ name: 'x', type: 'float', shape: [1, 4, 1, 1] }],
    outputs: [{ name: 'blocked', type: 'float' }],
    nodes: [reorder],
    initializers: new Map(),
    metadata: new Map(),
    functions: [],
  })
  const { blocked } = await runGraph(model, {
    x: { type: 'float', dims: [1, 4, 1, 1], data: new Float32Array(4) },
  })
  return blocked!.dims[1]!
}
