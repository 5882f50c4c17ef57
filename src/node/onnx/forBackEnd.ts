import type { InferenceSession } from 'onnxruntime-node'
import type { Provider } from '#core/models/ModelInfo'
import { readModel } from '#core/onnx/readModel'
import { writeModel } from '#core/onnx/writeModel'
import { failsOnWebGpu } from './webgpuFaults'

/** A graph, and the back end that a session of it is made on. */
export interface BackEndGraph {
  /** An ONNX file. */
  readonly bytes: Uint8Array
  readonly executionProviders: InferenceSession.ExecutionProviderConfig[]
}

/**
 * Keeps from a back end the nodes that it would take and get wrong; they run on the CPU, and the rest where it was asked for.
 * @param bytes an ONNX file
 */
export function forBackEnd(bytes: Uint8Array, provider: Provider): BackEndGraph {
  if (provider !== 'webgpu') return { bytes, executionProviders: [provider] }
  const graph = readModel(bytes)
  const kept = new Set(graph.nodes.filter((node) => failsOnWebGpu(node, graph)))
  if (kept.size === 0) return { bytes, executionProviders: ['webgpu'] }
  // Nodes are told apart by their names, which a file may leave out or give twice.
  const names = new Map([...kept].map((node, i) => [node, `kept ${i}`]))
  const nodes = graph.nodes.map((node) => ({ ...node, name: names.get(node) ?? node.name }))
  return {
    bytes: writeModel({ ...graph, nodes }),
    executionProviders: [{ name: 'webgpu', forceCpuNodeNames: [...names.values()] }],
  }
}
