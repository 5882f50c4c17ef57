import type { MessagePortMain } from 'electron'
import type { Port } from '#node/process/serve'

/** A message port as the end of a channel on the started side. */
export function messagePort<Out, In>(port: MessagePortMain): Port<Out, In> {
  port.start()
  return {
    send(message) {
      port.postMessage(message)
    },
    onMessage(listener) {
      port.on('message', ({ data }) => {
        listener(data as In)
      })
    },
    onClose(listener) {
      port.once('close', listener)
    },
  }
}
