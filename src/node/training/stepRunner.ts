import { setImmediate } from 'node:timers/promises'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { writeModel } from '#core/onnx/writeModel'
import type { StepGraph } from '#core/training/stepGraph'
import type { StepRunner } from '#core/training/Trainer'
import type { StepSession } from '#core/training/TrainingRun'

/** Runs training steps on the CPU. ONNX Runtime blocks the calling thread for as long as a step takes. */
export async function createStepRunner(step: StepGraph, threads: number): Promise<StepRunner> {
  return (await openStepSession(step, threads)).run
}

export async function openStepSession(step: StepGraph, threads = 1): Promise<StepSession> {
  const session = await InferenceSession.create(writeModel(step.graph), {
    intraOpNumThreads: threads,
    executionProviders: ['cpu'],
  })
  return {
    run: async (feeds) => {
      const inputs: Record<string, Tensor> = {}
      for (const [name, { shape, data }] of feeds) inputs[name] = new Tensor('float32', data, [...shape])
      const outputs = await session.run(inputs)
      // Lets a signal through between steps.
      await setImmediate()
      return new Map(Object.entries(outputs).map(([name, { data }]) => [name, data as Float32Array]))
    },
    [Symbol.asyncDispose]: () => session.release(),
  }
}
