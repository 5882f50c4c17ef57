import type { Handlers } from './handlers'
import { toWire, type CallName, type Context, type FromEngine, type ToEngine } from './protocol'

/** One end of a channel: a forked process, Electron's parentPort, a socket. */
export interface Port<Out, In> {
  send(message: Out): void
  onMessage(listener: (message: In) => void): void
}

/** Answers calls from a port until it closes. A cancel takes effect where the handler next looks at its signal. */
export function serve(port: Port<FromEngine, ToEngine>, handlers: Handlers): void {
  const running = new Map<number, { aborted: boolean }>()
  const answer = async (id: number, name: CallName, input: unknown): Promise<void> => {
    const signal = { aborted: false }
    running.set(id, signal)
    const context: Context<unknown> = {
      signal,
      progress: (progress) => {
        port.send({ type: 'progress', id, progress })
      },
    }
    try {
      // Names and inputs come from the client in `EngineProcess`, which takes both from the type of the handlers.
      const handler = handlers[name] as (input: unknown, context: Context<unknown>) => Promise<unknown>
      port.send({ type: 'result', id, value: await handler(input, context) })
    } catch (error) {
      port.send({ type: 'failure', id, error: toWire(error) })
    } finally {
      running.delete(id)
    }
  }
  port.onMessage((message) => {
    if (message.type === 'call') {
      void answer(message.id, message.name, message.input)
    } else {
      const signal = running.get(message.id)
      if (signal) signal.aborted = true
    }
  })
}
