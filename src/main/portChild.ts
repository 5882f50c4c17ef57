import type { MessagePortMain, UtilityProcess } from 'electron'
import type { Child } from '#node/process/Child'
import { lastWordsOf } from './lastWords'

/**
 * The starting side's end of a utility process: messages go over a port of their own, so that the process's first channel
 * stays free for what Electron's main process and it say to each other.
 */
export function portChild<Out, In>(process: UtilityProcess, port: MessagePortMain): Child<Out, In> {
  const lastWords = lastWordsOf(process)
  port.start()
  return {
    get pid() {
      return process.pid
    },
    send(message, failed) {
      try {
        port.postMessage(message)
      } catch (error) {
        failed(error instanceof Error ? error.message : String(error))
      }
    },
    onMessage(listener) {
      port.on('message', ({ data }) => {
        listener(data as In)
      })
    },
    onExit(listener) {
      process.once('exit', (code) => {
        listener(`ended with code ${code}`, lastWords())
      })
    },
    end() {
      port.close()
    },
    kill() {
      process.kill()
    },
  }
}
