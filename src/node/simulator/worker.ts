import { parentPort, workerData } from 'node:worker_threads'
import { HalftoneError } from '#core/errors'
import type { WorkerReply, WorkerRequest, WorkerStart } from './protocol'
import { openPdf } from './rasterise'
import { simulateSheet } from './simulateSheet'

/** A worker thread that photographs the pages of one PDF, one after the other. */
if (!parentPort) throw new Error('This file is the simulator worker: it is started by SheetPool.')
const port = parentPort
const { pdf, options } = workerData as WorkerStart
const opened = openPdf(pdf)
// A PDF that cannot be opened is reported with the first page asked for.
opened.catch(() => undefined)

port.on('message', (request: WorkerRequest) => {
  void answer(request).then((reply) => {
    port.postMessage(reply)
  })
})

async function answer({ page }: WorkerRequest): Promise<WorkerReply> {
  try {
    const { jpeg, truth, params } = await simulateSheet(await opened, page, options)
    return { ok: true, jpeg, geometry: truth.geometry, params }
  } catch (error) {
    return {
      ok: false,
      code: error instanceof HalftoneError ? error.code : undefined,
      message: error instanceof Error ? error.message : String(error),
      ...(error instanceof Error && error.stack !== undefined ? { stack: error.stack } : {}),
    }
  }
}
