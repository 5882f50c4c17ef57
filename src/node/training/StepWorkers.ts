import { Worker } from 'node:worker_threads'
import { HalftoneError } from '#core/errors'
import { writeModel } from '#core/onnx/writeModel'
import { stepNames, type StepGraph } from '#core/training/stepGraph'
import type { StepFeeds } from '#core/training/Trainer'
import type { StepSession } from '#core/training/TrainingRun'
import { builtFile } from '../process/builtFile'
import type { NamedFeed, StepReply, StepRequest } from './stepProtocol'

type Outputs = ReadonlyMap<string, Float32Array>

/**
 * Runs each step on several threads at once, every one with a part of the batch and a session of its own, and adds up
 * their gradients in a fixed order. That beats more threads in one session (docs/decisions/0045).
 */
export class StepWorkers implements StepSession {
  readonly #workers: readonly Worker[]
  readonly #step: StepGraph
  readonly #weighting: 'sum' | 'mean'
  /** Inputs whose first axis is the batch. */
  readonly #batched: ReadonlySet<string>
  readonly #shared = new Map<string, Float32Array>()
  /** What workers were asked and have not answered. */
  readonly #asked = new Set<Promise<StepReply>>()

  private constructor(workers: readonly Worker[], step: StepGraph, weighting: 'sum' | 'mean') {
    this.#workers = workers
    this.#step = step
    this.#weighting = weighting
    this.#batched = new Set(
      step.graph.inputs.filter(({ shape }) => typeof shape?.[0] !== 'number').map(({ name }) => name),
    )
  }

  static async open(step: StepGraph, weighting: 'sum' | 'mean', threads: number): Promise<StepWorkers> {
    const file = builtFile('training-worker.js')
    const workers = Array.from({ length: threads }, () => new Worker(file))
    const opened = new StepWorkers(workers, step, weighting)
    const model = writeModel(step.graph)
    try {
      await Promise.all(workers.map((worker) => opened.#ask(worker, { kind: 'open', model })))
      return opened
    } catch (error) {
      await opened[Symbol.asyncDispose]()
      throw error
    }
  }

  readonly run = async (feeds: StepFeeds): Promise<Outputs> => {
    const shared = this.#share(feeds)
    const count = feeds.get(this.#step.graph.inputs[0]!.name)!.shape[0]!
    const parts = this.#workers
      .map((worker, i) => ({
        worker,
        from: Math.floor((i * count) / this.#workers.length),
        to: Math.floor(((i + 1) * count) / this.#workers.length),
      }))
      .filter(({ from, to }) => to > from)
    const results = await Promise.all(
      parts.map(async ({ worker, from, to }) => {
        const reply = await this.#ask(worker, { kind: 'step', feeds: this.#part(feeds, from, to), shared })
        return { outputs: new Map(reply.kind === 'done' ? reply.outputs : []), share: (to - from) / count }
      }),
    )
    return this.#join(results)
  }

  /** Lets a running step end first: a thread that is taken down inside ONNX Runtime aborts the whole process. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.allSettled(this.#asked)
    await Promise.all(this.#workers.map((worker) => worker.terminate()))
  }

  async #ask(worker: Worker, request: StepRequest): Promise<StepReply> {
    const reply = ask(worker, request)
    this.#asked.add(reply)
    try {
      return await reply
    } finally {
      this.#asked.delete(reply)
    }
  }

  #share(feeds: StepFeeds): NamedFeed[] {
    const shared: NamedFeed[] = []
    for (const [name, { shape, data }] of feeds) {
      if (this.#batched.has(name)) continue
      let memory = this.#shared.get(name)
      if (!memory) {
        memory = new Float32Array(new SharedArrayBuffer(4 * data.length))
        this.#shared.set(name, memory)
      }
      memory.set(data)
      shared.push({ name, shape, data: memory })
    }
    return shared
  }

  #part(feeds: StepFeeds, from: number, to: number): NamedFeed[] {
    return [...feeds]
      .filter(([name]) => this.#batched.has(name))
      .map(([name, { shape, data }]) => {
        const row = data.length / shape[0]!
        return { name, shape: [to - from, ...shape.slice(1)], data: data.slice(from * row, to * row) }
      })
  }

  /** Loss and gradients are added up, as means weighted by the parts' shares; logits stand one below the other. */
  #join(results: readonly { readonly outputs: Outputs; readonly share: number }[]): Outputs {
    const joined = new Map<string, Float32Array>()
    for (const name of results[0]!.outputs.keys()) {
      const parts = results.map(({ outputs, share }) => ({
        data: outputs.get(name)!,
        weight: this.#weighting === 'mean' ? share : 1,
      }))
      if (name === stepNames.logits) {
        const rows = new Float32Array(parts.reduce((length, { data }) => length + data.length, 0))
        let at = 0
        for (const { data } of parts) {
          rows.set(data, at)
          at += data.length
        }
        joined.set(name, rows)
        continue
      }
      const total = new Float32Array(parts[0]!.data.length)
      for (const { data, weight } of parts) {
        for (let i = 0; i < total.length; i++) total[i]! += weight * data[i]!
      }
      joined.set(name, total)
    }
    return joined
  }
}

function ask(worker: Worker, request: StepRequest): Promise<StepReply> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void): void => {
      worker.off('message', onMessage)
      worker.off('error', onError)
      worker.off('exit', onExit)
      act()
    }
    const onMessage = (reply: StepReply): void =>
      settle(() => {
        if (reply.kind === 'failed') reject(new Error(`A training step failed: ${reply.message}`))
        else resolve(reply)
      })
    const onError = (error: unknown): void => settle(() => reject(error))
    const onExit = (): void =>
      settle(() =>
        reject(new HalftoneError('engine-lost', 'A training thread ended before its step was done.')),
      )
    worker.on('message', onMessage)
    worker.on('error', onError)
    worker.on('exit', onExit)
    worker.postMessage(request)
  })
}
