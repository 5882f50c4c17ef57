import type { MessagePortMain, ParentPort } from 'electron'
import type { Child } from '#node/process/Child'
import type { LaunchEngine } from '#node/engine/protocol'
import type { FromLab, ToLab } from './utilityProtocol'

interface Requested {
  port: MessagePortMain | undefined
  /** Messages from before the port came. */
  readonly early: unknown[]
  readonly listeners: ((message: unknown) => void)[]
  readonly exits: ((how: string, lastWords: string) => void)[]
  ended: { readonly how: string; readonly lastWords: string } | undefined
}

/** Gets the lab its engines from Electron's main process, since a utility process may not start another. */
export function engineRequests(parent: ParentPort): { readonly launch: LaunchEngine } {
  const requested = new Map<number, Requested>()
  let next = 1
  const tell = (message: FromLab): void => {
    parent.postMessage(message)
  }
  parent.on('message', ({ data, ports }) => {
    const message = data as ToLab
    if (message.type === 'port') return
    const engine = requested.get(message.id)
    if (!engine) return
    if (message.type === 'engine') connect(engine, ports[0]!)
    else {
      engine.ended = message
      requested.delete(message.id)
      for (const exit of engine.exits) exit(message.how, message.lastWords)
    }
  })
  return {
    launch: () => {
      const id = next++
      const engine: Requested = { port: undefined, early: [], listeners: [], exits: [], ended: undefined }
      requested.set(id, engine)
      tell({ type: 'engine', id })
      return childOf(engine, () => {
        tell({ type: 'kill-engine', id })
      })
    },
  }
}

function connect(engine: Requested, port: MessagePortMain): void {
  engine.port = port
  port.on('message', ({ data }) => {
    for (const listener of engine.listeners) listener(data)
  })
  port.start()
  for (const message of engine.early.splice(0)) port.postMessage(message)
}

function childOf<Out, In>(engine: Requested, kill: () => void): Child<Out, In> {
  return {
    // Known to the main process alone.
    pid: undefined,
    send(message, failed) {
      if (engine.ended) failed(engine.ended.how)
      else if (engine.port) engine.port.postMessage(message)
      else engine.early.push(message)
    },
    onMessage(listener) {
      engine.listeners.push(listener as (message: unknown) => void)
    },
    onExit(listener) {
      engine.exits.push(listener)
    },
    end() {
      engine.port?.close()
    },
    kill,
  }
}
