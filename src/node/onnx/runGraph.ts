import type { GraphRunner } from '#core/onnx/facts'
import { OrtSession } from './OrtSession'

/** Runs a model once on the CPU, as it stands, and forgets it. */
export const runGraph: GraphRunner = async (model, feeds) => {
  await using session = await OrtSession.create(model, {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'disabled',
    logSeverityLevel: 4,
    // A single run gains nothing by threads that wait in a loop, and beside other work loses much.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  })
  return await session.run(feeds, session.outputNames)
}
