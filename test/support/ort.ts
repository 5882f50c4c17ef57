import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { GraphRunner, RunTensor } from '#core/onnx/facts'
import type { ElementType } from '#core/onnx/OnnxGraph'

const ortNames: Partial<Record<ElementType, Tensor.Type>> = { float: 'float32', double: 'float64' }
const ourNames: Partial<Record<Tensor.Type, ElementType>> = { float32: 'float', float64: 'double' }

type Feeds = Readonly<Record<string, RunTensor>>

/** A model that stays open for many runs. */
export interface OpenGraph {
  run(feeds: Feeds): Promise<Readonly<Record<string, RunTensor>>>
  close(): Promise<void>
}

/** Opens a model in this process, on the CPU with one thread unless told otherwise. */
export async function openGraph(model: Uint8Array, threads = 1): Promise<OpenGraph> {
  const session = await InferenceSession.create(model, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    logSeverityLevel: 4,
  })
  return {
    async run(feeds) {
      const inputs = Object.fromEntries(
        Object.entries(feeds).map(([name, { type, data, dims }]) => [
          name,
          new Tensor(ortNames[type] ?? (type as Tensor.Type), data as Tensor.DataType, [...dims]),
        ]),
      )
      const outputs = await session.run(inputs)
      return Object.fromEntries(
        Object.entries(outputs).map(([name, { type, data, dims }]) => [
          name,
          { type: ourNames[type] ?? (type as ElementType), data, dims } as RunTensor,
        ]),
      )
    },
    close: () => session.release(),
  }
}

/** Runs a model once. */
export const runGraph: GraphRunner = async (model, feeds) => {
  const open = await openGraph(model)
  try {
    return await open.run(feeds)
  } finally {
    await open.close()
  }
}

export const floats = (values: ArrayLike<number>, dims: readonly number[]): RunTensor => ({
  type: 'float',
  dims,
  data: Float32Array.from(values),
})

export const longs = (values: readonly number[], dims: readonly number[] = [values.length]): RunTensor => ({
  type: 'int64',
  dims,
  data: BigInt64Array.from(values, BigInt),
})
