import { env, InferenceSession } from 'onnxruntime-node'
import type { ShapeInference } from '#core/onnx/checkSizes'

/**
 * ONNX Runtime's own inference of shapes, which it does while a model is loaded. Nothing runs: without optimisation not
 * even constants are folded. What it does not load tells nothing here; opening it will give the reason.
 */
export const inferShapes: ShapeInference = async (model) => {
  env.logLevel = 'fatal'
  let session: InferenceSession
  try {
    session = await InferenceSession.create(model, {
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'disabled',
      logSeverityLevel: 4,
    })
  } catch {
    return new Map()
  }
  try {
    return new Map(
      session.outputMetadata.flatMap((info) =>
        info.isTensor
          ? [
              [
                info.name,
                info.shape.map((length) => (typeof length === 'number' && length >= 0 ? length : null)),
              ] as const,
            ]
          : [],
      ),
    )
  } finally {
    await session.release()
  }
}
