import { env, InferenceSession } from 'onnxruntime-node'
import type { ShapeInference } from '#core/onnx/inferredShapes'
import type { OutputInference } from '#core/onnx/nameLengths'
import { elementNames } from './ortTensors'

/**
 * ONNX Runtime's own inference of shapes, which it does while a model is loaded. Nothing runs: without optimisation not even
 * constants are folded. What it does not load tells nothing here; opening it will give the reason.
 */
export const inferShapes: ShapeInference = async (model) => {
  try {
    return new Map([...(await outputsOf(model))].map(([name, { shape }]) => [name, shape]))
  } catch (error) {
    // What the binding says of a length that turns negative in 32 bits.
    return error instanceof Error && error.message.includes('Invalid dimension') ? 'overflow' : new Map()
  }
}

/** The same with types; nothing for a model that does not load. */
export const inferOutputs: OutputInference = (model) => outputsOf(model).catch(() => new Map())

async function outputsOf(model: Uint8Array): ReturnType<OutputInference> {
  env.logLevel = 'fatal'
  const session = await InferenceSession.create(model, {
    executionProviders: ['cpu'],
    graphOptimizationLevel: 'disabled',
    logSeverityLevel: 4,
  })
  const outputs = session.outputMetadata.flatMap((info) => {
    const type = info.isTensor ? elementNames.get(info.type) : undefined
    if (!info.isTensor || !type) return []
    const shape = info.shape.map((length) => (typeof length === 'number' && length >= 0 ? length : null))
    return [[info.name, { type, shape }] as const]
  })
  await session.release()
  return new Map(outputs)
}
