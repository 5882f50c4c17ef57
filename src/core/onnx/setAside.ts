import type { OnnxGraph, OnnxNode } from './OnnxGraph'
import { Readers } from './Readers'
import { layerWeights, withoutWeights } from './withoutWeights'

export interface SetAside {
  /** With the weights as inputs. */
  readonly graph: OnnxGraph
  /** Gives what was made of that graph its weights back: the same arrays, not copies. */
  restore(made: OnnxGraph): OnnxGraph
}

/**
 * A graph for ONNX Runtime's optimiser without the weights of dense layers, which it would read, copy and write without doing
 * anything to them. Convolutions keep theirs: batch normalisations are folded into them, and their layout is changed.
 */
export function setWeightsAside(graph: OnnxGraph): SetAside {
  const readers = new Readers(graph)
  const stays = (name: string): boolean => readers.of(name).every((node) => isRead(name, node, readers))
  const aside = new Set([...layerWeights(graph)].filter(stays))
  return {
    graph: withoutWeights(graph, aside),
    restore: (made) => ({
      ...made,
      inputs: made.inputs.filter(({ name }) => !aside.has(name)),
      initializers: new Map([
        ...made.initializers,
        ...[...graph.initializers].filter(([name]) => aside.has(name)),
      ]),
    }),
  }
}

/** True for a dense layer that reads a tensor as its weights, and that no batch normalisation can be folded into. */
function isRead(name: string, node: OnnxNode, readers: Readers): boolean {
  if (node.op !== 'MatMul' && node.op !== 'Gemm') return false
  if (node.inputs[1] !== name || node.inputs.filter((input) => input === name).length > 1) return false
  return readers.of(node.outputs[0]!).every(({ op }) => op !== 'BatchNormalization')
}
