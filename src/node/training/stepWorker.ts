import { parentPort } from 'node:worker_threads'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { StepReply, StepRequest } from './stepProtocol'

/*
 * Runs training steps on one thread, next to others that run the other parts of each batch. ONNX Runtime takes no shared
 * memory, so parameters are copied from there before each step.
 */

const port = parentPort!
let session: InferenceSession | undefined
const copies = new Map<string, Float32Array>()

async function answer(request: StepRequest): Promise<StepReply> {
  if (request.kind === 'open') {
    session = await InferenceSession.create(request.model, {
      intraOpNumThreads: 1,
      executionProviders: ['cpu'],
    })
    return { kind: 'ready' }
  }
  const feeds: Record<string, Tensor> = {}
  for (const { name, shape, data } of request.feeds) feeds[name] = new Tensor('float32', data, [...shape])
  for (const { name, shape, data } of request.shared) {
    const own = copies.get(name) ?? new Float32Array(data.length)
    own.set(data)
    copies.set(name, own)
    feeds[name] = new Tensor('float32', own, [...shape])
  }
  const results = await session!.run(feeds)
  return {
    kind: 'done',
    outputs: Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]),
  }
}

port.on('message', (request: StepRequest) => {
  answer(request).then(
    (reply) => {
      port.postMessage(reply)
    },
    (error: unknown) => {
      const message = error instanceof Error ? error.message : String(error)
      port.postMessage({ kind: 'failed', message } satisfies StepReply)
    },
  )
})
