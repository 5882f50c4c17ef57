import type { InferenceSession } from 'onnxruntime-node'
import type { Provider } from '#core/models/ModelInfo'
import { blockForCpu } from './blockForCpu'
import { forBackEnd } from './forBackEnd'

/** A graph as a session takes it. */
export interface OptimisedGraph {
  /** An ONNX file, or the path of one. */
  readonly model: Uint8Array | string
  /** What ONNX Runtime is still to do with it when a session is made of it. */
  readonly level: 'disabled' | 'all'
  readonly executionProviders: readonly InferenceSession.ExecutionProviderConfig[]
}

/**
 * Prepares a graph for one back end, once: what comes out is what sessions are made of. It may hold what only this machine
 * and this version of ONNX Runtime understand.
 * @param bytes an ONNX file with standard operators
 */
export async function optimise(
  bytes: Uint8Array,
  provider: Provider,
): Promise<OptimisedGraph & { readonly model: Uint8Array }> {
  const { bytes: model, executionProviders } = forBackEnd(bytes, provider)
  const blocked = provider === 'cpu' ? await blockForCpu(model) : null
  return blocked
    ? { model: blocked, level: 'disabled', executionProviders }
    : { model, level: 'all', executionProviders }
}
