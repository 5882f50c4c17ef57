import { MessageChannel, type MessagePort } from 'node:worker_threads'

/** `transfer` belongs to the language since 2024; Node 20 does not have it. */
type Buffer = ArrayBuffer & { transfer?: (length: number) => unknown }

let nowhere: MessagePort | undefined

/**
 * Frees a buffer that nobody will read again, which is empty from then on. Left to the garbage collector, buffers of some megabytes
 * each make it collect all the time, and every new one is made of memory that was never touched.
 */
export function freeNow(buffer: Buffer): void {
  if (buffer.transfer) buffer.transfer(0)
  else (nowhere ??= closedPort()).postMessage(null, [buffer])
}

/** What is sent here goes with its message, which nobody can receive: from the next turn on, when it has closed. */
function closedPort(): MessagePort {
  const { port1, port2 } = new MessageChannel()
  port2.close()
  return port1
}
