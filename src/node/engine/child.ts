import { inspectModel } from '#node/onnx/inspectModel'
import { openModel } from '#node/onnx/openModel'
import { readModelFile } from '#node/onnx/modelFile'
import { createHandlers } from './handlers'
import { ModelShelf } from './ModelShelf'
import type { FromEngine, ToEngine } from './protocol'
import { serve, type Port } from './serve'

/** The engine process: answers the lab over the channel it was forked with, and ends with it. */
const port: Port<FromEngine, ToEngine> = {
  send: (message) => {
    // The lab may have gone in the middle of a run; then there is nobody left to tell, and `disconnect` ends this process.
    if (process.connected) process.send?.(message, undefined, undefined, () => undefined)
  },
  onMessage: (listener) => {
    process.on('message', (message) => {
      listener(message as ToEngine)
    })
  },
}

const shelf = new ModelShelf(async (source) => {
  const file = await readModelFile(source)
  return {
    key: `${file.hash} ${file.classes?.join('\n') ?? ''}`,
    open: (options) => openModel(file, options),
    inspect: (options) => inspectModel(file, options),
  }
})

serve(port, createHandlers(shelf))
process.on('disconnect', () => {
  process.exit(0)
})
