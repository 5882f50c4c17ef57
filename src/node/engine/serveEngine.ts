import { inspectModel } from '#node/onnx/inspectModel'
import { modelKey, readModelFile } from '#node/onnx/modelFile'
import { openModel } from '#node/onnx/openModel'
import { loadTfjs } from '#node/tfjs/loadTfjs'
import type { FromChild, ToChild } from '../process/protocol'
import { serve, type Port } from '../process/serve'
import { createHandlers } from './handlers'
import { ModelShelf } from './ModelShelf'

/** Makes this process an engine that answers the lab over a port, and ends with it. */
export function serveEngine(port: Port<FromChild, ToChild>): void {
  const shelf = new ModelShelf(async (source) => {
    const tfjs = await loadTfjs(source)
    if (tfjs) return tfjs
    const file = await readModelFile(source)
    return {
      key: modelKey(file),
      open: (options) => openModel(file, options),
      inspect: (options) => inspectModel(file, options),
    }
  })
  serve(port, createHandlers(shelf))
  port.onClose(() => {
    process.exit(0)
  })
}
