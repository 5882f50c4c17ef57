import type { InferenceSession } from 'onnxruntime-node'
import type { Provider } from '#core/models/ModelInfo'
import type { OnnxGraph } from '#core/onnx/OnnxGraph'
import { readModel } from '#core/onnx/readModel'
import { writeModel } from '#core/onnx/writeModel'
import { blockForCpu } from './blockForCpu'
import { forBackEnd } from './forBackEnd'

/** How a session of a graph is to be made. */
interface SessionTerms {
  /** What ONNX Runtime is still to do with it when a session is made of it. */
  readonly level: 'disabled' | 'all'
  readonly executionProviders: readonly InferenceSession.ExecutionProviderConfig[]
}

/** A graph as a session takes it. */
export interface SessionGraph extends SessionTerms {
  /** An ONNX file, or the path of one. */
  readonly model: Uint8Array | string
}

/** A graph prepared for one back end, not written yet. Large constants may be made when they are asked for. */
export interface OptimisedGraph extends SessionTerms {
  readonly graph: OnnxGraph
}

/**
 * Prepares a graph for one back end, once: what comes out is what sessions are made of. It may hold what only this machine
 * and this version of ONNX Runtime understand.
 * @param graph of standard operators
 */
export async function optimise(graph: OnnxGraph, provider: Provider): Promise<OptimisedGraph> {
  const blocked = provider === 'cpu' ? await blockForCpu(graph) : null
  if (blocked) return { graph: blocked, level: 'disabled', executionProviders: [provider] }
  if (provider !== 'webgpu') return { graph, level: 'all', executionProviders: [provider] }
  const { bytes, executionProviders } = forBackEnd(writeModel(graph), provider)
  return { graph: readModel(bytes), level: 'all', executionProviders }
}
