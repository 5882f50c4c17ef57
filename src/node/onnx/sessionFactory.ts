import type { Provider } from '#core/models/ModelInfo'
import type { SessionFactory } from '#core/models/GraphSession'
import { OrtSession } from './OrtSession'

/** Sessions on one back end. What it does not take of a graph runs on the CPU. */
export function sessionFactory(provider: Provider, threads: number): SessionFactory {
  return (model) =>
    OrtSession.create(model, {
      executionProviders: [provider],
      intraOpNumThreads: threads,
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
    })
}
