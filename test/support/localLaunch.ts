import type { LabEvent, LaunchLab } from '#node/lab/protocol'
import type { FromChild, ToChild } from '#node/process/protocol'
import type { Port } from '#node/process/serve'

/** Starts a "process" in this one: what goes between is copied as it is between real ones. */
export function localLaunch(start: (port: Port<FromChild<LabEvent>, ToChild>) => void): LaunchLab {
  return () => {
    const inside: ((message: ToChild) => void)[] = []
    const outside: ((message: FromChild<LabEvent>) => void)[] = []
    const exits: ((how: string, lastWords: string) => void)[] = []
    const exit = (how: string): void => {
      for (const listener of exits.splice(0)) listener(how, '')
    }
    start({
      send: (message) => {
        const copy = structuredClone(message)
        setImmediate(() => {
          for (const listener of outside) listener(copy)
        })
      },
      onMessage: (listener) => inside.push(listener),
      // A real one ends its process then.
      onClose: () => undefined,
    })
    return {
      pid: undefined,
      send: (message) => {
        const copy = structuredClone(message)
        setImmediate(() => {
          for (const listener of inside) listener(copy)
        })
      },
      onMessage: (listener) => outside.push(listener),
      onExit: (listener) => exits.push(listener),
      end: () => {
        exit('ended with code 0')
      },
      kill: () => {
        exit('ended by SIGKILL')
      },
    }
  }
}
