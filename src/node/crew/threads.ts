import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads'
import { HalftoneError } from '#core/errors'
import { builtFile } from '../process/builtFile'
import type { Child } from '../process/Child'
import { Connection, type ConnectionOptions } from '../process/Connection'
import type { FromChild, ToChild } from '../process/protocol'
import { serve, type Port } from '../process/serve'
import type { CrewHandlers } from './handlers'
import type { GraphHandlers } from './protocol'

/** What a thread is started with. */
export interface ThreadData {
  /** Where it asks for graphs. */
  readonly graphs: MessagePort
}

/** One thread and the calls under way in it. */
export type CrewMember = Connection<CrewHandlers>

/** A call in a thread is never ended by force: the process that the threads are of is, when it has to be. */
export const neverKilled: ConnectionOptions<never> = {
  grace: 2 ** 31 - 1,
  lost: (how, lastWords) =>
    new HalftoneError(
      'engine-lost',
      `A thread that ran a part of the model was lost (${how}), and with it this call. Try again; if it is lost again, give the ` +
        `model fewer images at once or more memory.${lastWords ? ` Its last words: ${lastWords}` : ''}`,
    ),
}

/** @param graphs answers the thread when it needs a graph */
export function startThread(graphs: GraphHandlers): CrewMember {
  const { port1, port2 } = new MessageChannel()
  serve(portOf(port1), graphs)
  const data: ThreadData = { graphs: port2 }
  const worker = new Worker(builtFile('crew-worker.js'), { workerData: data, transferList: [port2] })
  // Neither keeps the process alive: who waits for an answer does.
  port1.unref()
  return new Connection<CrewHandlers>(workerChild(worker), neverKilled)
}

/** A port as the answering end of a channel. */
export function portOf(port: MessagePort): Port<FromChild, ToChild> {
  return {
    send(message) {
      port.postMessage(message)
    },
    onMessage(listener) {
      port.on('message', listener)
    },
    onClose(listener) {
      port.once('close', listener)
    },
  }
}

/** A port as the asking end of a channel. */
export function portChild(port: MessagePort): Child<ToChild, FromChild> {
  return {
    pid: undefined,
    send(message) {
      port.postMessage(message)
    },
    onMessage(listener) {
      port.on('message', listener)
    },
    onExit(listener) {
      port.once('close', () => {
        listener('its channel was closed', '')
      })
    },
    end() {
      port.close()
    },
    kill() {
      port.close()
    },
  }
}

function workerChild(worker: Worker): Child<ToChild, FromChild> {
  let failure = ''
  worker.on('error', (error) => {
    failure = error instanceof Error ? error.message : String(error)
  })
  const terminate = (): void => {
    void worker.terminate()
  }
  return {
    pid: undefined,
    send(message) {
      worker.postMessage(message)
    },
    onMessage(listener) {
      worker.on('message', listener)
    },
    onExit(listener) {
      worker.once('exit', (code) => {
        listener(`ended with code ${code}`, failure)
      })
    },
    end: terminate,
    kill: terminate,
  }
}
