import type { OnnxGraph } from './OnnxGraph'
import { readsOf } from './subgraphs'

/** The graph without nodes and constants that no output needs. Inputs stay. */
export function pruneGraph(graph: OnnxGraph): OnnxGraph {
  const needed = new Set(graph.outputs.map(({ name }) => name))
  const nodes = graph.nodes.toReversed().filter((node) => {
    if (!node.outputs.some((output) => needed.has(output))) return false
    for (const name of readsOf(node)) needed.add(name)
    return true
  })
  return {
    ...graph,
    nodes: nodes.reverse(),
    initializers: new Map([...graph.initializers].filter(([name]) => needed.has(name))),
  }
}

/** The graph with only the operator sets that its nodes use: ONNX Runtime's optimiser adds all that it knows. */
export function stripUnusedOpsets(graph: OnnxGraph): OnnxGraph {
  const used = new Set(['', ...graph.nodes.map(({ domain }) => domain)])
  for (const { opsetImport } of graph.functions) for (const { domain } of opsetImport) used.add(domain)
  return { ...graph, opsets: new Map([...graph.opsets].filter(([domain]) => used.has(domain))) }
}
