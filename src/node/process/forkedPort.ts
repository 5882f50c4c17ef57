import type { Port } from './serve'

/** The channel that this process was forked with. */
export function forkedPort<Out, In>(): Port<Out, In> {
  // A terminal sends Ctrl-C to every process in front of it; when this one ends is for the other side to say.
  process.on('SIGINT', () => undefined)
  return {
    send(message) {
      // The other side may have gone in the middle of a run; then there is nobody left to tell, and `onClose` follows.
      if (process.connected) process.send?.(message, undefined, undefined, () => undefined)
    },
    onMessage(listener) {
      process.on('message', (message) => {
        listener(message as In)
      })
    },
    onClose(listener) {
      process.on('disconnect', listener)
    },
  }
}
