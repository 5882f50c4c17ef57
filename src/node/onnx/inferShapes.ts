import { env, InferenceSession } from 'onnxruntime-node'
import type { ShapeInference } from '#core/onnx/inferredShapes'

/**
 * ONNX Runtime's own inference of shapes, which it does while a model is loaded. Nothing runs: without optimisation not even
 * constants are folded. What it does not load tells nothing here; opening it will give the reason.
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
  } catch (error) {
    // What the binding says of a length that turns negative in 32 bits.
    return error instanceof Error && error.message.includes('Invalid dimension') ? 'overflow' : new Map()
  }
  const shapes = new Map<string, readonly (number | null)[]>()
  for (const info of session.outputMetadata) {
    if (!info.isTensor) continue
    shapes.set(
      info.name,
      info.shape.map((length) => (typeof length === 'number' && length >= 0 ? length : null)),
    )
  }
  await session.release()
  return shapes
}
