import type { OptimisedGraph } from './optimise'
import { OrtSession } from './OrtSession'

/**
 * A session of a graph that was prepared for its back end. What that does not take of it runs on the CPU.
 * @param threads of the CPU back end
 */
export function createSession(
  { model, level, executionProviders }: OptimisedGraph,
  threads: number,
): Promise<OrtSession> {
  return OrtSession.create(model, {
    executionProviders,
    intraOpNumThreads: threads,
    graphOptimizationLevel: level,
    logSeverityLevel: 3,
  })
}
