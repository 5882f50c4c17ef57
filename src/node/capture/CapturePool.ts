import { existsSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { CaptureOptions } from '#core/capture/capturePhoto'
import type { CaptureOutcome } from '#core/capture/types'
import { HalftoneError } from '#core/errors'
import type { SheetGeometry } from '#core/sheet/SheetGeometry'
import type { PhotoSource, WorkerReply, WorkerRequest } from './protocol'

interface Job {
  readonly id: number
  readonly source: PhotoSource
  readonly options: CaptureOptions
  resolve(outcome: CaptureOutcome): void
  reject(error: unknown): void
}

interface Seat {
  readonly worker: Worker
  job: Job | undefined
}

/** Reads several photos at once, one worker thread for each; decoding the files happens there too. */
export class CapturePool implements AsyncDisposable {
  readonly #sheets: readonly SheetGeometry[]
  readonly #seats: Seat[] = []
  readonly #waiting: Job[] = []
  readonly #size: number
  #nextId = 0
  #closed = false

  /**
   * @param sheets every sheet of the experiment
   * @param workers threads; by default one per core, at most four, as each holds OpenCV's wasm memory
   */
  constructor(sheets: readonly SheetGeometry[], workers = Math.min(4, availableParallelism())) {
    this.#sheets = sheets
    this.#size = Math.max(1, workers)
  }

  /**
   * @throws HalftoneError as readPhoto and core's capturePhoto do; `cancelled` when the pool is closed meanwhile;
   * `engine-lost` when a worker dies
   */
  photo(source: PhotoSource, options: CaptureOptions = {}): Promise<CaptureOutcome> {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        reject(new HalftoneError('cancelled', 'The capture was closed.'))
        return
      }
      this.#waiting.push({ id: this.#nextId++, source, options, resolve, reject })
      this.#assign()
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    const error = new HalftoneError('cancelled', 'The capture was closed.')
    for (const job of this.#waiting.splice(0)) job.reject(error)
    await Promise.all(
      this.#seats.splice(0).map(async (seat) => {
        const { job } = seat
        seat.job = undefined
        job?.reject(error)
        await seat.worker.terminate()
      }),
    )
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #assign(): void {
    while (this.#waiting.length > 0) {
      let seat = this.#seats.find((other) => other.job === undefined)
      if (!seat && this.#seats.length < this.#size) seat = this.#seat()
      if (!seat) return
      const job = this.#waiting.shift()!
      seat.job = job
      seat.worker.ref()
      send(seat.worker, { kind: 'photo', id: job.id, source: job.source, options: job.options })
    }
  }

  #seat(): Seat {
    const worker = new Worker(workerFile())
    const seat: Seat = { worker, job: undefined }
    this.#seats.push(seat)
    worker.on('message', (reply: WorkerReply) => {
      const { job } = seat
      seat.job = undefined
      // An idle worker does not keep the program alive.
      worker.unref()
      if (job) settle(job, reply)
      this.#assign()
    })
    const lost = (cause: unknown): void => {
      const at = this.#seats.indexOf(seat)
      if (at < 0) return
      this.#seats.splice(at, 1)
      seat.job?.reject(
        new HalftoneError(
          'engine-lost',
          'A capture worker stopped while it read a photo. Try this photo again.',
          {
            cause,
          },
        ),
      )
      this.#assign()
    }
    worker.on('error', lost)
    worker.on('exit', lost)
    send(worker, { kind: 'sheets', sheets: this.#sheets })
    return seat
  }
}

function send(worker: Worker, request: WorkerRequest): void {
  worker.postMessage(request)
}

function settle(job: Job, reply: WorkerReply): void {
  if (reply.kind === 'outcome') {
    job.resolve(reply.outcome)
  } else if (reply.code) {
    job.reject(new HalftoneError(reply.code, reply.message))
  } else {
    const bug = new Error(reply.message)
    if (reply.stack !== undefined) bug.stack = reply.stack
    job.reject(bug)
  }
}

/** The built worker: beside this file when it runs from out/, in out/ of the project when it runs from its source. */
function workerFile(): string {
  let folder = dirname(fileURLToPath(import.meta.url))
  for (;;) {
    for (const candidate of [join(folder, 'capture-worker.js'), join(folder, 'out', 'capture-worker.js')]) {
      if (existsSync(candidate)) return candidate
    }
    const parent = dirname(folder)
    if (parent === folder) {
      throw new HalftoneError(
        'not-found',
        'The capture worker (out/capture-worker.js) is not built: run `npm run build` first.',
      )
    }
    folder = parent
  }
}
