import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { HalftoneError, throwIfCancelled, type CancelSignal } from '#core/errors'
import { truthOf } from '#core/simulator/simulatePhoto'
import type { WorkerReply, WorkerRequest, WorkerStart } from './protocol'
import type { SheetOptions, SheetPhoto } from './simulateSheet'

interface Job {
  readonly page: number
  readonly signal: CancelSignal | undefined
  resolve(photo: SheetPhoto): void
  reject(error: unknown): void
}

/**
 * Photographs the pages of one PDF on worker threads. The photo of a page depends on options and page alone, never on
 * the number of workers or the order.
 */
export class SheetPool implements AsyncDisposable {
  readonly #start: WorkerStart
  readonly #size: number
  readonly #idle: Worker[] = []
  readonly #workers = new Set<Worker>()
  readonly #queue: Job[] = []
  #closed = false

  /** @param workers threads at most; each needs about half a gigabyte while it works on 12 MP. */
  constructor(pdf: Uint8Array, options: SheetOptions, workers = Math.min(4, availableParallelism())) {
    this.#start = { pdf, options }
    this.#size = Math.max(1, workers)
  }

  /**
   * @param page from 0.
   * @param signal looked at before the page is begun: a page that is under way is finished.
   * @throws HalftoneError `unreadable-file`, `not-found`, `cancelled`.
   */
  photograph(page: number, signal?: CancelSignal): Promise<SheetPhoto> {
    if (this.#closed)
      throw new HalftoneError('invalid-argument', 'Expected an open simulator, got a closed one.')
    return new Promise((resolve, reject) => {
      this.#queue.push({ page, signal, resolve, reject })
      this.#next()
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    for (const job of this.#queue.splice(0)) job.reject(new HalftoneError('cancelled', 'Cancelled.'))
    await Promise.all([...this.#workers].map((worker) => worker.terminate()))
  }

  #next(): void {
    while (this.#queue.length > 0) {
      const worker = this.#idle.pop() ?? (this.#workers.size < this.#size ? this.#hire() : undefined)
      if (!worker) return
      this.#give(worker, this.#queue.shift()!)
    }
  }

  #hire(): Worker {
    const worker = new Worker(workerFile(), { workerData: this.#start })
    this.#workers.add(worker)
    worker.on('exit', () => this.#workers.delete(worker))
    return worker
  }

  #give(worker: Worker, job: Job): void {
    const done = (): void => {
      worker.off('message', onMessage)
      worker.off('error', onError)
      worker.off('exit', onExit)
    }
    const onMessage = (reply: WorkerReply): void => {
      done()
      this.#idle.push(worker)
      settle(job, reply)
      this.#next()
    }
    const onError = (error: unknown): void => {
      done()
      this.#workers.delete(worker)
      job.reject(error)
      this.#next()
    }
    const onExit = (): void => {
      done()
      job.reject(new HalftoneError('cancelled', 'The simulator was closed while it worked on a page.'))
    }
    try {
      throwIfCancelled(job.signal)
    } catch (error) {
      this.#idle.push(worker)
      job.reject(error)
      return
    }
    worker.on('message', onMessage)
    worker.on('error', onError)
    worker.on('exit', onExit)
    worker.postMessage({ page: job.page } satisfies WorkerRequest)
  }
}

function settle(job: Job, reply: WorkerReply): void {
  if (reply.ok) job.resolve({ jpeg: reply.jpeg, truth: truthOf(reply.geometry), params: reply.params })
  else if (reply.code) job.reject(new HalftoneError(reply.code, reply.message))
  else {
    const error = new Error(reply.message)
    if (reply.stack !== undefined) error.stack = reply.stack
    job.reject(error)
  }
}

/** The built worker: beside this file when it runs from out/, in out/ of the project when it runs from its source. */
function workerFile(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  for (;;) {
    for (const file of [join(folder, 'simulator-worker.js'), join(folder, 'out', 'simulator-worker.js')]) {
      if (existsSync(file)) return file
    }
    if (dirname(folder) === folder) {
      throw new HalftoneError(
        'not-found',
        'The simulator worker (out/simulator-worker.js) is not built: run `npm run build` first.',
      )
    }
    folder = dirname(folder)
  }
}

/**
 * Prints and photographs many pages of a PDF, in parallel.
 * @param pages from 0. @returns the photos in the order of `pages`.
 * @throws HalftoneError `unreadable-file`, `not-found`, `cancelled`.
 */
export async function simulateSheets(
  pdf: Uint8Array,
  pages: readonly number[],
  options: SheetOptions,
  onProgress?: (done: number, total: number) => void,
  signal?: CancelSignal,
): Promise<SheetPhoto[]> {
  await using pool = new SheetPool(pdf, options)
  let done = 0
  return await Promise.all(
    pages.map(async (page) => {
      const photo = await pool.photograph(page, signal)
      onProgress?.(++done, pages.length)
      return photo
    }),
  )
}
