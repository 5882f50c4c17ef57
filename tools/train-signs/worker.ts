import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parentPort } from 'node:worker_threads'
import { fillBatch } from '#core/datasets/signs'
import { Random } from '#core/tensor/Random'
import { augment } from './augment'

/** What the trainer asks of a worker. */
export type WorkerRequest =
  | { kind: 'render'; folder: string; split: Split; seed: string; start: number; count: number }
  | { kind: 'load'; folder: string; split: Split; seed: string; shards: number; shard: number }
  | { kind: 'batch'; seed: string; epoch: number; indices: Uint32Array }

export type Split = 'train' | 'validation' | 'test'

export interface Batch {
  readonly pixels: Float32Array
  readonly labels: Int32Array
}

export function shardPath(folder: string, split: Split, seed: string, start: number, count: number): string {
  return join(folder, `${split}-${seed}-${start}-${count}.bin`)
}

const size = 3 * 128 * 128
const shards: { pixels: Uint8Array; labels: Uint8Array }[] = []
let shardLength = 0

/** Pictures, then one label byte each, in one file, so that a stopped run need not draw them again. */
async function render(request: Extract<WorkerRequest, { kind: 'render' }>): Promise<void> {
  const { folder, split, seed, start, count } = request
  const path = shardPath(folder, split, seed, start, count)
  if (existsSync(path)) return
  await mkdir(folder, { recursive: true })
  const { images, labels } = fillBatch(split, seed, start, count)
  await writeFile(`${path}.part`, Buffer.concat([images.data, Uint8Array.from(labels)]))
  await rename(`${path}.part`, path)
}

async function load(request: Extract<WorkerRequest, { kind: 'load' }>): Promise<void> {
  const { folder, split, seed, shards: count, shard } = request
  shardLength = shard
  for (let i = 0; i < count; i++) {
    const bytes = await readFile(shardPath(folder, split, seed, i * shard, shard))
    shards.push({ pixels: bytes.subarray(0, shard * size), labels: bytes.subarray(shard * size) })
  }
}

function batch(request: Extract<WorkerRequest, { kind: 'batch' }>): Batch {
  const { indices, seed, epoch } = request
  const pixels = new Float32Array(indices.length * size)
  const labels = new Int32Array(indices.length)
  indices.forEach((index, n) => {
    const shard = shards[Math.floor(index / shardLength)]!
    const at = index % shardLength
    labels[n] = shard.labels[at]!
    augment(
      shard.pixels.subarray(at * size, (at + 1) * size),
      pixels.subarray(n * size, (n + 1) * size),
      new Random(`${seed}/augment/${epoch}/${index}`),
    )
  })
  return { pixels, labels }
}

parentPort!.on('message', (request: WorkerRequest) => {
  void (async () => {
    if (request.kind === 'batch') {
      const made = batch(request)
      parentPort!.postMessage(made, [made.pixels.buffer as ArrayBuffer, made.labels.buffer as ArrayBuffer])
      return
    }
    await (request.kind === 'render' ? render(request) : load(request))
    parentPort!.postMessage('done')
  })()
})
