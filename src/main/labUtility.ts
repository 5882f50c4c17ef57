import { startLab } from '#server/startLab'
import { engineRequests } from './engineRequests'
import { messagePort } from './parentPort'
import type { ToLab } from './utilityProtocol'

/** The lab as a utility process of Electron: answers the main process over the port that it is handed first. */
const engines = engineRequests(process.parentPort)
process.parentPort.on('message', ({ data, ports: [port] }) => {
  if ((data as ToLab).type === 'port') startLab(messagePort(port!), { launchEngine: engines.launch })
})
