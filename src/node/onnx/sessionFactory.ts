import type { Provider } from '#core/models/ModelInfo'
import type { SessionFactory } from '#core/models/GraphSession'
import { optimise } from './optimise'
import { OrtSession } from './OrtSession'

/** Sessions on one back end. What it does not take of a graph runs on the CPU. */
export function sessionFactory(provider: Provider, threads: number): SessionFactory {
  return async (model) => {
    const { bytes, level } = await optimise(model, provider)
    return await OrtSession.create(bytes, {
      executionProviders: [provider],
      intraOpNumThreads: threads,
      graphOptimizationLevel: level,
      logSeverityLevel: 3,
    })
  }
}
