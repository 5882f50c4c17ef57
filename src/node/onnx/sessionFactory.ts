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
    // Threads that wait for work in a loop take the cores from the session that runs next: scores, gradient and scores in turn
    // took 1.7 to 5 times as long, and nothing alone became faster (docs/decisions/0034-blocked-gradients.md).
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  })
}
