import { intAttribute } from '../attributes'
import type { Shapes } from '../inferredShapes'
import type { OnnxGraph, OnnxNode } from '../OnnxGraph'
import { pruneGraph } from '../prune'

import { blockedDomain, BlockedGraph } from './BlockedGraph'
import { blockConcat, blockSplit, joinsOrParts } from './channels'
import { demandOf, type Demand } from './demand'
import { blockElementwise, isElementwise, makesBooleans } from './elementwise'
import { foldSums } from './foldSums'
import { blockTransposedConv, isTransposedConv } from './transposedConv'
import { Views } from './views'

const isReorder = ({ domain, op }: OnnxNode, which: 'ReorderInput' | 'ReorderOutput'): boolean =>
  domain === blockedDomain && op === which

/** True where the plain side is [n, h, w, c]. */
const channelsLast = (node: OnnxNode): boolean => intAttribute(node, 'channels_last', 0) !== 0

/**
 * Takes a graph that ONNX Runtime has optimised for this machine's CPU, where convolutions work on channels in blocks, and lets
 * all that stands between them work on blocks too, instead of bringing tensors from one layout into the other and back.
 * @param shapes of all tensors, as far as they are known without a run
 * @param block channels to a block: 8 or 16
 */
export function blockLayout(graph: OnnxGraph, shapes: Shapes, block: number): OnnxGraph {
  const work = new BlockedGraph(graph, shapes, block)
  const passes = (node: OnnxNode): boolean => isElementwise(node) || joinsOrParts(node)
  const isInput = (node: OnnxNode): boolean => isReorder(node, 'ReorderInput') && !channelsLast(node)
  const asks = (node: OnnxNode): boolean => isInput(node) || isTransposedConv(work, node)
  const demand = demandOf(graph, passes, asks)
  const views = new Views(work)
  const booleans = new Set(graph.nodes.filter(makesBooleans).flatMap(({ outputs }) => outputs))
  for (const given of graph.nodes) {
    const node = work.current(given)
    const [input] = node.inputs
    const [output] = node.outputs
    if (isReorder(node, 'ReorderOutput') && !channelsLast(node)) {
      work.pair(output!, input!)
      work.keep(node)
    } else if (isInput(node)) {
      work.alias(output!, work.blocked(input!))
    } else if (!views.rewritten(node) && !rewritten(work, node, { demand, booleans })) {
      work.keep(node)
    }
  }
  return foldSums(pruneGraph(work.build()))
}

interface Asked {
  readonly demand: Demand
  /** Tensors that are not made of floats. */
  readonly booleans: ReadonlySet<string>
}

function rewritten(work: BlockedGraph, node: OnnxNode, { demand, booleans }: Asked): boolean {
  if (joinsOrParts(node)) {
    return node.op === 'Concat' ? blockConcat(work, node, demand) : blockSplit(work, node)
  }
  if (blockTransposedConv(work, node)) return true
  return isElementwise(node) && blockElementwise(work, node, demand, booleans)
}
