import { Crews } from '#node/crew/Crews'
import { inspectModel } from '#node/onnx/inspectModel'
import { cacheFolder } from '#node/onnx/cache/cacheFolder'
import { GraphCache } from '#node/onnx/cache/GraphCache'
import { findModel, modelKey } from '#node/onnx/modelFile'
import { loadTfjs } from '#node/tfjs/loadTfjs'
import type { FromChild, ToChild } from '../process/protocol'
import { serve, type Port } from '../process/serve'
import { createHandlers } from './handlers'
import { ModelShelf } from './ModelShelf'

/** Makes this process an engine that answers the lab over a port, and ends with it. */
export function serveEngine(port: Port<FromChild, ToChild>): void {
  const folder = cacheFolder(process.env)
  const cache = folder === null ? null : new GraphCache(folder)
  const crews = new Crews()
  const shelf = new ModelShelf(async (source) => {
    const tfjs = await loadTfjs(source)
    if (tfjs) return tfjs
    const found = await findModel(source, cache?.hashes)
    const key = modelKey(found)
    // Bytes come from another program's hands: they have no second start.
    const entry = source.kind === 'file' ? (cache?.entry(key, found.name) ?? null) : null
    return {
      key,
      open: (options) => crews.open(found, options, entry),
      inspect: async (options) => inspectModel(await found.read(), options),
    }
  })
  serve(port, createHandlers(shelf))
  port.onClose(() => {
    // An exit takes the threads down, in the midst of their native runs, and that aborts with a core dump.
    if (crews.busy) process.kill(process.pid, 'SIGKILL')
    else process.exit(0)
  })
}
