import { Worker } from 'node:worker_threads'
import type { Images } from '#core/tensor/Images'
import type { Batch, Split, WorkerRequest } from './worker'

export interface Shards {
  readonly folder: string
  readonly split: Split
  readonly seed: string
  /** Files, and pictures in each. */
  readonly shards: number
  readonly shard: number
}

const workerFile = new URL('./signs-worker.js', import.meta.url)

function ask<T>(worker: Worker, request: WorkerRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      worker.off('message', onMessage)
      worker.off('error', onError)
      act()
    }
    const onMessage = (value: T) => settle(() => resolve(value))
    const onError = (error: unknown) => settle(() => reject(error))
    worker.on('message', onMessage)
    worker.on('error', onError)
    worker.postMessage(request)
  })
}

/** Draws the pictures that are not in the folder yet. */
export async function renderShards(data: Shards, workers: number): Promise<void> {
  let next = 0
  let done = 0
  const work = async (): Promise<void> => {
    const worker = new Worker(workerFile)
    while (next < data.shards) {
      const start = next++ * data.shard
      const { folder, split, seed, shard } = data
      await ask(worker, { kind: 'render', folder, split, seed, start, count: shard })
      done++
      console.log(`drawn ${done * shard} of ${data.shards * shard} ${split} pictures`)
    }
    await worker.terminate()
  }
  await Promise.all(Array.from({ length: workers }, work))
}

/** Makes batches in a worker while the last one is trained on. Asked for one batch at a time. */
export class BatchMaker {
  readonly #worker: Worker

  private constructor(worker: Worker) {
    this.#worker = worker
  }

  static async open(data: Shards): Promise<BatchMaker> {
    const worker = new Worker(workerFile)
    await ask(worker, { kind: 'load', ...data })
    return new BatchMaker(worker)
  }

  async batch(
    seed: string,
    epoch: number,
    indices: Uint32Array,
  ): Promise<{ images: Images; labels: Int32Array }> {
    const { pixels, labels } = await ask<Batch>(this.#worker, { kind: 'batch', seed, epoch, indices })
    return { images: { count: labels.length, channels: 3, height: 128, width: 128, data: pixels }, labels }
  }

  async close(): Promise<void> {
    await this.#worker.terminate()
  }
}
