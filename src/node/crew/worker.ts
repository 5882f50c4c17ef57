import { parentPort, workerData } from 'node:worker_threads'
import { Connection } from '../process/Connection'
import { serve } from '../process/serve'
import { createHandlers } from './handlers'
import type { GraphHandlers } from './protocol'
import { neverKilled, portChild, portOf } from './threads'
import type { ThreadData } from './threads'

/** A thread of the crew: answers the thread that started it, and asks it for graphs. */
const starter = new Connection<GraphHandlers>(portChild((workerData as ThreadData).graphs), neverKilled)
serve(
  portOf(parentPort!),
  createHandlers((call) => starter.call('graph', call)),
)
