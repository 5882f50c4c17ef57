import { serveEngine } from '#node/engine/serveEngine'
import { messagePort } from './parentPort'

/** The engine as a utility process of Electron: answers the lab over the port that it is handed first. */
process.parentPort.once('message', ({ ports: [port] }) => {
  serveEngine(messagePort(port!))
})
