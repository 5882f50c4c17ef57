import { MessageChannelMain, utilityProcess, type UtilityProcess } from 'electron'
import { builtFile } from '#node/process/builtFile'
import type { LaunchLab } from '#node/lab/protocol'
import { lastWordsOf } from './lastWords'
import { portChild } from './portChild'
import type { FromLab, ToLab } from './utilityProtocol'

/** Starts the lab in a utility process, and engines beside it when it asks for them. */
export const launchLab: LaunchLab = () => {
  const lab = utilityProcess.fork(builtFile('lab-utility.js'), [], {
    serviceName: 'Halftone lab',
    stdio: 'pipe',
  })
  const engines = new Map<number, UtilityProcess>()
  lab.on('message', (message: FromLab) => {
    if (message.type === 'engine') engines.set(message.id, startEngine(lab, message.id))
    else engines.get(message.id)?.kill()
  })
  lab.once('exit', () => {
    for (const engine of engines.values()) engine.kill()
  })
  const { port1, port2 } = new MessageChannelMain()
  tell(lab, { type: 'port' }, port2)
  return portChild(lab, port1)
}

function startEngine(lab: UtilityProcess, id: number): UtilityProcess {
  const engine = utilityProcess.fork(builtFile('engine-utility.js'), [], {
    serviceName: 'Halftone engine',
    stdio: 'pipe',
  })
  const lastWords = lastWordsOf(engine)
  const { port1, port2 } = new MessageChannelMain()
  engine.postMessage(null, [port1])
  tell(lab, { type: 'engine', id }, port2)
  engine.once('exit', (code) => {
    tell(lab, { type: 'engine-ended', id, how: `ended with code ${code}`, lastWords: lastWords() })
  })
  return engine
}

function tell(lab: UtilityProcess, message: ToLab, ...ports: Electron.MessagePortMain[]): void {
  lab.postMessage(message, ports)
}
