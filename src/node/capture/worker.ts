import { parentPort } from 'node:worker_threads'
import { HalftoneError } from '#core/errors'
import type { SheetGeometry } from '#core/sheet/SheetGeometry'
import { createCapture } from './createCapture'
import type { WorkerReply, WorkerRequest } from './protocol'
import { readPhoto } from './readPhoto'

/** A worker thread that reads photos one after the other. */
if (!parentPort) throw new Error('This file is the capture worker: it is started by CapturePool.')
const port = parentPort
const capture = createCapture()
let sheets: readonly SheetGeometry[] = []
let queue = Promise.resolve()

port.on('message', (request: WorkerRequest) => {
  queue = queue.then(() => answer(request))
})

async function answer(request: WorkerRequest): Promise<void> {
  if (request.kind === 'sheets') {
    sheets = request.sheets
    return
  }
  const { id, source, options } = request
  try {
    const picture =
      typeof source === 'string' || source instanceof Uint8Array ? await readPhoto(source) : source
    const outcome = (await capture).photo(picture, sheets, options)
    reply({ kind: 'outcome', id, outcome })
  } catch (error) {
    reply({
      kind: 'error',
      id,
      code: error instanceof HalftoneError ? error.code : undefined,
      message: error instanceof Error ? error.message : String(error),
      stack: error instanceof Error ? error.stack : undefined,
    })
  }
}

function reply(message: WorkerReply): void {
  port.postMessage(message)
}
