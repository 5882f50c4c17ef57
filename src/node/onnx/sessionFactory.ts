import type { SessionGraph } from './optimise'
import { OrtSession } from './OrtSession'

/**
 * A session of a graph that was prepared for its back end. What that does not take of it runs on the CPU.
 * @param threads of the CPU back end
 */
export function createSession(
  { model, level, executionProviders }: SessionGraph,
  threads: number,
): Promise<OrtSession> {
  return OrtSession.create(model, {
    executionProviders,
    intraOpNumThreads: threads,
    graphOptimizationLevel: level,
    logSeverityLevel: 3,
    // Threads that go on waiting for work in a loop after a run take the cores from the session that runs next; without any such
    // waiting, small nets wait for their threads at every operator (docs/decisions/0034-blocked-gradients.md).
    extra: { session: { force_spinning_stop: '1' } },
  })
}
