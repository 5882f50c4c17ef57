import type { GraphRunner } from '#core/onnx/facts'
import { OrtSession } from './OrtSession'

/** Runs a model once on the CPU, as it stands, and forgets it. */
export const runGraph: GraphRunner = async (model, feeds) => {
  await using session = await OrtSession.create(model, {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'disabled',
    logSeverityLevel: 4,
  })
  return await session.run(feeds, session.outputNames)
}
